"""What all of the server's endpoints work with."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from moe.app import App
from moe.contracts.server_settings import ServerSettings
from moe.server.idempotency import KeptRequests
from moe.server.pool.pool import RunPool
from moe.server.run_desk import RunDesk
from moe.server.streams.hub import FeedHub


@dataclass(slots=True, kw_only=True)
class ServerState:
    """One server.

    Attributes:
        app: The project's App; it reads the record, and does no runs.
        settings: The server's.
        pool: Who does runs.
        hub: Streams of their events.
        is_stopping: It takes nothing new.
        desk: Runs, as callers see them.
        kept: Requests that may come again.
    """

    app: App
    settings: ServerSettings
    pool: RunPool
    hub: FeedHub
    desk: RunDesk
    kept: KeptRequests
    is_stopping: bool = False

    def list_reasons(self) -> list[str]:
        """Why it is not ready; [] when it is."""
        reasons = ["the server stops"] if self.is_stopping else []
        return reasons if self.pool.ready_workers else [*reasons, "no worker is ready yet"]


async def find_state(request: Request) -> ServerState:
    """The state of the server that a request has come to."""
    state: ServerState = request.app.state.moe
    return state


State = Annotated[ServerState, Depends(find_state)]
