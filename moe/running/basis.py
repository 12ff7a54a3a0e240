"""What a run rests on besides its documents, told by digests: a run that is taken up again must find it as it was."""

import hashlib
from collections.abc import Mapping

from moe.running.settings import RunConfig
from moe.version import VERSION
from moe_core.contracts.chain import Chain
from moe_core.contracts.definition import define_tool
from moe_core.contracts.wire import encode_json
from moe_core.loading.registry import Registry

STEP = "basis"
"""The step that it is kept as."""


def describe_basis(chain: Chain, registry: Registry, config: RunConfig) -> dict[str, str]:
    """A digest of each thing that a chain rests on, by what people call it."""
    settings = config.model_dump_json(exclude={"system": {"deadline_seconds", "record"}, "server": True})
    basis = {"moe itself": VERSION, "settings": _digest(settings.encode())}
    members = tuple(chain.members())
    for member in members:
        agent = registry.agents(member.role).get(member.full_id).value
        basis[f"{member.role.capitalize()} {member.name}"] = _digest(encode_json(agent))
    tools = dict.fromkeys(name for member in members for name in member.tools)  # each once, however many use it
    return basis | {f"tool {name}": define_tool(registry.tools.get(name)).digest for name in tools}


def list_differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What was otherwise, is new or is gone."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
