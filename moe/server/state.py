"""What all of the server's endpoints work with."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request

from moe.app import App
from moe.contracts.server_settings import ServerSettings
from moe.server.audit_desk import AuditDesk
from moe.server.collections.desk import CollectionDesk
from moe.server.figures.figures import Gauges, ServerFigures
from moe.server.gate import Gate
from moe.server.idempotency import KeptRequests
from moe.server.index_health import IndexHealth
from moe.server.keys.access import Access
from moe.server.keys.key import ADMIN, RUNS_READ, RUNS_WRITE, TOOLS_RUN
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
        gate: Who is let in.
        kept: Requests that may come again.
        collections: Documents that callers keep.
        figures: What is counted.
        audit: Who did what.
        index_health: Whether the index can be opened.
    """

    app: App
    settings: ServerSettings
    pool: RunPool
    hub: FeedHub
    desk: RunDesk
    gate: Gate
    kept: KeptRequests
    collections: CollectionDesk
    figures: ServerFigures
    audit: AuditDesk
    index_health: IndexHealth = field(default_factory=IndexHealth)
    is_stopping: bool = False

    async def take(self, app: App) -> bool:
        """Have another App of the project count for all that is asked from now on; runs in flight keep theirs.

        Returns:
            Whether workers with it are ready.
        """
        self.app = self.desk.app = self.collections.app = app
        return await self.pool.renew()

    def measure(self) -> Gauges:
        """How things stand now."""
        pool = self.pool
        return Gauges(queued=pool.queued, running=pool.running, streams=self.hub.readers, workers=pool.ready_workers)

    def list_reasons(self) -> list[str]:
        """Why it is not ready; [] when it is."""
        reasons = ["the server stops"] if self.is_stopping else []
        reasons += [self.audit.fault] if self.audit.fault else []
        return reasons if self.pool.ready_workers else [*reasons, "no worker is ready yet"]

    def list_warnings(self) -> list[str]:
        """What fails some of what may be asked; opens the index when its files have changed."""
        damage = self.index_health.find_damage(self.app)
        return [damage] if damage else []


async def find_state(request: Request) -> ServerState:
    """The state of the server that a request has come to."""
    state: ServerState = request.app.state.moe
    return state


async def find_access(request: Request) -> Access:
    """What a request may do and see."""
    access: Access = request.scope["moe.access"]
    return access


def needs(scope: str) -> Any:
    """An endpoint's demand of a scope; what the request may see is handed to it."""

    async def demand(access: Annotated[Access, Depends(find_access)]) -> Access:
        access.demand(scope)
        return access

    return Depends(demand)


State = Annotated[ServerState, Depends(find_state)]
Reader = Annotated[Access, needs(RUNS_READ)]
Writer = Annotated[Access, needs(RUNS_WRITE)]
ToolUser = Annotated[Access, needs(TOOLS_RUN)]
Chief = Annotated[Access, needs(ADMIN)]
