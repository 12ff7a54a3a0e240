"""A YAML document as a tree of plain values: the one place that imports YAML's parser."""

from typing import Any

import yaml

from moe_core.contracts.errors import ConfigError
from moe_core.loading.config.yaml_values import KeyPath, resolve_plain

MAX_DEPTH = 32
_REMEDY = (
    "close each bracket, brace and quote, put a text with ': ' or ' #' in quotes, and begin keys side by side alike"
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class TreeBuilder:
    """Turns the parser's events into values.

    Attributes:
        lines: Line, from 1, of every key and list item, by its path.
    """

    def __init__(self, text: str, source: str, *, one_line: bool = False) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._text = text
        self._source = source
        self._one_line = one_line
        self._loader: Any = None

    def build(self) -> Any:
        """The document's value; None for an empty one.

        Raises:
            ConfigError: It is not well formed.
        """
        try:
            self._loader = _LOADER(self._text)
            return self._build_document()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._fail(f"not valid YAML: {error.problem or error.context}", mark, remedy=_REMEDY) from error
        except (yaml.YAMLError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise self._fail(f"not valid YAML: {reason}", None, remedy=_REMEDY) from error
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

    def _fail(
        self, what: str, mark: Any, *, key: str = "", hint: str | None = None, remedy: str | None = None
    ) -> ConfigError:
        """An error; without a hint, the remedy of all of its kind is told where the line shows no nearer one."""
        place = self._source if self._one_line or mark is None else f"{self._source}:{mark.line + 1}"
        if hint is None and mark is not None and "\t" in self._line(mark.line):
            hint = "indent with spaces, not tabs"
        return ConfigError(f"{place}: {what}", source=place, key=key, hint=hint or remedy)

    def _line(self, number: int) -> str:
        lines = self._text.splitlines()
        return lines[number] if number < len(lines) else ""
