"""The text of a modelfile: positions in it, errors that point into it, and Modelfile text values."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from difflib import get_close_matches

import msgspec

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.codes import Code

UNNAMED = "<modelfile>"

GAP = re.compile(r"[ \t]*")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


class Position(msgspec.Struct, frozen=True):
    """A place in a file: line and column in characters, both from 1."""

    line: int
    column: int


class SourceText:
    """A modelfile's text with line ends as "\\n" and no byte order mark.

    Raises:
        ModelfileError: The text holds half of a surrogate pair, which no file can carry.
    """

    __slots__ = ("_starts", "path", "text")

    def __init__(self, text: str, path: str = UNNAMED) -> None:
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        self.path = path
        self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        half = None if self.text.isascii() else _HALF_CHARACTER.search(self.text)
        if half:
            raise self.error(Code.NOT_TEXT, f"{half.group()!r} is half of a character", half.start())

    def locate(self, offset: int) -> Position:
        """The line and column of a character; the end of the text counts as one."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line end."""
        start = self._starts[number - 1]
        return self.text[start : self.line_end(start)]

    def line_end(self, offset: int) -> int:
        """Where the line that holds this character ends."""
        end = self.text.find("\n", offset)
        return len(self.text) if end < 0 else end

    def skip_gap(self, offset: int) -> int:
        """The first character from here on that is no space or tab."""
        return end_of(GAP, self.text, offset)

    def error(self, code: Code, message: str, offset: int, hint: str | None = None) -> ModelfileError:
        """An error that points at a character."""
        return self.error_at(code, message, self.locate(offset), hint)

    def error_at(self, code: Code, message: str, position: Position, hint: str | None = None) -> ModelfileError:
        """An error that points at a line and column."""
        shown = _HALF_CHARACTER.sub("\ufffd", self.line(position.line))
        return ModelfileError(
            message,
            error_code=code.value,
            line=position.line,
            column=position.column,
            source_line=shown,
            path=self.path,
            hint=hint,
        )


def end_of(pattern: re.Pattern[str], text: str, offset: int) -> int:
    """Where a pattern that may match nothing ends when it starts here."""
    match = pattern.match(text, offset)
    return match.end() if match else offset


def suggest(word: str, known: Iterable[str]) -> str | None:
    """A "did you mean" for the nearest known word in any case, or None when nothing is near."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower()[:80], by_lower, 1)
    return f"did you mean {by_lower[near[0]]}?" if near else None


def read_text(source: SourceText, start: int) -> tuple[str, int]:
    '''Read a Modelfile value: a line, "..." or """...""", without escapes.

    A quoted value ends at the first line end where its quotes are closed, so quotes
    inside a line are part of the text, and so is everything after a closed one.

    Returns:
        The value, and the offset of the line end after it.

    Raises:
        ModelfileError: The quotes are never closed at a line's end.
    '''
    text = source.text
    quote = next((mark for mark in ('"""', '"') if text.startswith(mark, start)), "")
    if not quote:
        end = source.line_end(start)
        return text[start:end].strip(" \t"), end
    begin = start
    last = start
    while begin <= len(text):
        end = source.line_end(begin)
        visible = text[begin:end].rstrip(" \t")
        last = begin + len(visible) if visible else last
        if last - start >= 2 * len(quote) and text.endswith(quote, start, last):
            return text[start + len(quote) : last - len(quote)], end
        begin = end + 1
    raise _never_closed(source, quote, start)


def _never_closed(source: SourceText, quote: str, start: int) -> ModelfileError:
    close = source.text.find(quote, start + len(quote))
    hint = None
    if close >= 0:
        line = source.locate(close).line
        hint = f"{quote} only closes at the end of a line; on line {line} there is text after it"
    return source.error(Code.QUOTE_OPEN, f"{quote} opened here is never closed", start, hint)
