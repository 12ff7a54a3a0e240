"""Where the page's map has its pictures from."""

import msgspec
from fastapi import APIRouter, Response

from moe.server.body import CheckedRoute
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.state import Reader, State

router = APIRouter(route_class=CheckedRoute, tags=["operations"])


class MapTiles(msgspec.Struct, frozen=True, kw_only=True):
    """Pictures that a map lies on.

    Attributes:
        address: With {z}, {x} and {y} for one of them; "" for a map of outlines alone.
        credit: Whom the map names for them; "" for the address's host.
    """

    address: str
    credit: str


@router.get("/map", responses=describe_answers(MapTiles))
async def tell_map_tiles(state: State, _: Reader) -> Response:
    """Tell where pictures for maps come from, as `server.map_tiles` says."""
    return answer_json(MapTiles(address=state.settings.map_tiles, credit=state.settings.map_credit))
