"""GeoJSON: features as records of their properties, long outlines by the box around them."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

_WHOLE_TURN = 360.0
_POSITIONS_MAX = 12  # more of them fill a record's line with figures that no question asks about


def arrange_features(value: Any) -> Any:
    """GeoJSON as plain records; any other JSON as it is.

    A feature becomes its properties, its id and its geometry, without the word "Feature" in each, which would seem to
    be what names them. An outline of many positions is told by its `bbox`: west, south, east, north.
    """
    if not isinstance(value, dict):
        return value
    features = value.get("features")
    if value.get("type") == "FeatureCollection" and isinstance(features, list):
        rest = {key: child for key, child in value.items() if key not in ("type", "features")}
        return {**rest, "features": [_arrange(feature) for feature in features]}
    return _arrange(value)


def _arrange(feature: Any) -> Any:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return feature
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    others = {key: child for key, child in feature.items() if key not in ("type", "properties", "geometry")}
    record = {**properties, **{key: child for key, child in others.items() if key not in properties}}
    geometry = feature.get("geometry")
    if geometry is None:
        return record
    key = "geometry" if "geometry" not in properties else "feature geometry"
    return {**record, key: _shorten(geometry)}


def _shorten(geometry: Any) -> Any:
    if not isinstance(geometry, dict) or "coordinates" not in geometry:
        return geometry
    positions = list(_iterate_positions(geometry["coordinates"]))
    if len(positions) <= _POSITIONS_MAX:
        return geometry
    try:
        # Written as in the file: what is least is found by its number.
        axes = [sorted((position[axis] for position in positions), key=float) for axis in (0, 1)]
        axes[0] = begin_behind_gap(axes[0])
    except (ValueError, TypeError, IndexError):
        return geometry
    return {**_without_coordinates(geometry), "bbox": [*(axis[0] for axis in axes), *(axis[-1] for axis in axes)]}


def begin_behind_gap(longitudes: Sequence[Any]) -> list[Any]:
    """Longitudes, in their order, from the west of what they span to its east.

    What is narrower across the 180th meridian than around the rest of the Earth lies across it: Fiji from 177 to -178.
    """
    gaps = [float(east) - float(west) for west, east in pairwise(longitudes)]
    widest = max(gaps, default=0.0)
    around = _WHOLE_TURN - sum(gaps)
    place = gaps.index(widest) + 1 if widest > max(around, _WHOLE_TURN / 2) else 0
    return [*longitudes[place:], *longitudes[:place]]


def _without_coordinates(geometry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: child for key, child in geometry.items() if key != "coordinates"}


def _iterate_positions(value: Any) -> Iterator[list[Any]]:
    """Every list of scalars in a list of lists, in its order."""
    stack = [value]
    while stack:
        inner = stack.pop()
        if not isinstance(inner, list):
            continue
        if inner and not any(isinstance(child, list | dict) for child in inner):
            yield inner
        stack += reversed([child for child in inner if isinstance(child, list)])
