"""The graph of the project's index, or of a collection's."""

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from moe.contracts.atlas import AtlasPlaces, AtlasView
from moe.server.body import CheckedRoute
from moe.server.keys.access import Access
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.state import Reader, ServerState, State

router = APIRouter(route_class=CheckedRoute, prefix="/atlas", tags=["atlas"])

CollectionName = Annotated[str, Query(max_length=64, description="A collection, in place of the project's index")]
Limit = Annotated[int, Query(ge=1, le=2000, description="Most nodes")]
NodeId = Annotated[str, Query(min_length=1, max_length=1200, description="A node's id")]
_ANSWERS = describe_answers(AtlasView, "name_unknown", "invalid_request", "document")


@router.get("", responses=_ANSWERS)
async def look_over(state: State, access: Reader, limit: Limit = 300, collection: CollectionName = "") -> Response:
    """Show the names that most passages write, and the documents that they are in."""
    return await _answer(state, access, collection, lambda atlas: atlas.look_over(limit=limit))


@router.get("/search", responses=_ANSWERS)
async def search_nodes(
    state: State,
    access: Reader,
    text: Annotated[str, Query(min_length=1, max_length=500, description="Words to look for")],
    limit: Limit = 50,
    collection: CollectionName = "",
) -> Response:
    """Find names, documents and passages by words."""
    return await _answer(state, access, collection, lambda atlas: atlas.search(text, limit=limit))


@router.get("/places", responses=describe_answers(AtlasPlaces, "name_unknown", "invalid_request", "document"))
async def locate_rows(
    state: State,
    access: Reader,
    text: Annotated[str, Query(max_length=500, description="Words that their passages say; empty for all")] = "",
    limit: Annotated[int, Query(ge=1, le=2000, description="Most places")] = 500,
    collection: CollectionName = "",
) -> Response:
    """Show where on the Earth rows of documents lie that have coordinates."""
    return await _answer(state, access, collection, lambda atlas: atlas.locate(text.strip(), limit=limit))


@router.get("/neighbours", responses=_ANSWERS)
async def look_around(
    state: State,
    access: Reader,
    node: NodeId,
    limit: Limit = 50,
    offset: Annotated[int, Query(ge=0, lt=10**9, description="So many are passed over")] = 0,
    collection: CollectionName = "",
) -> Response:
    """Show what a node is joined to."""
    look = lambda atlas: atlas.look_around(node, limit=limit, offset=offset)  # noqa: E731
    return await _answer(state, access, collection, look)


@router.get("/path", responses=_ANSWERS)
async def find_path(
    state: State, access: Reader, begin: NodeId, end: NodeId, collection: CollectionName = ""
) -> Response:
    """Show the shortest way between two nodes: no nodes where there is none."""
    return await _answer(state, access, collection, lambda atlas: atlas.find_way(begin, end))


async def _answer(state: ServerState, access: Access, collection: str, look: Any) -> Response:
    def work() -> AtlasView | AtlasPlaces:
        kept = state.collections.find_kept(collection, access) if collection else None
        view: AtlasView | AtlasPlaces = look(state.app.open_atlas(kept))
        return view

    return answer_json(await to_thread(work))
