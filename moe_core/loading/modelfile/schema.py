"""The schema shorthand of RESPONSE_FORMAT, PARAMETER and tool parameters, as JSON Schema."""

from collections.abc import Mapping
from typing import Any

from moe_core.contracts.errors import ModelfileError
from moe_core.contracts.wire import JsonObject
from moe_core.loading.modelfile.codes import Code
from moe_core.loading.modelfile.type_expression import TypeExpressionError, join_schemas, parse_type
from moe_core.schemas.grammar import (
    KEYWORDS,
    SCHEMA_KEYWORDS,
    SCHEMA_LIST_KEYWORDS,
    SCHEMA_MAP_KEYWORDS,
    SIMPLE_TYPES,
    check_schema,
)
from moe_core.schemas.plain_json import Keys, MisfitError, copy_json

Schema = dict[str, Any]

_WORDS = KEYWORDS | {"nullable"}
_PARTIAL = frozenset("allOf dependentSchemas else if not then".split())
"""Keywords whose schemas say only a part about a value, so that nothing may be added to them."""
_OTHERS_DECIDE = frozenset("$ref allOf anyOf oneOf dependentSchemas if patternProperties unevaluatedProperties".split())
"""Keywords beside which closing a map could forbid what they allow."""


def build_schema(value: object, where: str = "RESPONSE_FORMAT") -> JsonObject:
    """Turn shorthand or JSON Schema into a valid JSON Schema (draft 2020-12).

    A map whose keys are all schema keywords, and which says `type`, `properties`, `enum` or the
    like, is JSON Schema; any other map lists fields. All fields are required, except `name?` and
    those with `required: false`, and no others are allowed unless `additionalProperties` says so.

    Args:
        value: A type expression, a map, or a list ([x]: array of x; [a, b]: one of these).
        where: What messages name as the place.

    Raises:
        ModelfileError: The value describes no schema; `path` is `where` and there is no source line.
    """
    try:
        return make_schema(value)
    except MisfitError as problem:
        raise ModelfileError(
            f"{name_place(where, problem.keys)}: {problem}",
            error_code=Code.SCHEMA.value,
            line=1,
            column=1,
            path=where,
            hint=problem.hint,
        ) from None


def make_schema(value: object) -> Schema:
    """As `build_schema`, for callers that know where the value's parts stand.

    Raises:
        MisfitError: With the keys that lead to the place.
    """
    schema = _build(copy_json(value), (), is_whole=True)
    check_schema(schema)
    return schema


def make_property(value: Mapping[str, object]) -> tuple[Schema, bool]:
    """The schema of one input, and whether it says `required: true`.

    The map describes the input itself when all its keys are schema keywords, even without `type`.

    Raises:
        MisfitError: With the keys that lead to the place.
    """
    content = copy_json(value)
    is_required = content.get("required")
    if isinstance(is_required, bool):
        del content["required"]
    is_description = content.keys() <= _WORDS
    schema = _build_map(content, (), is_whole=True) if is_description else _build(content, (), is_whole=True)
    check_schema(schema)
    return schema, is_required is True


def name_place(where: str, keys: Keys) -> str:
    """A place in words, such as "RESPONSE_FORMAT.items[0]"."""
    return where + "".join(f"[{key}]" if isinstance(key, int) else f".{key:.60}" for key in keys)


def _build(value: Any, keys: Keys, *, is_whole: bool) -> Schema:
    if isinstance(value, str):
        return _parse_type(value, keys)
    if isinstance(value, list):
        return _build_list(value, keys)
    if isinstance(value, dict):
        if _is_schema(value):
            return _build_map(value, keys, is_whole=is_whole)
        return _build_map({"type": "object", "properties": value}, keys, is_whole=is_whole, is_shorthand=True)
    return {"type": "null"} if value is None else {"const": value}


def _parse_type(text: str, keys: Keys) -> Schema:
    try:
        return parse_type(text)
    except TypeExpressionError as error:
        raise MisfitError(str(error), keys, error.hint) from None


def _is_schema(value: Schema) -> bool:
    if not value or not value.keys() <= _WORDS:
        return False
    kind = value.get("type")
    return (
        (isinstance(kind, str) and _is_type_text(kind))
        or (isinstance(kind, list) and bool(kind) and all(isinstance(item, str) for item in kind))
        or isinstance(value.get("properties"), dict)
        or str(value.get("$ref", "")).startswith("#")
        or any(isinstance(value.get(keyword), list) for keyword in ("allOf", "anyOf", "oneOf", "enum"))
        or "const" in value
    )


def _is_type_text(text: str) -> bool:
    """Whether text under a key `type` is a type, not the description of a field with that name."""
    try:
        return "description" not in parse_type(text)
    except TypeExpressionError:
        return True


