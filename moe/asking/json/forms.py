"""Single schemas rewritten: nullable, as text, with a type, as one of several."""

from collections.abc import Collection, Mapping
from typing import Any

from moe.asking.json.conjunction import get_types

PLAIN_TYPES = ("string", "number", "boolean", "null")
AS_TEXT = "One JSON object, written as text."
_OBJECT_ONLY = (
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
)
_ARRAY_ONLY = ("items", "prefixItems", "minItems", "maxItems", "uniqueItems")
_MAPS = ("properties", "patternProperties", "dependentSchemas")


def name_type(value: object) -> str:
    """The JSON type of a value."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) or value.is_integer() else "number"
    return "string" if isinstance(value, str) else "object" if isinstance(value, Mapping) else "array"


def is_of_types(value: object, types: Collection[str]) -> bool:
    """Whether the value has one of the types; any will do when there are none."""
    name = name_type(value)
    return not types or name in types or (name == "integer" and "number" in types)


def infer_type(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the type that its keywords speak of, when it names none."""
    values = schema["enum"] if "enum" in schema else [schema["const"]] if "const" in schema else None
    if "type" in schema:
        return schema
    if values is not None:
        types = list(dict.fromkeys(name_type(value) for value in values))
        return {**schema, "type": types[0] if len(types) == 1 else types}
    for keywords, name in ((_OBJECT_ONLY, "object"), (_ARRAY_ONLY, "array")):
        if any(keyword in schema for keyword in keywords):
            return {**schema, "type": name}
    return schema


def allow_null(schema: dict[str, Any], keywords: Collection[str]) -> dict[str, Any] | None:
    """The lowered schema or null; None when the server has no words for that."""
    types = get_types(schema)
    options = schema.get("anyOf", ())
    if "null" in types or any(get_types(option) == ["null"] for option in options):
        return schema
    if types and not {"enum", "const", "anyOf", "oneOf"} & schema.keys():
        return {**schema, "type": [*types, "null"]}
    if "anyOf" not in keywords:
        return None
    return {"anyOf": spread([schema, {"type": "null"}], "anyOf")}


def spread(options: list[dict[str, Any]], keyword: str) -> list[dict[str, Any]]:
    """Alternatives of alternatives as one list."""
    made: list[dict[str, Any]] = []
    for option in options:
        made += option[keyword] if option.keys() == {keyword} else [option]
    return [option for place, option in enumerate(made) if option not in made[:place]]


def write_as_text(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of objects of unknown keys as one of texts that hold such an object."""
    types = dict.fromkeys("string" if name == "object" else name for name in get_types(schema))
    made = {key: value for key, value in schema.items() if key not in _OBJECT_ONLY}
    names = list(types)
    return {"description": AS_TEXT, **made, "type": names[0] if len(names) == 1 else names}


def is_known_throughout(schema: Any, keywords: Collection[str]) -> bool:
    """Whether the server knows every word of a schema and needs no reference for it."""
    if isinstance(schema, list | tuple):
        return all(is_known_throughout(part, keywords) for part in schema)
    if not isinstance(schema, Mapping):
        return True
    if "$ref" in schema or not set(schema) <= set(keywords):
        return False
    return all(
        is_known_throughout(list(part.values()) if key in _MAPS else part, keywords)
        for key, part in schema.items()
        if key not in ("enum", "const", "default", "examples")
    )
