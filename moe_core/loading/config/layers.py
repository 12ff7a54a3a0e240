"""Layers of settings: each remembers who said what, and lies over the ones below."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from moe_core.loading.config.yaml_values import KeyPath

LayerName = Literal["default", "bundled", "user", "project", "environment", "flag"]


class Origin(msgspec.Struct, frozen=True, kw_only=True):
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


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """Values, nested as in the files, and the origin of every key and list item by its path."""

    values: dict[str, Any] = msgspec.field(default_factory=dict)
    origins: Mapping[KeyPath, Origin] = msgspec.field(default_factory=dict)


def merge_layers(below: Layer, above: Layer) -> Layer:
    """Lay one layer over another: mappings are joined key by key, everything else is replaced.

    A server's entry is replaced whole, so that a key never meets an address that another layer has named: each entry
    of `providers.providers`, and a tool's `settings` as soon as either layer names a variable in them.
    """
    return _lay(below, above, is_one_layer=False)


def join_parts(first: Layer, second: Layer) -> Layer:
    """Two parts of one layer, such as two environment variables: all mappings are joined key by key."""
    return _lay(first, second, is_one_layer=True)


def overlay_settings(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """A tool's settings under those of somebody else: joined, unless a variable is named in either.

    By the name of the setting, which ends in `_env`. Whoever names one names the address for it too.
    """
    if above and _names_variable(below, above):
        return dict(above)
    return {**below, **above}


def _lay(below: Layer, above: Layer, *, is_one_layer: bool) -> Layer:
    origins = dict(below.origins)
    values = _merge(below.values, above, above.values, (), origins, is_one_layer)
    return Layer(values=values, origins=origins)


def _merge(
    below: Mapping[str, Any],
    above: Layer,
    over: Mapping[str, Any],
    path: KeyPath,
    origins: dict[KeyPath, Origin],
    is_one_layer: bool,
) -> dict[str, Any]:
    merged = dict(below)
    for key, value in over.items():
        here = (*path, key)
        known: Any = merged.get(key)
        is_pair = isinstance(known, dict) and isinstance(value, dict)
        if is_pair and (is_one_layer or not _is_whole(here, known, value)):
            merged[key] = _merge(known, above, value, here, origins, is_one_layer)
            origins[here] = above.origins[here]
            continue
        merged[key] = value
        for old in [one for one in origins if one[: len(here)] == here]:
            del origins[old]
        origins.update({new: origin for new, origin in above.origins.items() if new[: len(here)] == here})
    return merged


def _is_whole(path: KeyPath, below: Mapping[str, Any], above: Mapping[str, Any]) -> bool:
    match path:
        case ("providers", "providers", _):
            return True
        case ("tools", _, "settings"):
            return bool(above) and _names_variable(below, above)
    return False


def _names_variable(*settings: Mapping[str, Any]) -> bool:
    return any(str(key).endswith("_env") and value for one in settings for key, value in one.items())


def iterate_leaves(values: Mapping[str, Any], path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every value that is no mapping, and every empty mapping, with its path."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from iterate_leaves(value, (*path, key))
        else:
            yield (*path, key), value
