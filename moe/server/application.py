"""The API, put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route
from starlette.types import ASGIApp

from moe.server.edge import ServerEdge
from moe.server.handlers import add_handlers
from moe.server.late_mcp import LateMcp, speaks_mcp
from moe.server.openapi import describe_api
from moe.server.rest import (
    atlas,
    attention,
    catalog,
    chat,
    collections,
    conversations,
    decisions,
    embeddings,
    events,
    health,
    index,
    keys,
    login,
    map_tiles,
    operations,
    personas,
    question_sets,
    run_work,
    runs,
    session,
    tasks,
    tools,
)
from moe.server.state import ServerState
from moe.version import VERSION
from moe.web.site import Site

API = "/api/v1"
# Headers that pages of other sites may send.
_TAKEN = ("authorization", "content-type", "idempotency-key", "last-event-id", "traceparent", "x-correlation-id")
_ROOMS = (
    *(runs, run_work, decisions, tasks, events, catalog, tools, collections),
    *(index, atlas, conversations, attention, personas, question_sets, operations, keys, session, login, map_tiles),
)


def build_api(state: ServerState) -> FastAPI:
    """The API of a server."""

    door = LateMcp(state) if speaks_mcp() else None

    @asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        state.pool.start()
        async with AsyncExitStack() as stack:
            if door is not None:
                await stack.enter_async_context(door.open())
            yield
        await state.pool.close()

    api = FastAPI(
        title="moe",
        version=VERSION,
        lifespan=live,
        docs_url=None,  # their pages load code from elsewhere
        redoc_url=None,
        root_path=state.settings.root_path,
        redirect_slashes=False,
    )
    api.state.moe = state
    add_handlers(api)
    for router in (runs.root, catalog.root, health.router, chat.router, embeddings.router):
        api.include_router(router)
    for router in (room.router for room in _ROOMS):
        api.include_router(router, prefix=API)
    if door is not None:
        api.router.routes.append(Route("/mcp", endpoint=door, methods=["GET", "POST", "DELETE"]))
    describe: Callable[[], dict[str, object]] = lambda: describe_api(api, demands_keys=state.gate.demands_keys)  # noqa: E731
    api.openapi = describe  # type: ignore[method-assign]
    return api


def build_application(state: ServerState, site: Site) -> ASGIApp:
    """The API and the page behind their edge; pages of other sites may use the API where the settings name them."""
    edge = ServerEdge(build_api(state), state, site)
    origins = state.settings.allowed_origins
    if not origins:
        return edge
    return CORSMiddleware(
        edge,
        allow_origins=origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=[*_TAKEN],
        expose_headers=["location", "retry-after", "traceparent", "x-correlation-id"],
    )
