"""What lowering a schema asked of a reply, taken back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moe.asking.json.conjunction import get_types
from moe.asking.json.problems import ReplyError
from moe.asking.json.reading import read_value
from moe_core.contracts.wire import JsonObject
from moe_core.schemas.references import find_target
from moe_core.schemas.validator import get_validator

_ERRORS_COUNTED = 20
# Alternatives inside alternatives are tried out one in the other; after so many the first look decides.
_TRIES_MAX = 200


def restore_value(value: Any, schema: JsonObject) -> Any:
    """A reply to a lowered schema in the form of the whole one.

    A null goes where a property is optional and may not be null; a text that holds a JSON object becomes that object
    where only an object will do. What matches the schema already is not changed.

    Args:
        schema: The whole schema, as a plain dict, known to be sound.
    """
    return _Restoring(schema).restore(value, [schema])


class _Restoring:
    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._tries = _TRIES_MAX

    def restore(self, value: Any, schemas: Sequence[Any]) -> Any:
        views = [view for schema in schemas for view in self._expand(schema, value, ())]
        if isinstance(value, str):
            return self._read_text(value, views)
        if isinstance(value, dict):
            return dict(self._restore_properties(value, views))
        if isinstance(value, list):
            return [self.restore(item, _find_item_schemas(place, views)) for place, item in enumerate(value)]
        return value

    def _expand(self, schema: Any, value: Any, trail: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
        """The schemas that the value is held to: what is referred to, all parts, the alternative that was meant."""
        if not isinstance(schema, Mapping):
            return
        yield schema
        reference = schema.get("$ref")
        if isinstance(reference, str) and reference not in trail:
            yield from self._expand(find_target(reference, self._root), value, (*trail, reference))
        for part in schema.get("allOf", ()):
            yield from self._expand(part, value, trail)
        for keyword in ("anyOf", "oneOf"):
            if keyword in schema:
                yield from self._expand(self._find_meant(schema[keyword], value), value, trail)

    def _find_meant(self, options: Sequence[Any], value: Any) -> Any:
        """The first alternative that the value matches, else the one that it comes nearest to once it is restored."""
        counts = [self._count_errors(option, value) for option in options]
        if min(counts) == 0 or self._tries <= 0:
            return options[counts.index(min(counts))]
        self._tries -= len(options)
        restored = [self._count_errors(option, self.restore(value, [option])) for option in options]
        return options[restored.index(min(restored))]

    def _restore_properties(
        self, value: dict[str, Any], views: Sequence[Mapping[str, Any]]
    ) -> Iterator[tuple[str, Any]]:
        required = {name for view in views for name in view.get("required", ())}
        for name, item in value.items():
            schemas = _find_property_schemas(name, views)
            is_refused = item is None and any(self._count_errors(schema, None) for schema in schemas)
            if not (is_refused and name not in required):
                yield name, self.restore(item, schemas)

    def _read_text(self, text: str, views: Sequence[Mapping[str, Any]]) -> Any:
        types = [get_types(view) for view in views if "type" in view]
        if not types or not all("object" in names and "string" not in names for names in types):
            return text
        try:
            value = read_value(text)
        except ReplyError:
            return text
        return self.restore(value, views) if isinstance(value, dict) else text

    def _count_errors(self, schema: Any, value: Any) -> int:
        if isinstance(schema, bool):
            return 0 if schema else _ERRORS_COUNTED
        return get_validator(schema, self._root).count_errors(value, _ERRORS_COUNTED)


def _find_property_schemas(name: str, views: Sequence[Mapping[str, Any]]) -> list[Any]:
    found = []
    for view in views:
        properties = view.get("properties", {})
        if name in properties:
            found.append(properties[name])
        elif "patternProperties" not in view and isinstance(view.get("additionalProperties"), Mapping):
            found.append(view["additionalProperties"])
    return found


def _find_item_schemas(place: int, views: Sequence[Mapping[str, Any]]) -> list[Any]:
    found = []
    for view in views:
        prefix = view.get("prefixItems", ())
        if place < len(prefix):
            found.append(prefix[place])
        elif "items" in view:
            found.append(view["items"])
    return found
