"""Accepted tools of servers, as tools of moe."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from moe_core.contracts.definition import ToolDefinition
from moe_core.contracts.effect import Effect
from moe_core.contracts.plugin import Entry, Kind, PluginSource
from moe_core.contracts.tool import BaseTool, Repeats
from moe_kit.remote.server import RemoteServer

_UNFIT = re.compile(r"[^a-z0-9_]+")


def make_remote_entries(
    server: RemoteServer,
    definitions: Sequence[ToolDefinition],
    effects: Sequence[Effect],
    *,
    repeats: Repeats = "ask",
    asks_first: bool = False,
) -> Iterator[Entry[type[BaseTool]]]:
    """One entry a tool, named after its server; two that would have one name are numbered by their digests.

    Args:
        server: Whose tools.
        definitions: Those that the user has accepted.
        effects: What they do beside computing.
        repeats: Whether a call that a run was broken off in is made again.
        asks_first: A person decides on each call in a run before it is made.
    """
    source = PluginSource(plugin=f"mcp.{server.name}", origin="config", location=f"config/tools.yaml: {server.name}")
    taken: set[str] = set()
    for definition in sorted(definitions, key=lambda one: one.name):
        name = f"{server.name}_{_UNFIT.sub('_', definition.name.lower()).strip('_') or 'tool'}"
        name = name if name not in taken else f"{name}_{definition.digest[:6]}"
        taken.add(name)
        lines = definition.description.strip().splitlines()
        yield Entry(
            kind=Kind.TOOL,
            name=name,
            offered=make_remote_tool(server, definition, name, effects, repeats=repeats),
            source=source,
            summary=lines[0] if lines else "",
            category="mcp",
            effects=tuple(effects),
            asks_first=asks_first,
            schema=definition.schema,
        )


def make_remote_tool(
    server: RemoteServer, definition: ToolDefinition, name: str, effects: Sequence[Effect], *, repeats: Repeats = "ask"
) -> type[BaseTool]:
    """A class whose every call asks the server."""

    async def execute(_self: BaseTool, params: dict[str, Any]) -> dict[str, Any]:
        return await server.call(definition, params)

    members = {
        "name": name,
        "description": definition.description,
        "effects": tuple(map(str, effects)),
        "repeats": repeats,
        "execute": execute,
        "__module__": __name__,
        "__doc__": definition.description or name,
    }
    return type("RemoteTool", (BaseTool,), members)