def _build_list(value: list[Any], keys: Keys) -> Schema:
    if not value:
        return {"type": "array"}
    if len(value) == 1 and isinstance(value[0], (str, dict, list)):
        return {"type": "array", "items": _build(value[0], (*keys, 0), is_whole=True)}
    if any(isinstance(item, (dict, list)) for item in value):
        hint = "for one of several forms: anyOf: [..]; for an array: a single item in the brackets"
        raise MisfitError("a list of several maps or lists is no set of values", keys, hint)
    allowed = _unique(value)
    return {"type": "string", "enum": allowed} if all(isinstance(item, str) for item in allowed) else {"enum": allowed}


def _unique(values: list[Any]) -> list[Any]:
    """Without repeats; 1 and true are different."""
    return list({(repr(type(value)), repr(value)): value for value in values}.values())


def _build_map(value: Schema, keys: Keys, *, is_whole: bool, is_shorthand: bool = False) -> Schema:
    built: Schema = {}
    for keyword, content in value.items():
        here = keys if is_shorthand else (*keys, keyword)
        whole = is_whole and keyword not in _PARTIAL
        if keyword == "type":
            built = {**_build_types(content, here), **{key: item for key, item in built.items() if key != "type"}}
        elif keyword == "properties" and isinstance(content, dict):
            built.update(_build_properties(value, content, here, is_whole=is_whole))
        elif keyword in SCHEMA_KEYWORDS:
            built[keyword] = content if isinstance(content, bool) else _build(content, here, is_whole=whole)
        elif keyword in SCHEMA_MAP_KEYWORDS and keyword != "dependencies" and isinstance(content, dict):
            built[keyword] = {
                name: item
                if isinstance(item, bool) or keyword == "dependencies"
                else _build(item, (*here, name), is_whole=whole)
                for name, item in content.items()
            }
        elif keyword in SCHEMA_LIST_KEYWORDS and isinstance(content, list):
            built[keyword] = [_build(item, (*here, index), is_whole=whole) for index, item in enumerate(content)]
        elif keyword == "enum" and isinstance(content, list):
            built[keyword] = _unique(content)
        elif keyword == "required" and "required" in built:
            continue
        elif keyword != "nullable":
            built[keyword] = content
    if "nullable" not in value:
        return built
    return _build_nullable(built, value["nullable"], (*keys, "nullable"))


def _build_types(content: Any, keys: Keys) -> Schema:
    if isinstance(content, str):
        return {"type": content} if content in SIMPLE_TYPES else _parse_type(content, keys)
    if isinstance(content, list) and content and all(isinstance(item, str) for item in content):
        return join_schemas([_parse_type(item, (*keys, index)) for index, item in enumerate(content)])
    return {"type": content}


def _build_nullable(schema: Schema, nullable: object, keys: Keys) -> Schema:
    if not isinstance(nullable, bool):
        raise MisfitError("nullable takes true or false", keys)
    return join_schemas([schema, {"type": "null"}]) if nullable else schema


def _build_properties(parent: Schema, fields: Schema, keys: Keys, *, is_whole: bool) -> Schema:
    properties: Schema = {}
    required: list[str] = []
    demanded: list[str] = []
    for key, content in fields.items():
        is_optional = len(key) > 1 and key.endswith("?")
        name = key[:-1] if is_optional else key
        if name in properties:
            raise MisfitError(f"field {name!r:.60} is given twice", (*keys, key))
        properties[name], says_required = _build_property(content, (*keys, key))
        if says_required:
            demanded.append(name)
        if says_required or (says_required is None and not is_optional):
            required.append(name)
    built: Schema = {"properties": properties}
    if is_whole and "type" not in parent:
        built = {"type": "object", **built}
    if "required" in parent:
        built["required"] = _merge_required(parent["required"], demanded, keys)
    elif is_whole or demanded:
        built["required"] = required if is_whole else demanded
    if is_whole and "additionalProperties" not in parent and not parent.keys() & _OTHERS_DECIDE:
        built["additionalProperties"] = False
        _check_required(built, keys)
    return built


def _merge_required(listed: Any, more: list[str], keys: Keys) -> Any:
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise MisfitError("required takes a list of names here", (*keys[:-1], "required"))
    return list(dict.fromkeys([*listed, *more]))


def _check_required(built: Schema, keys: Keys) -> None:
    for name in built["required"]:
        if name not in built["properties"]:
            raise MisfitError(f"required names {name!r:.60}, which is no property", (*keys[:-1], "required"))


def _build_property(content: Any, keys: Keys) -> tuple[Schema, bool | None]:
    """One field, and what its `required` says."""
    if not isinstance(content, dict) or not isinstance(content.get("required"), bool):
        return _build(content, keys, is_whole=True), None
    rest = {key: item for key, item in content.items() if key != "required"}
    if rest.keys() <= _WORDS:
        return _build_map(rest, keys, is_whole=True), content["required"]
    return _build(rest, keys, is_whole=True), content["required"]
