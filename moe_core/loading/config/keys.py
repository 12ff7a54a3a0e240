"""The keys that a configuration may hold, and the one that a misspelt key was meant to be."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.yaml_values import KeyPath

_CUTOFF = 0.6  # of difflib; its own, as everywhere where near names are told


def join_key(path: KeyPath) -> str:
    """The dotted key of a path; a part that holds a dot stands in quotes."""
    return ".".join(f'"{part}"' if "." in part else part for part in path)


def split_key(key: str) -> KeyPath:
    """The path of a dotted key, as `join_key` writes it.

    Raises:
        ConfigError: A part is empty or a quote stays open.
    """
    parts: list[str] = []
    rest = key
    while True:
        if rest.startswith('"'):
            part, closed, rest = rest[1:].partition('"')
            if not closed or (rest and not rest.startswith(".")):
                raise ConfigError(f"key {key} has a quote out of place", key=key, hint='write models."a.b".base')
            rest, more = rest[1:], bool(rest)
        else:
            part, dot, rest = rest.partition(".")
            more = bool(dot)
        if not part:
            raise ConfigError(f"{key!r} is no key", key=key, hint="write a dotted key like system.provider")
        parts.append(part)
        if not more:
            return tuple(parts)


def known_keys(schema: type[BaseModel], path: KeyPath) -> tuple[str, ...] | None:
    """The keys allowed below a path, or None where any name goes."""
    fields = _fields(_find_annotation(schema, path))
    return tuple(fields) if fields is not None else None


def find_field(schema: type[BaseModel], path: KeyPath) -> FieldInfo | None:
    """What is declared of the setting at a path; None where any name goes."""
    model = _without_none(_find_annotation(schema, path[:-1]))
    if not isinstance(model, type) or not issubclass(model, BaseModel):
        return None
    return next((info for name, info in model.model_fields.items() if path[-1] in (name, info.alias)), None)


def find_near_beside(schema: type[BaseModel], path: KeyPath) -> str | None:
    """The key that may stand at an unknown one's place and is most like it."""
    return next(
        iter(get_close_matches(path[-1].lower(), known_keys(schema, path[:-1]) or (), n=1, cutoff=_CUTOFF)), None
    )


def nearest_key(schema: type[BaseModel], path: KeyPath) -> KeyPath | None:
    """The known key most like an unknown one, spelt out from the top, or None."""
    if len(path) == 1 and (elsewhere := _find_elsewhere(schema, path[0], cutoff=1.0)):
        return elsewhere  # a flag without its file
    fixed: KeyPath = ()
    for part in path:
        known = known_keys(schema, fixed)
        if known is None or part in known or _takes_any_name(schema, fixed):
            fixed = (*fixed, part)
            continue
        close = get_close_matches(part.lower(), known, n=1, cutoff=_CUTOFF)
        if not close:  # within an entry a slip is one of the entry's own keys, whatever it is like elsewhere
            return _find_elsewhere(schema, path[-1].lower(), cutoff=1.0 if _is_entry(schema, fixed) else 0.8)
        fixed = (*fixed, close[0])
    return fixed


def _find_annotation(schema: type[BaseModel], path: KeyPath) -> Any:
    """The type of what stands at a path."""
    annotation: Any = schema
    for part in path:
        annotation = (_fields(annotation) or {}).get(part, _item_type(annotation))
    return annotation


def _takes_any_name(schema: type[BaseModel], path: KeyPath) -> bool:
    """Whether a mapping has keys of its own beside names of any kind."""
    annotation = _find_annotation(schema, path)
    return _fields(annotation) is not None and _item_type(annotation) is not None


def _is_entry(schema: type[BaseModel], path: KeyPath) -> bool:
    """Whether a path is an entry's: what stands above it takes any name."""
    return bool(path) and known_keys(schema, path[:-1]) is None


def _find_elsewhere(schema: type[BaseModel], name: str, *, cutoff: float = 0.8) -> KeyPath | None:
    """A key that is spelt right, or nearly, but belongs to another file or section."""
    by_name = {path[-1]: path for path in _iterate_paths(schema, ())}
    close = get_close_matches(name, by_name, n=1, cutoff=cutoff)
    return by_name[close[0]] if close else None


def _iterate_paths(annotation: Any, path: KeyPath) -> Iterator[KeyPath]:
    for name, inner in (_fields(annotation) or {}).items():
        yield (*path, name)
        yield from _iterate_paths(inner, (*path, name))


def _fields(annotation: Any) -> dict[str, Any] | None:
    annotation = _without_none(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {info.alias or name: info.annotation for name, info in annotation.model_fields.items()}
    return None


def _item_type(annotation: Any) -> Any:
    """What stands behind names of any kind; None where none may stand."""
    annotation = _without_none(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        annotation = annotation.__annotations__.get("__pydantic_extra__")
    return get_args(annotation)[1] if get_origin(annotation) in (dict, Mapping) else None


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        kept = [part for part in get_args(annotation) if part is not type(None)]
        return kept[0] if len(kept) == 1 else annotation
    return annotation
