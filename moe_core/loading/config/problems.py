"""What is wrong with a setting, in our words: the one place that reads pydantic's errors."""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.environment import variable_name
from moe_core.loading.config.keys import (
    find_field,
    find_near_beside,
    join_key,
    known_keys,
    nearest_key,
)
from moe_core.loading.config.layers import DEFAULT_ORIGIN, Layer, Origin, iterate_leaves
from moe_core.loading.config.settings import Settings
from moe_core.loading.config.yaml_values import KeyPath

SchemaT = TypeVar("SchemaT", bound=Settings)

_WORDS = {
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "dict_type": "must be a mapping",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
}
_BOUNDS = {
    "greater_than": ("gt", "must be greater than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
}
_HINTS = {
    "string_type": "put it in quotes",
    "model_type": "write {} for an empty mapping, or remove the key",
    "dict_type": "write {} for an empty mapping, or remove the key",
    "tuple_type": "write it as [a, b]",
    "list_type": "write it as [a, b]",
}
_SHORTHAND = {"models": ("base", "url")}  # what a bare text, or an address, in place of an entry would be
_OWN_SETTINGS = {"tools": "settings", "models": "parameters", "providers": "options"}


def build_config(schema: type[SchemaT], layer: Layer) -> SchemaT:
    """Check all values and build the configuration.

    Raises:
        ConfigError: A key is unknown or a value does not fit; the first in the order of the schema's fields.
    """
    try:
        config = schema.model_validate(layer.values)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        raise _describe(schema, *_choose_first(details, layer.values), layer) from error
    _refuse_truth_as_number(layer, config)
    return config


def _choose_first(details: Sequence[ErrorDetails], values: Mapping[str, Any]) -> tuple[ErrorDetails, int]:
    """The first of what is wrong, and how many others are: of several types that a value may have, the nearest."""
    first = _find_path(details[0]["loc"], values)
    if len(first) == len(details[0]["loc"]):
        return details[0], len(details) - 1
    same = [one for one in details if _find_path(one["loc"], values)[: len(first)] == first]
    return max(same, key=lambda one: len(_find_path(one["loc"], values))), len(details) - len(same)


def _describe(schema: type[Settings], detail: ErrorDetails, others: int, layer: Layer) -> ConfigError:
    path = _find_path(detail["loc"], layer.values)
    if detail["type"] == "extra_forbidden":
        is_entry = isinstance(detail["input"], Mapping) and len(path) > 2 and known_keys(schema, path[:1]) is None
        path, origin = _find_leaf(path, layer.origins)
        if is_entry and not find_near_beside(schema, path):
            hint = f"entries stand at the top of {path[0]}.yaml: write {path[2]} there, not below {path[1]}"
            return _fail(f"unknown key {join_key(path)}", path, origin, others, hint)
        return _fail(f"unknown key {join_key(path)}", path, origin, others, _hint_for_unknown(schema, path, origin))
    if detail["type"] == "value_error":
        said = str(detail["msg"]).removeprefix("Value error, ")
        return _fail(f"{join_key(path)}: {said}", path, _find_origin(path, layer.origins), others, None)
    requirement = _like_examples(schema, path) if detail["type"] == "string_pattern_mismatch" else _requirement(detail)
    what = f"{join_key(path)} {requirement}, not {_show(detail['input'])}"
    return _fail(what, path, _find_origin(path, layer.origins), others, _hint_for_value(schema, detail, path))


def _find_path(location: Sequence[int | str], values: Mapping[str, Any]) -> KeyPath:
    """Where the value stands: pydantic's location without the names of a union's types, which nobody has written."""
    path: list[str] = []
    inner: Any = values
    for part in location:
        if isinstance(inner, Mapping) or isinstance(part, int):
            path.append(str(part))
            inner = inner.get(part) if isinstance(inner, Mapping) else inner[part]
    return tuple(path)


def _fail(what: str, path: KeyPath, origin: Origin, others: int, hint: str | None) -> ConfigError:
    more = f" (and {others} more)" if others else ""
    source = origin.source or str(origin)
    return ConfigError(f"{source}: {what}{more}", source=source, key=join_key(path), hint=hint)


def _requirement(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in _BOUNDS:
        limit, words = _BOUNDS[kind]
        return f"{words} {context[limit]}"
    if kind == "literal_error":
        return f"must be one of {context['expected']}"
    return _WORDS.get(kind, f"is refused: {detail['msg'].lower()}")


def _like_examples(schema: type[Settings], path: KeyPath) -> str:
    """What a setting with a pattern must be, in place of the pattern."""
    field = find_field(schema, path)
    examples = field.examples if field else None
    return f"must be written as {' or '.join(map(str, examples))}" if examples else "is written in another way"


def _hint_for_value(schema: type[Settings], detail: ErrorDetails, path: KeyPath) -> str | None:
    if detail["type"] in ("model_type", "model_attributes_type") and isinstance(detail["input"], str):
        key = _SHORTHAND.get(path[0], ("", ""))["://" in detail["input"]] if len(path) == 2 else ""
        if key:
            return f"write {path[-1]}: {{{key}: {_quote(detail['input'])}}}"
    if detail["type"] == "literal_error":
        expected = str(detail["ctx"]["expected"]).replace(" or ", ", ").split(", ")
        close = get_close_matches(str(detail["input"]).lower(), [word.strip("'") for word in expected], n=1)
        return f"did you mean {close[0]!r}?" if close else None
    if detail["type"] == "string_type" and isinstance(detail["input"], list | dict | None):
        return None
    return _HINTS.get(detail["type"]) or _tell_default(schema, path)


def _tell_default(schema: type[Settings], path: KeyPath) -> str | None:
    field = find_field(schema, path)
    default = field.default if field else None
    return f"by default it is {json.dumps(default)}" if isinstance(default, bool | int | float | str) else None


def _hint_for_unknown(schema: type[Settings], path: KeyPath, origin: Origin) -> str | None:
    near = nearest_key(schema, path)
    if near is None:
        section = _OWN_SETTINGS.get(path[0])
        if section in (known_keys(schema, path[:-1]) or ()):
            beside = ", ".join(known_keys(schema, path[:-1]) or ())
            return f"what the {path[0].rstrip('s')} itself understands goes under {section!r}; there are: {beside}"
        known = known_keys(schema, path[:-1]) or tuple(schema.model_fields)
        return f"there are: {', '.join(known)}" if known else None
    if origin.layer == "environment":
        return f"did you mean {variable_name(near)}?"
    return f"did you mean {near[-1] if near[:-1] == path[:-1] and origin.layer != 'flag' else join_key(near)!r}?"


def _show(value: object) -> str:
    if value is None or isinstance(value, bool):
        return str({None: "null", True: "true", False: "false"}[value])
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _quote(text: str) -> str:
    return f'"{text}"' if ": " in text or not text[:1].isalnum() else text


def _find_origin(path: KeyPath, origins: Mapping[KeyPath, Origin]) -> Origin:
    """Who set the value at a path, or the nearest mapping or list that holds it."""
    for length in range(len(path), 0, -1):
        if path[:length] in origins:
            return origins[path[:length]]
    return DEFAULT_ORIGIN


def _find_leaf(path: KeyPath, origins: Mapping[KeyPath, Origin]) -> tuple[KeyPath, Origin]:
    """An unknown section is named with the first key that was set in it, when a variable or flag set it."""
    origin = _find_origin(path, origins)
    if origin.layer in ("environment", "flag"):
        path = max((known for known in origins if known[: len(path)] == path), key=len, default=path)
    return path, origin


def _refuse_truth_as_number(layer: Layer, config: Settings) -> None:
    """Pydantic takes true for 1; whoever writes `port: true` meant something else."""
    checked: dict[str, Any] = config.model_dump(by_alias=True)
    for path, value in iterate_leaves(layer.values):
        if not isinstance(value, bool):
            continue
        found: Any = checked
        for part in path:
            found = found[part]
        if not isinstance(found, bool):
            origin = _find_origin(path, layer.origins)
            raise _fail(
                f"{join_key(path)} must be a number, not {_show(value)}",
                path,
                origin,
                0,
                _tell_default(type(config), path),
            )
