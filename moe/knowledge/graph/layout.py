"""Places for the nodes of a graph, so that whoever draws it draws the same picture at once."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.intp]

_SPACING = 26.0  # between neighbours of the spiral, in the page's pixels at a scale of 1
_ROOM = 1.8  # times the spiral's radius: names are to fit beside nodes
_GOLDEN_ANGLE = np.pi * (3 - np.sqrt(5))
_SMOOTHINGS = 30
_STEPS = 120
_CELLS = 64  # a side of the mesh by which nodes push each other: finer shows no other picture, and costs more
_DIGITS = 1  # of a pixel: below it pictures are the same, whatever the processor made of the last bits
_PLACED_MAX = 20_000  # nodes; a second of work
_KEPT = 32  # pictures that are looked at again
_GRAVITY = 0.08  # keeps parts that nothing joins in sight
_HELD = 5.0  # times as much gravity for what no edge holds: it would drift away, and all else would look small
_FIRST_STEP = 0.06  # of the picture's width that a node may move in the first step; in the last one hardly anything


def find_places(ids: Sequence[str], edges: Sequence[tuple[str, str]]) -> Mapping[str, tuple[float, float]]:
    """x and y of each node by its id, kept for who asks again; none for a graph that is too large to be looked at.

    Args:
        ids: The nodes'.
        edges: Pairs of them; what has an end elsewhere counts for nothing.
    """
    if len(ids) > _PLACED_MAX:
        return {}
    numbers = {node: number for number, node in enumerate(ids)}
    ends = sorted({(numbers[a], numbers[b]) for a, b in edges if a in numbers and b in numbers})
    return dict(zip(ids, _lay_out_once(len(ids), tuple(ends)), strict=True))


@lru_cache(maxsize=_KEPT)
def _lay_out_once(count: int, edges: tuple[tuple[int, int], ...]) -> tuple[tuple[float, float], ...]:
    places = lay_out(count, edges) + 0.0
    return tuple((round(x, _DIGITS), round(y, _DIGITS)) for x, y in places.tolist())


def lay_out(count: int, edges: Sequence[tuple[int, int]]) -> Floats:
    """Places of shape (count, 2): joined nodes near each other, all of them apart; the same for the same graph.

    Nodes push each other away with a force that falls with their distance, summed over a mesh by Fourier transforms, so
    that a step costs the same for any number of nodes; edges pull in proportion to their length.

    Args:
        count: Nodes, numbered from 0.
        edges: Pairs of them; what joins a node to itself counts for nothing.
    """
    ends = np.array([edge for edge in edges if edge[0] != edge[1]], dtype=np.intp).reshape(-1, 2)
    degrees = np.bincount(ends.ravel(), minlength=count).astype(np.float64)
    places = _begin(degrees)
    if count < 3 or not len(ends):
        return places
    _smooth(places, ends, degrees)
    _part(places, ends, degrees)
    far = max(float(np.hypot(places[:, 0], places[:, 1]).max()), 1e-9)
    room = _ROOM * _SPACING * float(np.sqrt(count))
    return np.asarray(places * (room / far))


def _begin(degrees: Floats) -> Floats:
    """A spiral, those with most edges in its middle."""
    ranks = np.empty(len(degrees))
    ranks[np.argsort(-degrees, kind="stable")] = np.arange(len(degrees))
    distance, angle = _SPACING * np.sqrt(ranks), ranks * _GOLDEN_ANGLE
    return np.stack((distance * np.cos(angle), distance * np.sin(angle)), axis=1)


def _smooth(places: Floats, ends: Counts, degrees: Floats) -> None:
    """Draw each node towards the middle of those that it is joined to, over and over, at the same width of it all."""
    joined = degrees > 0
    width = places[joined].std(axis=0)
    for _ in range(_SMOOTHINGS):
        middle = _sum_neighbours(places, ends)[joined] / degrees[joined, None]
        moved = 0.5 * places[joined] + 0.5 * middle
        moved -= moved.mean(axis=0)
        places[joined] = moved * (width / np.maximum(moved.std(axis=0), 1e-9))
    places += 0.2 * _begin(degrees)  # leaves of one node are not to lie upon each other


def _part(places: Floats, ends: Counts, degrees: Floats) -> None:
    weights = degrees + 1.0
    gravity = (_GRAVITY * (1 + _HELD / weights))[:, None]
    for step in range(_STEPS):
        places -= np.average(places, axis=0, weights=weights)
        width = max(float(np.abs(places).max()), 1e-9)
        push = _push(places / width, weights) * weights[:, None]
        pull = (_sum_neighbours(places, ends) - degrees[:, None] * places) / width
        share = _SPACING**2 / width**2 * len(places) / weights.sum()
        force = (share * push + pull) / weights[:, None] - gravity * places / width
        length = np.maximum(np.hypot(force[:, 0], force[:, 1]), 1e-12)[:, None]
        most = _FIRST_STEP * (1 - step / _STEPS)
        places += width * force * np.minimum(1.0, most / length)


def _sum_neighbours(places: Floats, ends: Counts) -> Floats:
    a, b = ends[:, 0], ends[:, 1]
    ways = np.concatenate((a, b))
    others = places[np.concatenate((b, a))]
    return np.stack([np.bincount(ways, others[:, axis], len(places)) for axis in (0, 1)], axis=1)


def _push(places: Floats, weights: Floats) -> Floats:
    """What pushes a node of weight 1 at each place, of places within [-1, 1]."""
    cells = (places + 1) / 2 * (_CELLS - 2)
    first = np.minimum(cells.astype(np.intp), _CELLS - 2)
    part = cells - first
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    shares = [
        (part[:, 0] if right else 1 - part[:, 0]) * (part[:, 1] if down else 1 - part[:, 1]) for right, down in corners
    ]
    index = [(first[:, 0] + right) * _CELLS + first[:, 1] + down for right, down in corners]
    mesh = np.bincount(np.concatenate(index), np.concatenate([weights * share for share in shares]), _CELLS**2)
    spectrum = np.fft.rfft2(mesh.reshape(_CELLS, _CELLS), (2 * _CELLS, 2 * _CELLS))
    field = [
        np.fft.irfft2(spectrum * kernel, (2 * _CELLS, 2 * _CELLS))[:_CELLS, :_CELLS].ravel() for kernel in _kernels()
    ]
    told = [sum(share * axis[at] for share, at in zip(shares, index, strict=True)) for axis in field]
    return np.stack(told, axis=1) * (_CELLS / 2)


@cache
def _kernels() -> tuple[NDArray[np.complex128], NDArray[np.complex128]]:
    """The push of one cell on all others along both axes, as spectra: 1 / distance, in cells."""
    steps = np.fft.fftfreq(2 * _CELLS, 1 / (2 * _CELLS))
    x, y = np.meshgrid(steps, steps, indexing="ij")
    squared = x * x + y * y + 0.5
    return np.fft.rfft2(x / squared), np.fft.rfft2(y / squared)
