"""The path `/mcp`: the Model Context Protocol over HTTP, with the server's keys."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from starlette.types import Receive, Scope, Send

from moe.mcp.server import build_server
from moe.server.mcp_answers import ASKING, WorkerAnswers
from moe.server.state import ServerState


class McpDoor:
    """An ASGI application; each request stands for itself, so that any of several servers may answer it.

    Args:
        state: The server's.
    """

    def __init__(self, state: ServerState) -> None:
        self._state = state
        self._app = state.app
        self._answers = WorkerAnswers(desk=state.desk, wait_seconds=state.settings.wait_max_seconds)
        # Host, Origin and the body's length have been looked at before.
        server = build_server(self._app, self._answers)
        self._manager = StreamableHTTPSessionManager(server, stateless=True, json_response=True)

    def __repr__(self) -> str:
        return "<McpDoor>"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve while the block lasts."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for the key that it shows."""
        if self._app is not self._state.app:
            self._app = self._state.app
            self._manager.app = build_server(self._app, self._answers)  # what has begun keeps the one it has
        token = ASKING.set(scope["moe.access"])
        try:
            await self._manager.handle_request(scope, receive, send)
        finally:
            ASKING.reset(token)
