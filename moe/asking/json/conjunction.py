"""Two schemas as one that holds a value to both."""

from collections.abc import Mapping, Sequence
from typing import Any

from moe_core.contracts.wire import encode_json

# A schema that nothing matches, in a form that every dialect knows.
IMPOSSIBLE: dict[str, Any] = {"enum": []}
_ALTERNATIVES_MAX = 16
_LARGER_WINS = frozenset(
    ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"],
)
_SMALLER_WINS = frozenset(
    ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"],
)
_BOTH = frozenset(["items", "contains", "propertyNames", "additionalProperties", "unevaluatedProperties"])


def conjoin(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """A schema for what matches both, wider only where JSON Schema has no short word for it (two patterns).

    Neither may hold `$ref` or `allOf`; parts of the result may.
    """
    made = dict(first)
    if "properties" in first or "properties" in second:
        made["properties"] = _conjoin_properties(first, second)
    for keyword, value in second.items():
        if keyword == "properties":
            continue
        if keyword not in made or made[keyword] == value:
            made[keyword] = value
            continue
        joined = _conjoin_keyword(keyword, made[keyword], value)
        if joined is None:
            return dict(IMPOSSIBLE)
        made[keyword] = joined
    return made


def conjoin_lazily(*schemas: Any) -> Any:
    """The same for schemas of any kind, worked out by whoever reads it."""
    parts = [schema for schema in schemas if schema is not True and schema != {}]
    if any(part is False for part in parts):
        return False
    return parts[0] if len(parts) == 1 else ({"allOf": parts} if parts else {})


def get_types(schema: Mapping[str, Any]) -> list[str]:
    """The types that a schema names, in its order; none when it names none."""
    declared = schema.get("type", [])
    return [declared] if isinstance(declared, str) else list(declared)


def _conjoin_keyword(keyword: str, first: Any, second: Any) -> Any:
    """One keyword's value for both; None when nothing can match."""
    if keyword == "type":
        return _conjoin_types(get_types({"type": first}), get_types({"type": second}))
    if keyword == "required":
        return list(dict.fromkeys([*first, *second]))
    if keyword == "enum":
        known = {encode_json(value) for value in second}
        return [value for value in first if encode_json(value) in known]
    if keyword == "const":
        return first if encode_json(first) == encode_json(second) else None
    if keyword in _LARGER_WINS:
        return max(first, second)
    if keyword in _SMALLER_WINS:
        return min(first, second)
    if keyword in _BOTH:
        return conjoin_lazily(first, second)
    if keyword in ("anyOf", "oneOf"):
        return _conjoin_alternatives(first, second)
    return first


def _conjoin_types(first: Sequence[str], second: Sequence[str]) -> list[str] | str | None:
    def fits(name: str, names: Sequence[str]) -> bool:
        return name in names or (name == "integer" and "number" in names)

    both = [name for name in first if fits(name, second)]
    both += [name for name in second if name not in both and fits(name, first)]
    return None if not both else both[0] if len(both) == 1 else both


def _conjoin_alternatives(first: Sequence[Any], second: Sequence[Any]) -> list[Any]:
    if len(first) * len(second) > _ALTERNATIVES_MAX:
        return list(first)
    return [conjoin_lazily(one, other) for one in first for other in second]


def _conjoin_properties(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of both; one that either side forbids is kept only where it is required."""
    required = {*first.get("required", ()), *second.get("required", ())}
    made: dict[str, Any] = {}
    for name in dict.fromkeys([*first.get("properties", ()), *second.get("properties", ())]):
        found = [side.get("properties", {}).get(name, _get_additional(side)) for side in (first, second)]
        if not any(part is False for part in found) or name in required:
            made[name] = conjoin_lazily(*(part for part in found if part is not False))
    return made


def _get_additional(schema: Mapping[str, Any]) -> Any:
    return True if "patternProperties" in schema else schema.get("additionalProperties", True)
