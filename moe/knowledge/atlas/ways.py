"""The shortest way between two nodes of a graph that is read as it is walked."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

Place = tuple[str, int]
LookAround = Callable[[Sequence[Place]], Mapping[Place, list[Place]]]

_MOST_SEEN = 20_000  # nodes: a second's work; who is joined at all is mostly found long before


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Attributes:
        places: From end to end; none without a way.
        is_cut: Too many nodes were looked at; there may be a way.
    """

    places: tuple[Place, ...]
    is_cut: bool = False


def find_way(begin: Place, end: Place, look_around: LookAround) -> Way:
    """Walk from both ends at once, the narrower side first, until they meet."""
    if begin == end:
        return Way(places=(begin,))
    sides: tuple[dict[Place, Place | None], dict[Place, Place | None]] = ({begin: None}, {end: None})
    rims: list[list[Place]] = [[begin], [end]]
    while rims[0] and rims[1]:
        side = 0 if len(rims[0]) <= len(rims[1]) else 1
        own, other = sides[side], sides[1 - side]
        around = look_around(rims[side])
        rim: list[Place] = []
        for place in rims[side]:
            for near in around[place]:
                if near in own:
                    continue
                own[near] = place
                if near in other:
                    return Way(places=_join(sides, near))
                rim.append(near)
        rims[side] = rim
        if len(own) + len(other) > _MOST_SEEN:
            return Way(places=(), is_cut=True)
    return Way(places=())


def _join(sides: tuple[Mapping[Place, Place | None], Mapping[Place, Place | None]], met: Place) -> tuple[Place, ...]:
    first, last = (list(_go_back(side, met)) for side in sides)
    return (*reversed(first), *last[1:])


def _go_back(side: Mapping[Place, Place | None], place: Place) -> "list[Place]":
    way: list[Place] = []
    at: Place | None = place
    while at is not None:
        way.append(at)
        at = side[at]
    return way
