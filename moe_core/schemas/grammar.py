"""Whether a value is a valid JSON Schema (draft 2020-12), and where it is not.

Hand-written because the reference validator takes longer to import than everything else that
listing agents needs; the tests hold this one to it.
"""

import re
import warnings
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from moe_core.schemas.plain_json import Keys, MisfitError
from moe_core.schemas.references import find_place

SIMPLE_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_ANCHOR = re.compile(r"[A-Za-z_][-A-Za-z0-9._]*")
_MAX_DEPTH = 160


def check_schema(schema: object) -> None:
    """Check that a value made of JSON types is a valid JSON Schema on its own.

    References must lead to a place in the same schema, since nothing is ever fetched.

    Raises:
        MisfitError: It is not; `keys` lead to the place.
    """
    _schema(schema, (), schema)


def _schema(value: object, keys: Keys, root: object) -> None:
    if isinstance(value, bool):
        return
    if not isinstance(value, Mapping):
        raise MisfitError("a schema is a map", keys)
    if len(keys) > _MAX_DEPTH:
        raise MisfitError("the schema is nested too deep", keys)
    for keyword, content in value.items():
        here = (*keys, keyword)
        if keyword in SCHEMA_KEYWORDS:
            _schema(content, here, root)
        elif keyword in SCHEMA_MAP_KEYWORDS:
            _schema_map(keyword, content, here, root)
        elif keyword in SCHEMA_LIST_KEYWORDS:
            if not isinstance(content, list) or not content:
                raise MisfitError(f"{keyword} takes a list of schemas", here)
            for index, item in enumerate(content):
                _schema(item, (*here, index), root)
        elif keyword in _CHECKS:
            test, expected = _CHECKS[keyword]
            if not test(content):
                raise MisfitError(f"{keyword} takes {expected}", here)
    if isinstance(value.get("$ref"), str):
        _reference(value["$ref"], (*keys, "$ref"), root)


def _schema_map(keyword: str, content: object, keys: Keys, root: object) -> None:
    if not isinstance(content, Mapping):
        raise MisfitError(f"{keyword} takes a map of schemas", keys)
    for name, item in content.items():
        if keyword == "patternProperties" and not _is_pattern(name):
            raise MisfitError(f"{name!r} is no regular expression", (*keys, name))
        if keyword == "dependencies" and isinstance(item, list):
            if not _is_names(item):
                raise MisfitError("dependencies take lists of names", (*keys, name))
            continue
        _schema(item, (*keys, name), root)


def _reference(reference: str, keys: Keys, root: object) -> None:
    """Follow a reference, and the references it leads to, to something that is none."""
    seen: set[str] = set()
    while True:
        if reference in seen:
            raise MisfitError(f"reference {reference!r} leads to itself", keys)
        seen.add(reference)
        target = _find(reference, keys, root)
        following = target.get("$ref") if isinstance(target, Mapping) else None
        if not isinstance(following, str):
            return
        reference = following


def _find(reference: str, keys: Keys, root: object) -> object:
    if reference != "#" and not reference.startswith("#/"):
        raise MisfitError(
            f"reference {reference!r} leads outside the schema", keys, "put the part under $defs: #/$defs/name"
        )
    try:
        found = find_place(reference[1:], root)
    except LookupError:
        raise MisfitError(f"reference {reference!r} leads nowhere", keys) from None
    if not isinstance(found, (Mapping, bool)):
        raise MisfitError(f"reference {reference!r} leads to no schema", keys)
    return found


def _is_pattern(value: object) -> bool:
    if not isinstance(value, str):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(value)
        except (re.error, ValueError, OverflowError, RecursionError):
            return False
    return True


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_any_list(value: object) -> bool:
    return isinstance(value, list)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_positive(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def _is_count(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0 and value == int(value)


def _is_names(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(name, str) for name in value) and len(set(value)) == len(value)


def _is_names_map(value: object) -> bool:
    return isinstance(value, Mapping) and all(_is_names(names) for names in value.values())


def _is_type(value: object) -> bool:
    if isinstance(value, str):
        return value in SIMPLE_TYPES
    return _is_names(value) and bool(value) and set(value) <= set(SIMPLE_TYPES)


def _is_anchor(value: object) -> bool:
    return isinstance(value, str) and bool(_ANCHOR.fullmatch(value))


def _is_flag_map(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(flag, bool) for flag in value.values())


def _is_id(value: object) -> bool:
    return isinstance(value, str) and "#" not in value[:-1]


SCHEMA_KEYWORDS = frozenset(
    """additionalProperties contains contentSchema else if items not propertyNames then
    unevaluatedItems unevaluatedProperties""".split()
)
SCHEMA_MAP_KEYWORDS = frozenset("$defs definitions dependencies dependentSchemas patternProperties properties".split())
SCHEMA_LIST_KEYWORDS = frozenset("allOf anyOf oneOf prefixItems".split())
_Check = tuple[Callable[[Any], bool], str]
_CHECKS: Mapping[str, _Check] = {
    **dict.fromkeys(
        """$comment $dynamicRef $recursiveRef $ref $schema title description format
        contentEncoding contentMediaType""".split(),
        (_is_text, "text"),
    ),
    **dict.fromkeys("deprecated readOnly writeOnly uniqueItems".split(), (_is_flag, "true or false")),
    **dict.fromkeys("enum examples".split(), (_is_any_list, "a list")),
    **dict.fromkeys("minimum maximum exclusiveMinimum exclusiveMaximum".split(), (_is_number, "a number")),
    **dict.fromkeys(
        """minLength maxLength minItems maxItems minProperties maxProperties minContains maxContains""".split(),
        (_is_count, "a whole number, 0 or more"),
    ),
    **dict.fromkeys("$anchor $dynamicAnchor $recursiveAnchor".split(), (_is_anchor, "a name")),
    "$id": (_is_id, "an address without '#'"),
    "$vocabulary": (_is_flag_map, "a map of true or false"),
    "multipleOf": (_is_positive, "a number above 0"),
    "pattern": (_is_pattern, "a regular expression"),
    "required": (_is_names, "a list of names, each once"),
    "dependentRequired": (_is_names_map, "a map of lists of names"),
    "type": (_is_type, f"one or several of {', '.join(SIMPLE_TYPES)}"),
}
KEYWORDS = frozenset({*SCHEMA_KEYWORDS, *SCHEMA_MAP_KEYWORDS, *SCHEMA_LIST_KEYWORDS, *_CHECKS, "const", "default"})
"""Every keyword of the draft, deprecated ones included."""
