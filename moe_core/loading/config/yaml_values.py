"""YAML as moe reads it: plain values that know their line, and nothing that surprises.

Only what JSON has: mappings, lists, text, numbers, true, false and null. Anything else that YAML would make of
a word (sexagesimal numbers, dates, `no` as false) stays text, so `22:30` and `mistral:7b` are what they look like.
Values are built from the parser's events, one nesting level at a time: the C composer crashes on deep nesting.
"""

import re
from collections.abc import Mapping
from pkgutil import resolve_name
from typing import Any, TypeAlias

import msgspec

from moe_core.contracts.errors import ConfigError

KeyPath: TypeAlias = tuple[str, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_BUILDER = "moe_core.loading.config.yaml_tree:TreeBuilder"  # by name: its parser is imported when it is needed


class YamlMapping(msgspec.Struct, frozen=True, kw_only=True):
    """What one file says.

    Attributes:
        values: Plain values.
        lines: Line, from 1, of every key and list item, by its path.
    """

    values: dict[str, Any]
    lines: Mapping[KeyPath, int]


def parse_yaml(text: str, *, source: str) -> YamlMapping:
    """Read a YAML document whose top level is a mapping; an empty one is an empty mapping.

    Raises:
        ConfigError: It is not well formed, not a mapping, says a key twice, or uses tags or aliases.
    """
    values, lines = parse_yaml_value(text, source=source)
    if values is None:
        return YamlMapping(values={}, lines={})
    if not isinstance(values, dict):
        kind = "a list" if isinstance(values, list) else "a single value"
        raise ConfigError(
            f"{source}:1: the file must hold a mapping, not {kind}",
            source=f"{source}:1",
            hint="write one 'key: value' a line",
        )
    return YamlMapping(values=values, lines=lines)


def parse_yaml_value(text: str, *, source: str) -> tuple[Any, Mapping[KeyPath, int]]:
    """Read a YAML document of any kind, and the line, from 1, of every key and list item; an empty one is None.

    Raises:
        ConfigError: It is not well formed, says a key twice, or uses tags or aliases.
    """
    builder = resolve_name(_BUILDER)(text, source)
    return builder.build(), builder.lines


def parse_inline(text: str, *, source: str) -> Any:
    """Read the value of an environment variable or flag: one scalar, or a flow list or mapping.

    Text that opens with a bracket, brace or quote is YAML; anything else is one plain word or sentence, kept whole
    (`a: b # c` is text). Empty text is empty text.

    Raises:
        ConfigError: A bracket, brace or quote opens and the rest does not follow, or a number is absurd.
    """
    stripped = text.strip()
    if stripped[:1] in ("[", "{", '"', "'"):
        return resolve_name(_BUILDER)(stripped, source, one_line=True).build()
    try:
        return resolve_plain(stripped) if stripped else ""
    except ValueError as error:
        raise ConfigError(f"{source}: a number of too many digits", source=source) from error


def resolve_plain(text: str) -> Any:
    """The value of an unquoted word.

    Raises:
        ValueError: A number of more digits than Python takes.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
