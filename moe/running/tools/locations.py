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
        result: The result; its evidence's points are numbers, and those that no map can show are left out.
        locations: The others, beside the evidence's own.
        faults: Why those cannot be shown.
    """

    result: JsonObject
    locations: tuple[Location, ...] = ()
    faults: tuple[str, ...] = ()


def take_locations(result: JsonObject) -> ToolLocations:
    """The points that a result lists below `locations`, and those of its evidence, held to what a map can show."""
    listed = [one for one in _list(result.get("locations")) if _is_location(one)]
    evidence = _list(result.get("evidence"))
    faults: list[str] = []
    locations = tuple(_take(listed[:_BROUGHT_MAX], faults))
    if any(_has_location(item) for item in evidence):
        result = {**result, "evidence": [_settle_location(item, faults) for item in evidence]}
    return ToolLocations(result=result, locations=locations, faults=tuple(dict.fromkeys(faults)))


def lists_points_alone(value: object) -> bool:
    """Whether a result's `locations` are points for a map and nothing else."""
    return bool(_list(value)) and all(map(_is_location, _list(value)))


def _take(listed: list[Any], faults: list[str]) -> Iterator[Location]:
    for one in listed:
        label = one.get("label") if isinstance(one, Mapping) else ""
        label = label if isinstance(label, str) else ""
        try:
            location = msgspec.convert(
                {**one, "label": label} if isinstance(one, Mapping) else one, Location, strict=False
            )
        except ValueError:
            faults.append(tell_unmapped(label, "its coordinates are no numbers"))
            continue
        fault = location.find_fault()
        if fault:
            faults.append(tell_unmapped(location.label, fault))
        else:
            yield location


def _has_location(item: Any) -> bool:
    return isinstance(item, Mapping) and item.get("location") is not None


def _settle_location(item: Any, faults: list[str]) -> Any:
    """An item of evidence with its point as evidence has it, or without: an item with another would be left out."""
    if not _has_location(item):
        return item
    given = item["location"]  # "" and {} are none, of which there is nothing to tell
    bare = {key: value for key, value in item.items() if key != "location"}
    for location in _take([given] if given else [], faults):
        return {**bare, "location": msgspec.to_builtins(location)}
    return bare


def _is_location(value: object) -> bool:
    return isinstance(value, Mapping) and "latitude" in value and "longitude" in value


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
