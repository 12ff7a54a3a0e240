"""The points on the Earth that a tool's result brings."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from moe_core.contracts.location import Location, tell_unmapped
from moe_core.contracts.wire import JsonObject

_BROUGHT_MAX = 1000  # of one call: beyond that a map shows nothing


class ToolLocations(msgspec.Struct, frozen=True, kw_only=True):
    """What a tool's result says of where things lie.

    Attributes:
        result: The result, without the points that no map can show.
        locations: The others, beside the evidence's own.
        faults: Why those cannot be shown.
    """

    result: JsonObject
    locations: tuple[Location, ...] = ()
    faults: tuple[str, ...] = ()


def take_locations(result: JsonObject) -> ToolLocations:
    """The points that a result lists below `locations`, and those of its evidence, held to what a map can show."""
    listed = [one for one in _list(result.get("locations")) if _is_location(one)]
    located = [item for item in _list(result.get("evidence")) if isinstance(item, Mapping) and item.get("location")]
    if not listed and not located:
        return ToolLocations(result=result)
    faults: list[str] = []
    locations = tuple(_take(listed[:_BROUGHT_MAX], faults))
    if any(not list(_take([item["location"]], faults)) for item in located):
        result = {**result, "evidence": [_without_bad_location(item) for item in _list(result["evidence"])]}
    return ToolLocations(result=result, locations=locations, faults=tuple(dict.fromkeys(faults)))


def lists_points_alone(value: object) -> bool:
    """Whether a result's `locations` are points for a map and nothing else."""
    return bool(_list(value)) and all(map(_is_location, _list(value)))


def _take(listed: list[Any], faults: list[str]) -> Iterator[Location]:
    for one in listed:
        try:
            location = msgspec.convert(one, Location, strict=False)
        except ValueError:
            label = one.get("label") if isinstance(one, Mapping) else ""
            faults.append(tell_unmapped(label if isinstance(label, str) else "", "its coordinates are no numbers"))
            continue
        fault = location.find_fault()
        if fault:
            faults.append(tell_unmapped(location.label, fault))
        else:
            yield location


def _without_bad_location(item: Any) -> Any:
    if not isinstance(item, Mapping) or not item.get("location") or list(_take([item["location"]], [])):
        return item
    return {key: value for key, value in item.items() if key != "location"}


def _is_location(value: object) -> bool:
    return isinstance(value, Mapping) and "latitude" in value and "longitude" in value


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
