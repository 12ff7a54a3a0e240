"""The MCP servers that config/tools.yaml names: their accepted tools, and accepting them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from moe_core.contracts.definition import DefinitionChange, ToolDefinition, list_definition_changes
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.plugin import Entry, Problem
from moe_core.loading.settings import McpServer, ToolSettings
from moe_kit.remote.definitions import DefinitionStore
from moe_kit.remote.server import RemoteServer
from moe_kit.remote.tools import make_remote_entries

FOLDER = "mcp"
"""Below the user's own settings."""


class RemoteLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says of its tools now, beside what was accepted."""

    told: tuple[ToolDefinition, ...]
    changes: tuple[DefinitionChange, ...]


class RemoteServers(msgspec.Struct, frozen=True, kw_only=True):
    """The servers of a configuration.

    Attributes:
        tools: config/tools.yaml.
        store: What was accepted.
    """

    tools: Mapping[str, ToolSettings]
    store: DefinitionStore

    @classmethod
    def open(cls, tools: Mapping[str, ToolSettings], user: Path) -> "RemoteServers":
        """Those of a configuration, with what the user has accepted."""
        return cls(tools=tools, store=DefinitionStore(folder=user / FOLDER))

    def names(self) -> list[str]:
        """The entries that name a server."""
        return [name for name, settings in self.tools.items() if settings.mcp is not None and settings.enabled]

    def list_entries(self) -> tuple[list[Entry[Any]], list[Problem]]:
        """The accepted tools, and the servers of which none are. No server is asked."""
        entries, problems = list[Entry[Any]](), list[Problem]()
        for name in self.names():
            server, settings = self._find(name)
            accepted = self.store.load(name, server.identity)
            if accepted is None:
                problems.append(
                    Problem(
                        plugin=f"config/tools.yaml: {name}",
                        reason="not_accepted",
                        message=f"you have not accepted the tools of MCP server {name} yet",
                        hint=f"moe mcp accept {name}",
                        location="config/tools.yaml",
                    )
                )
                continue
            asks_first = settings.asks_first or bool(self.tools[name].asks_first)  # the word may stand beside mcp too
            entries += make_remote_entries(
                server, accepted, settings.effects, repeats=settings.repeats, asks_first=asks_first
            )
        return entries, problems

    def list_accepted(self, name: str) -> list[str] | None:
        """The names of a server's accepted tools; None when nothing was accepted yet."""
        accepted = self.store.load(name, self._find(name)[0].identity)
        return None if accepted is None else [one.name for one in accepted]

    async def look(self, name: str) -> RemoteLook:
        """Ask a server for its tools.

        Raises:
            NameUnknownError: No server has that name.
            ToolError: It cannot be asked.
        """
        server, _ = self._find(name)
        told = await server.list_definitions()
        accepted = self.store.load(name, server.identity) or ()
        return RemoteLook(told=told, changes=tuple(list_definition_changes(accepted, told)))

    def accept(self, name: str, look: RemoteLook) -> None:
        """Accept what a server was seen to say.

        Raises:
            StorageError: The user's folder cannot be written.
        """
        self.store.keep(name, self._find(name)[0].identity, look.told)

    def _find(self, name: str) -> tuple[RemoteServer, McpServer]:
        found = self.tools.get(name)
        if found is None or found.mcp is None:
            there = ", ".join(self.names())
            hint = f"there are: {there}" if there else "write weather: {mcp: {command: [...]}} into config/tools.yaml"
            raise NameUnknownError("MCP server", name, hint=hint)
        return RemoteServer(
            name=name,
            command=found.mcp.command,
            url=found.mcp.url,
            env=found.mcp.env,
            token=found.mcp.token or (f"env:{found.mcp.token_env}" if found.mcp.token_env else ""),
            timeout_seconds=found.mcp.timeout_seconds,
        ), found.mcp
