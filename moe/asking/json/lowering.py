"""A JSON Schema cut down to what a server holds its replies to."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from moe.asking.json.bounding import anchor_pattern, bound, close_ends
from moe.asking.json.conjunction import conjoin_lazily, get_types
from moe.asking.json.flattening import DEFINITIONS, Flat, flatten
from moe.asking.json.forms import (
    PLAIN_TYPES,
    allow_null,
    infer_type,
    is_known_throughout,
    is_of_types,
    spread,
    write_as_text,
)
from moe_core.contracts.model import SchemaSupport
from moe_core.contracts.wire import JsonObject, decode_json, encode_json
from moe_core.schemas.references import find_references, find_target

# A schema whose parts refer to each other crosswise may grow without end when it is written out.
_PARTS_MAX = 2_000
_ANNOTATIONS = ("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment")
# Schemas inside these must not be widened: what they say is turned round, or asked only whether it holds.
_DELICATE = (
    *("not", "if", "then", "else", "contains", "propertyNames"),
    *("dependentSchemas", "unevaluatedItems", "unevaluatedProperties"),
)


def lower_schema(schema: JsonObject, support: SchemaSupport) -> JsonObject:
    """The schema in the server's keywords only, so that what it enforces is as near to the whole as it can be.

    References are written out where the server does not follow them, recursion ends after two rounds, `allOf` and
    what stands beside `anyOf` is worked in. Where all properties must be required, optional ones may be null instead,
    and objects of unknown keys are a text that holds JSON: `restore_value` takes both back.

    Returns:
        The lowered schema, not to be changed, which lowering again would not change either; {} when the server can
        enforce nothing of it.
    """
    return _lower(encode_json(schema), support)


@lru_cache(256)
def _lower(schema: bytes, support: SchemaSupport) -> JsonObject:
    return _Lowering(decode_json(dict[str, Any], schema), support).run() if support.keywords else {}


class _Lowering:
    """One schema on its way. A part is None when nothing, or nothing finite, matches it."""

    def __init__(self, root: dict[str, Any], support: SchemaSupport) -> None:
        self._root = root
        self._keywords = support.keywords
        self._is_strict = support.wants_all_required
        self._is_bounded = support.wants_bounds
        self._definitions: dict[str, dict[str, Any]] = {}
        self._waiting: list[str] = []
        self._parts = 0

    def run(self) -> JsonObject:
        """Lower the root, then the definitions that it and they still refer to."""
        made = self._lower_target("#", ())
        while self._waiting:
            reference = self._waiting.pop(0)
            _, container, name = reference.split("/")
            self._definitions[container][name] = self._lower_target(reference, (reference,))
        # A reply is an object: when its keys are unknown, nothing can be asked of it by a strict server.
        if self._is_strict and not ({"anyOf", "oneOf", "$ref"} & made.keys() or "object" in get_types(made)):
            return {}
        return {**made, **self._find_used_definitions(made)}

    def _find_used_definitions(self, schema: Any) -> dict[str, dict[str, Any]]:
        """The kept definitions that the schema still needs after all."""
        used: dict[str, dict[str, Any]] = {}
        waiting = list(find_references(schema))
        while waiting:
            _, container, name = waiting.pop().split("/")
            if name not in used.setdefault(container, {}):
                used[container][name] = self._definitions[container][name]
                waiting += find_references(used[container][name])
        return used

    def _lower_target(self, reference: str, trail: tuple[str, ...]) -> dict[str, Any]:
        flat = flatten(find_target(reference, self._root), self._root, trail)
        lowered = None if flat is None else self._lower_flat(flat)
        return self._open() if lowered is None else lowered

    def _lower(self, schema: Any, trail: tuple[str, ...]) -> dict[str, Any] | None:
        self._parts += 1
        if self._parts > _PARTS_MAX:
            return self._open()
        if self._is_kept_reference(schema):
            return self._keep_reference(schema["$ref"])
        flat = flatten(schema, self._root, trail)
        return None if flat is None else self._lower_flat(flat)

    def _open(self) -> dict[str, Any]:
        """A schema for anything, or for all that a strict server lets one say about anything."""
        return self._lower_plain({}, ()) or {}

    def _is_kept_reference(self, schema: Any) -> bool:
        """Whether the server follows the reference that this is; what must come to an end is always written out."""
        if self._is_bounded or not isinstance(schema, Mapping) or not set(schema) <= {"$ref", *_ANNOTATIONS}:
            return False
        reference = schema.get("$ref")
        if not isinstance(reference, str) or reference.count("/") != 2 or "$ref" not in self._keywords:
            return False
        container = reference.split("/")[1]
        return (
            container in DEFINITIONS
            and container in self._keywords
            and find_target(reference, self._root) not in (None, False)
        )

    def _keep_reference(self, reference: str) -> dict[str, Any]:
        _, container, name = reference.split("/")
        known = self._definitions.setdefault(container, {})
        if name not in known:
            known[name] = {}
            self._waiting.append(reference)
        return {"$ref": reference}

    def _lower_flat(self, flat: Flat) -> dict[str, Any] | None:
        if flat.schema.get("enum") == []:
            return None
        for keyword in ("anyOf", "oneOf"):
            if keyword in flat.schema:
                return self._lower_alternatives(flat, keyword)
        return self._lower_plain(flat.schema, flat.trail)

    def _lower_alternatives(self, flat: Flat, keyword: str) -> dict[str, Any] | None:
        """Each alternative with what stands beside it, for few servers hold to both."""
        beside = {key: value for key, value in flat.schema.items() if key not in (keyword, *_ANNOTATIONS)}
        options = [conjoin_lazily(option, beside) for option in flat.schema[keyword]]
        made = [lowered for option in options if (lowered := self._lower(option, flat.trail)) is not None]
        annotations = {key: flat.schema[key] for key in _ANNOTATIONS if key in flat.schema and key in self._keywords}
        # Lowered alternatives may overlap where the whole ones did not, so "exactly one" becomes "any" where it can.
        name = "anyOf" if "anyOf" in self._keywords else "oneOf"
        made = spread(made, name)
        if len(made) < 2:
            return {**annotations, **made[0]} if made else None
        if name in self._keywords:
            return {**annotations, name: made}
        types = [name for option in made for name in get_types(option) or [""]]
        common = {} if "" in types else {"type": list(dict.fromkeys(types))}
        return self._lower_plain({**common, **annotations, **beside}, flat.trail)

    def _lower_plain(self, schema: dict[str, Any], trail: tuple[str, ...]) -> dict[str, Any] | None:
        made = close_ends(schema, self._keywords)
        if self._is_strict or self._is_bounded:
            made = infer_type(made)
        made = self._lower_values(made)
        if made.get("enum") == []:
            return None
        types = get_types(made)
        for name, lower in (("object", self._lower_object), ("array", self._lower_array)):
            if types and name not in types:
                continue
            lowered = lower(made, trail)
            if lowered is None:
                types = [other for other in types if other != name]
                if not types:
                    return None
            made = {**made, "type": types} if lowered is None else lowered
        if self._is_strict and not types and not {"enum", "const"} & made.keys():
            made["type"] = list(PLAIN_TYPES)
        for keyword in _DELICATE:
            if keyword in made and not is_known_throughout(made[keyword], self._keywords):
                del made[keyword]
        if self._is_bounded:
            made = bound(made, self._keywords)
        return {key: value for key, value in made.items() if key in self._keywords}

    def _lower_values(self, schema: dict[str, Any]) -> dict[str, Any]:
        made = dict(schema)
        if "const" in made and "const" not in self._keywords:
            made["enum"] = [made.pop("const")]
        if "enum" in made:
            made["enum"] = [value for value in made["enum"] if is_of_types(value, get_types(made))]
        if "pattern" in made:
            anchored = anchor_pattern(made.pop("pattern"))
            made |= {} if anchored is None else {"pattern": anchored}
        return made

    def _lower_object(self, schema: dict[str, Any], trail: tuple[str, ...]) -> dict[str, Any] | None:
        made = dict(schema)
        required = list(made.get("required", ()))
        additional = made.pop("additionalProperties", True)
        if self._is_strict and not made.get("properties") and not required and "object" in get_types(made):
            return {**made, "additionalProperties": False} if additional is False else write_as_text(made)
        properties = self._lower_properties(made, required, additional, trail)
        if properties is None:
            return None
        if properties or "properties" in made:
            made["properties"] = properties
        if self._is_strict and "properties" in made:
            made |= {"required": list(properties), "additionalProperties": False}
        elif additional is False or (self._is_bounded and _is_complete(made, additional)):
            made["additionalProperties"] = False
        elif additional is not True:
            lowered = self._lower(additional, trail)
            made["additionalProperties"] = False if lowered is None else lowered
        if "patternProperties" in made:
            parts = {name: self._lower(part, trail) for name, part in made["patternProperties"].items()}
            made["patternProperties"] = {name: part for name, part in parts.items() if part is not None}
        return made

    def _lower_properties(
        self, schema: dict[str, Any], required: list[str], additional: Any, trail: tuple[str, ...]
    ) -> dict[str, Any] | None:
        """The properties; None when a required one is impossible, and with it the object."""
        declared = dict(schema.get("properties", {}))
        if self._is_strict or self._is_bounded:
            declared |= {name: additional for name in required if name not in declared}
        made: dict[str, Any] = {}
        for name, part in declared.items():
            lowered = self._lower(part, trail)
            if lowered is None and name in required:
                return None
            if lowered is not None and self._is_strict and name not in required:
                lowered = allow_null(lowered, self._keywords)
            made |= {} if lowered is None else {name: lowered}
        return made

    def _lower_array(self, schema: dict[str, Any], trail: tuple[str, ...]) -> dict[str, Any] | None:
        made = self._lower_prefix(schema, trail)
        is_array = "array" in get_types(made)
        if "items" in made:
            lowered = self._lower(made.pop("items"), trail)
            if lowered is not None:
                made["items"] = lowered
            elif "prefixItems" in made:
                made["items"] = False
            elif is_array and made.get("minItems", 0) > 0:
                return None
            else:
                made["maxItems"] = 0
        if self._is_strict and is_array:
            made.setdefault("items", self._open())
        return made

    def _lower_prefix(self, schema: dict[str, Any], trail: tuple[str, ...]) -> dict[str, Any]:
        """The schema with the forms of its first items, or with any of these for every item."""
        made = dict(schema)
        prefix = made.pop("prefixItems", ())
        if not prefix:
            return made
        if "prefixItems" in self._keywords:
            return {**made, "prefixItems": [self._lower(part, trail) or self._open() for part in prefix]}
        rest = made.get("items", True)
        if rest is False:
            made["maxItems"] = min(len(prefix), made.get("maxItems", len(prefix)))
        is_told = rest is not True and "anyOf" in self._keywords
        made["items"] = {"anyOf": [*prefix, *([] if rest is False else [rest])]} if is_told else True
        return made


def _is_complete(schema: Mapping[str, Any], additional: Any) -> bool:
    """Whether the properties are all that its author thought of."""
    return additional is True and bool(schema.get("properties")) and "patternProperties" not in schema
