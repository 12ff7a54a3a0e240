"""Layers of settings: each remembers who said what, and lies over the ones below."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from moe_core.loading.config.yaml_values import KeyPath

LayerName = Literal["default", "bundled", "user", "project", "environment", "flag"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Who set a value.

    Attributes:
        layer: Which layer.
        place: Where in it: "config/system.yaml:12", the variable's name, or "--set".
        source: The same for an error message: the file's full path and line, the variable, or the flag.
    """

    layer: LayerName
    place: str = ""
    source: str = ""

    def __str__(self) -> str:
        return f"{self.layer} {self.place}".rstrip()


DEFAULT_ORIGIN = Origin(layer="default")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Values, nested as in the files, and the origin of every key and list item by its path."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: Mapping[KeyPath, Origin] = field(default_factory=dict)


def merge_layers(below: Layer, above: Layer) -> Layer:
    """Lay one layer over another: mappings are joined key by key, everything else is replaced."""
    origins = dict(below.origins)
    values = _merge(below.values, above, above.values, (), origins)
    return Layer(values=values, origins=origins)


def _merge(
    below: Mapping[str, Any], above: Layer, over: Mapping[str, Any], path: KeyPath, origins: dict[KeyPath, Origin]
) -> dict[str, Any]:
    merged = dict(below)
    for key, value in over.items():
        here = (*path, key)
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], above, value, here, origins)
            origins[here] = above.origins[here]
            continue
        merged[key] = value
        for old in [known for known in origins if known[: len(here)] == here]:
            del origins[old]
        origins.update({new: origin for new, origin in above.origins.items() if new[: len(here)] == here})
    return merged


def iterate_leaves(values: Mapping[str, Any], path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every value that is no mapping, and every empty mapping, with its path."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from iterate_leaves(value, (*path, key))
        else:
            yield (*path, key), value
