"""What a run rests on besides its documents, told by digests: a run that is taken up again must find it as it was."""

import hashlib
from collections.abc import Mapping
from functools import cached_property

from moe.running.settings import RunConfig
from moe.version import VERSION
from moe_core.contracts.agent import Role
from moe_core.contracts.chain import Chain, Member
from moe_core.contracts.definition import define_tool
from moe_core.contracts.wire import encode_json
from moe_core.loading.registry import Registry

STEP = "basis"
"""The step that it is kept as."""


class Basis:
    """What runs with one registry and configuration may rest on; neither changes, so each thing is read once."""

    def __init__(self, registry: Registry, config: RunConfig) -> None:
        self._registry = registry
        self._config = config
        self._agents: dict[tuple[Role, str], str] = {}  # one plugin may bring a Belter and a Drummer of one name
        self._tools: dict[str, str] = {}

    def __repr__(self) -> str:
        return f"<Basis of {len(self._agents)} agents and {len(self._tools)} tools>"

    def describe(self, chain: Chain) -> dict[str, str]:
        """A digest of each thing that a chain rests on, by what people call it."""
        members = tuple(chain.members())
        basis = {"moe itself": VERSION, "settings": self._settings}
        for member in members:
            digest = self._agents.get((member.role, member.full_id)) or self._read_agent(member)
            basis[f"{member.role.capitalize()} {member.name}"] = digest
        for name in dict.fromkeys(name for member in members for name in member.tools):
            basis[f"tool {name}"] = self._tools.get(name) or self._read_tool(name)
        return basis

    @cached_property
    def _settings(self) -> str:
        settings = self._config.model_dump_json(exclude={"system": {"deadline_seconds", "record"}, "server": True})
        return _digest(settings.encode())

    def _read_agent(self, member: Member) -> str:
        agent = self._registry.agents(member.role).get(member.full_id).value
        digest = self._agents[member.role, member.full_id] = _digest(encode_json(agent))
        return digest

    def _read_tool(self, name: str) -> str:
        digest = self._tools[name] = define_tool(self._registry.tools.get(name)).digest
        return digest


def list_differences(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """What was otherwise, is new or is gone."""
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]
