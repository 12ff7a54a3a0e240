"""The instances of tools in one run: one a tool that opens something, one a call for every other."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import anyio

from moe_core.contracts.plugin import Entry
from moe_core.contracts.tool import BaseTool

_CLOSE_SECONDS = 5.0  # for saying good-bye to a server


class ToolInstances:
    """Opened when they are first used."""

    def __init__(self, closing: AsyncExitStack) -> None:
        """Instances that end with the stack.

        Args:
            closing: Closes them, last opened first.
        """
        self._open: dict[str, BaseTool] = {}
        self._closing = closing
        self._lock = anyio.Lock()

    def __repr__(self) -> str:
        return f"<ToolInstances {sorted(self._open)}>"

    async def get(self, entry: Entry[type[BaseTool]]) -> BaseTool:
        """The instance for a call; whatever the tool's own `open` raises passes."""
        cls = entry.value
        if cls.open is BaseTool.open and cls.close is BaseTool.close:
            return cls()
        async with self._lock:
            if entry.full_id not in self._open:
                tool = cls()
                self._closing.push_async_callback(_close, entry.name, tool)
                await tool.open()
                self._open[entry.full_id] = tool
        return self._open[entry.full_id]


@asynccontextmanager
async def open_tools() -> AsyncIterator[ToolInstances]:
    """Instances that are closed at the end of the block, whatever ends it."""
    async with AsyncExitStack() as closing:
        yield ToolInstances(closing)


async def _close(name: str, tool: BaseTool) -> None:
    """Close a tool, for a few seconds and whatever it raises: the run is done, and must end."""
    with anyio.move_on_after(_CLOSE_SECONDS, shield=True):
        try:
            await tool.close()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the plugin boundary
            logging.getLogger(f"moe.tools.{name}").warning("tool %s: close failed: %s", name, type(error).__name__)
