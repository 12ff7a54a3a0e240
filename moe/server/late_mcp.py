"""The path `/mcp`, opened by its first request: what speaks the protocol is a quarter of the server's memory."""

from asyncio import Lock, to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from pkgutil import resolve_name
from typing import Any

import anyio
from anyio.abc import TaskGroup, TaskStatus
from starlette.types import Receive, Scope, Send

from moe.server.state import ServerState

_PACKAGES = ("mcp", "mcp_types")


def speaks_mcp() -> bool:
    """Whether the packages that it takes are installed."""
    return all(find_spec(name) for name in _PACKAGES)


class LateMcp:
    """An ASGI application that imports its own when it is first called.

    Args:
        state: The server's.
    """

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._opening = Lock()
        self._door: Any = None
        self._tasks: TaskGroup | None = None

    def __repr__(self) -> str:
        return f"<LateMcp, {'opened' if self._door else 'closed'}>"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve while the block lasts."""
        async with anyio.create_task_group() as self._tasks:
            yield
            self._tasks.cancel_scope.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for the key that it shows."""
        async with self._opening:
            if self._door is None and self._tasks is not None:
                self._door = await self._tasks.start(self._hold_open)
        await self._door(scope, receive, send)

    async def _hold_open(self, task_status: TaskStatus[Any]) -> None:
        make = await to_thread(resolve_name, "moe.server.mcp_door:McpDoor")
        door = await to_thread(make, self._state)
        async with door.open():
            task_status.started(door)
            await anyio.sleep_forever()
