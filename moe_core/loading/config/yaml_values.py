"""YAML as moe reads it: plain values that know their line, and nothing that surprises.

Only what JSON has: mappings, lists, text, numbers, true, false and null. Anything else that YAML would make of
a word (sexagesimal numbers, dates, `no` as false) stays text, so `22:30` and `mistral:7b` are what they look like.
Values are built from the parser's events, one nesting level at a time: the C composer crashes on deep nesting.
"""

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec
import yaml

from moe_core.contracts.errors import ConfigError

KeyPath: TypeAlias = tuple[str, ...]

MAX_DEPTH = 32
_INTEGER = re.compile(r"[-+]?[0-9]+|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
    builder = _TreeBuilder(text, source)
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
        return _TreeBuilder(stripped, source, one_line=True).build()
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


class _TreeBuilder:
    """Turns the parser's events into values, keeping the lines."""

    def __init__(self, text: str, source: str, *, one_line: bool = False) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._text = text
        self._source = source
        self._one_line = one_line
        self._loader: Any = None

    def build(self) -> Any:
        try:
            self._loader = _LOADER(self._text)
            return self._build_document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._fail(f"not valid YAML: {error.problem or error.context}", mark) from error
        except (yaml.YAMLError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise self._fail(f"not valid YAML: {reason}", None) from error
        finally:
            if self._loader is not None:
                self._loader.dispose()

    def _build_document(self) -> Any:
        self._next()  # the stream starts
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        value = self._build_value(self._next(), ())
        self._next()  # the document ends
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._fail("a second document starts here", event.start_mark, hint="keep one document a file")
        return value

    def _next(self) -> Any:
        return self._loader.get_event()

    def _build_value(self, event: Any, path: KeyPath) -> Any:
        if len(path) > MAX_DEPTH:
            raise self._fail(f"nested more than {MAX_DEPTH} deep", event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise self._fail(
                f"alias *{event.anchor} is not read", event.start_mark, hint="write the value out, or quote the text"
            )
        if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
            raise self._fail(f"tag {event.tag} is not read", event.start_mark, hint="remove the tag")
        if isinstance(event, yaml.ScalarEvent):
            return self._build_scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._build_list(path)
        return self._build_mapping(path)

    def _build_scalar(self, event: Any) -> Any:
        if not event.implicit[0]:
            return event.value
        try:
            return resolve_plain(event.value)
        except ValueError as error:
            raise self._fail("a number of too many digits", event.start_mark) from error

    def _build_list(self, path: KeyPath) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            here = (*path, str(len(items)))
            self.lines[here] = event.start_mark.line + 1
            items.append(self._build_value(event, here))
        return items

    def _build_mapping(self, path: KeyPath) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._read_key(event)
            here = (*path, key)
            if key in values:
                raise self._fail(
                    f"key {key!r} is here twice, first in line {self.lines[here]}",
                    event.start_mark,
                    key=".".join(here),
                    hint="remove one of the two",
                )
            self.lines[here] = event.start_mark.line + 1
            values[key] = self._build_value(self._next(), here)
        return values

    def _read_key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            raise self._fail("a key must be one word", event.start_mark)
        if event.value == "<<" and event.implicit[0]:
            raise self._fail("merging with << is not read", event.start_mark, hint="write the keys out")
        return str(event.value)

    def _fail(self, what: str, mark: Any, *, key: str = "", hint: str | None = None) -> ConfigError:
        place = self._source if self._one_line or mark is None else f"{self._source}:{mark.line + 1}"
        if hint is None and mark is not None and "\t" in self._line(mark.line):
            hint = "indent with spaces, not tabs"
        return ConfigError(f"{place}: {what}", source=place, key=key, hint=hint)

    def _line(self, number: int) -> str:
        lines = self._text.splitlines()
        return lines[number] if number < len(lines) else ""
