"""Which tools are off in a run: those of the network while documents are given, unless the user asked for them."""

from collections.abc import Mapping
from typing import Protocol

from moe_core.contracts.chain import Chain
from moe_core.contracts.effect import Effect
from moe_core.contracts.plugin import Entry
from moe_core.contracts.tool import BaseTool
from moe_core.loading.registry import Registry


class ToolConsents(Protocol):
    """What the user has once said yes to."""

    def has_tool(self, belter: str, tool: str) -> bool:
        """Whether a Belter may use a tool of the network while documents are given; both by full id."""


def find_tools_off(chain: Chain, registry: Registry, consents: ToolConsents | None) -> Mapping[str, str]:
    """The chain's tools that reach the network and may not, by name, each with what to say to whoever wants it.

    For a run with documents whose user has not asked for the web. A tool is on when a Belter of the chain names it in
    its modelfile and the user has allowed that Belter to use it.
    """
    off: dict[str, str] = {}
    for name in dict.fromkeys(name for member in chain.members() for name in member.tools):
        entry = registry.tools.get(name)
        if Effect.NET not in entry.effects:
            continue
        naming = [member for member in chain.belters if name in member.tools]
        if consents is None or not any(consents.has_tool(member.full_id, entry.full_id) for member in naming):
            off[name] = _word(entry, is_named=bool(naming))
    return off


def _word(entry: Entry[type[BaseTool]], *, is_named: bool) -> str:
    name = entry.name
    once = f", and `moe tools allow {name}` for good" if is_named else ""
    # Who declares nothing has every effect.
    is_declared = set(entry.effects) != set(Effect)
    why = "it reaches the network" if is_declared else "it may do anything (its author has declared no effects)"
    return f"{name} is off: {why}, and documents are given; --web turns it on{once}"
