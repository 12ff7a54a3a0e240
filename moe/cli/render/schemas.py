"""Reading a JSON Schema: references, alternatives, types."""

import json
from collections.abc import Sequence

from moe_core.contracts.wire import JsonObject
from moe_core.schemas.references import follow

_ALTERNATIVES = ("oneOf", "anyOf")


def list_variants(schema: JsonObject) -> Sequence[JsonObject]:
    """The object schemas that a parameter schema offers: itself, or its alternatives that have properties."""
    found = [follow(option, schema) for key in _ALTERNATIVES for option in schema.get(key, ())]
    variants = [option for option in found if "properties" in option]
    return [schema] if schema.get("properties") and not variants else variants


def find_property(name: str, schema: JsonObject) -> JsonObject:
    """What is said of a parameter in the schema or any variant of it; {} when nothing is."""
    for variant in (schema, *list_variants(schema)):
        if name in variant.get("properties", {}):
            found: JsonObject = variant["properties"][name]
            return found
    return {}


def find_types(wanted: JsonObject, schema: JsonObject) -> set[str]:
    """The JSON types that a value may have; empty when any will do."""
    wanted = follow(wanted, schema)
    for key in _ALTERNATIVES:
        if key in wanted:
            return set().union(*(find_types(option, schema) for option in wanted[key]))
    named = wanted.get("type", ())
    return {named} if isinstance(named, str) else set(named)


def describe_type(wanted: JsonObject, schema: JsonObject) -> str:
    """A JSON Schema's type in few words."""
    wanted = follow(wanted, schema)
    if "enum" in wanted:
        return " or ".join(json.dumps(value, ensure_ascii=False) for value in wanted["enum"])
    if "const" in wanted:
        return json.dumps(wanted["const"], ensure_ascii=False)
    for key in _ALTERNATIVES:
        if key in wanted:
            options = (describe_type(option, schema) for option in wanted[key])
            return " or ".join(dict.fromkeys(option for option in options if option != "null"))
    kind = wanted.get("type", "any")
    if kind == "array":
        return f"list of {describe_type(wanted.get('items', {}), schema)}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)
