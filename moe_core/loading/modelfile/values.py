"""Values inside a block: maps, lists, quoted strings, bare words and the scalars they stand for."""

import math
import re
import textwrap

from moe_core.loading.modelfile.codes import Code
from moe_core.loading.modelfile.commands import Place, Scalar, Value
from moe_core.loading.modelfile.lexer import SourceText, end_of
from moe_core.schemas.plain_json import Keys

MAX_DEPTH = 64

KEY = re.compile(r"[A-Za-z_$@][\w$.\-]*\??")
_BARE = re.compile(r'[^\s{}\[\],"#;]+')
_COMMENT = r"#[^\n]*|//[^\n]*"
_SEPARATORS = re.compile(rf"(?:[ \t\n,;]|{_COMMENT})*")
_BLANK = re.compile(rf"(?:[ \t\n]|{_COMMENT})*")
_ITEM_END = re.compile(r"[ \t]*(?:[\],;\n#]|//|\Z)")
_NEXT_KEY = re.compile(r"[A-Za-z_$@][\w$.\-]*\??[ \t]*:(?=[\s\"'{\[]|\Z)")

_DOUBLE = re.compile(r'"([^"\\\n]*(?:\\.[^"\\\n]*)*)"')
_SINGLE = re.compile(r"'([^'\n]*(?:''[^'\n]*)*)'")
_ESCAPE = re.compile(
    r"\\(?:u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u(?P<code>[0-9a-fA-F]{4})|(?P<letter>.))"
)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"', "'": "'"}

_WORDS: dict[str, Scalar] = {"true": True, "True": True, "false": False, "False": False, "null": None, "~": None}
_INTEGER = re.compile(r"[+-]?(?:0|[1-9][0-9]*(?:_[0-9]+)*)")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.[0-9]+|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][+-]?[0-9]+)?")
_LONGEST_NUMBER = 400
_TYPE_HINT = 'a type that holds [ ], | or quotes is written in quotes: "string[]", \'"yes" | "no"\''


def parse_scalar(text: str) -> Scalar:
    """The value that unquoted text stands for: a truth value, null, a number, or the text itself.

    Raises:
        ValueError: A number that JSON readers cannot hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        number = int(text) if len(text) < _LONGEST_NUMBER else 2**64
        if not -(2**63) <= number < 2**64:
            raise ValueError("number does not fit into 64 bits")
        return number
    if _FLOAT.fullmatch(text):
        real = float(text)
        if not math.isfinite(real):
            raise ValueError("number is too large")
        return real
    return text


def dedent_text(body: str) -> str:
    '''The text between """ marks in a block: without its first line end, indentation and last line end.'''
    if "\n" not in body:
        return body
    return textwrap.dedent(body.removeprefix("\n")).rstrip("\n ")


class ValueReader:
    """Reads one block or list, and remembers where each of its values stands.

    Attributes:
        offset: The next character to read.
        places: Where the values read so far stand, by their keys.
    """

    def __init__(self, source: SourceText, offset: int) -> None:
        self._source = source
        self._text = source.text
        self._depth = 0
        self.offset = offset
        self.places: dict[Keys, Place] = {}

    def read_map(self, keys: Keys = ()) -> dict[str, Value]:
        """Read from "{" to its "}"."""
        opened = self._open()
        found: dict[str, Value] = {}
        while not self._is_closed(opened, "}"):
            at = self.offset
            key = self._key()
            self._colon(key, is_first=not found)
            if key in found:
                raise self._source.error(Code.KEY_TWICE, f"key {key!r} given twice", at)
            if self._peek() in ("\n", "#") or self._text.startswith("//", self.offset):
                self.offset = end_of(_BLANK, self._text, self.offset)
            self._mark((*keys, key), at)
            found[key] = self._value((*keys, key), key)
        return found

    def read_list(self, keys: Keys = ()) -> list[Value]:
        """Read from "[" to its "]"."""
        opened = self._open()
        found: list[Value] = []
        while not self._is_closed(opened, "]"):
            here = (*keys, len(found))
            self._mark(here, self.offset)
            found.append(self._value(here, ""))
            if not _ITEM_END.match(self._text, self.offset):
                raise self._source.error(
                    Code.COMMA_EXPECTED,
                    "list items are separated by ',' or a new line",
                    self._source.skip_gap(self.offset),
                    "quote items that contain spaces",
                )
        return found

    def read_quoted(self) -> str:
        """Read a string in double, single or triple quotes."""
        text, at = self._text, self.offset
        if text.startswith('"""', at):
            end = text.find('"""', at + 3)
            if end < 0:
                raise self._source.error(Code.QUOTE_OPEN, '""" opened here is never closed', at)
            self.offset = end + 3
            return dedent_text(text[at + 3 : end])
        match = (_DOUBLE if text[at] == '"' else _SINGLE).match(text, at)
        if not match:
            message = f"{text[at]} opened here is not closed on this line"
            raise self._source.error(Code.QUOTE_OPEN, message, at, 'use """ for several lines')
        self.offset = match.end()
        if text[at] == "'":
            return match[1].replace("''", "'")
        return _ESCAPE.sub(lambda escape: self._unescape(escape, at + 1), match[1]) if "\\" in match[1] else match[1]

    def _value(self, keys: Keys, key: str) -> Value:
        first = self._peek()
        if first == "{":
            return self.read_map(keys)
        if first == "[":
            return self.read_list(keys)
        if first in ('"', "'"):
            return self.read_quoted()
        return self._bare(key)

    def _bare(self, key: str) -> Scalar:
        at, words = self.offset, list[str]()
        while match := _BARE.match(self._text, self.offset):
            word = match.group()
            if key and self._starts_next(word, key, is_first=not words):
                break
            words.append(word)
            self.offset = match.end()
            gap = self._source.skip_gap(self.offset)
            if gap == self.offset or self._text.startswith("//", gap) or not key:
                break
            self.offset = gap
        if not words:
            found = "the end of the file" if at >= len(self._text) else repr(self._text[at])
            message = f"{key!r} has no value" if key else f"expected a value, found {found}"
            raise self._source.error(Code.BLOCK_VALUE, message, at)
        try:
            return parse_scalar(" ".join(words))
        except ValueError as error:
            raise self._source.error(Code.NUMBER_RANGE, str(error), at, "quote it to keep it as text") from None

    def _starts_next(self, word: str, key: str, *, is_first: bool) -> bool:
        if _NEXT_KEY.match(self._text, self.offset):
            return True
        if not is_first and ":" in word:
            raise self._source.error(
                Code.AMBIGUOUS_COLON,
                f"ambiguous ':' in the unquoted text of {key!r}",
                self.offset + word.index(":"),
                "quote the text, or put a space after ':' if a new key starts here",
            )
        return False

    def _key(self) -> str:
        if self._peek() in ('"', "'"):
            return self.read_quoted()
        match = KEY.match(self._text, self.offset)
        if not match:
            found = self._peek()
            hint = _TYPE_HINT if found in ("[", "]", "|", "(") else None
            raise self._source.error(Code.KEY_EXPECTED, f"expected a key or '}}', found {found!r}", self.offset, hint)
        self.offset = match.end()
        return match.group()

    def _colon(self, key: str, *, is_first: bool) -> None:
        self.offset = self._source.skip_gap(self.offset)
        if self._peek() in (":", "="):
            self.offset = self._source.skip_gap(self.offset + 1)
        elif self._peek() != "{":
            hint = None if is_first else "text that holds ',' ';' '#' or quotes must be in quotes itself"
            raise self._source.error(Code.COLON_EXPECTED, f"expected ':' after {key!r}", self.offset, hint)

    def _open(self) -> int:
        at = self.offset
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._source.error(Code.TOO_DEEP, f"blocks are nested more than {MAX_DEPTH} deep", at)
        self.offset += 1
        return at

    def _is_closed(self, opened: int, bracket: str) -> bool:
        self.offset = end_of(_SEPARATORS, self._text, self.offset)
        if self.offset >= len(self._text):
            message = f"'{self._text[opened]}' opened here is never closed"
            raise self._source.error(Code.BRACKET_OPEN, message, opened)
        if self._text[self.offset] != bracket:
            return False
        self.offset += 1
        self._depth -= 1
        return True

    def _peek(self) -> str:
        return self._text[self.offset : self.offset + 1]

    def _mark(self, keys: Keys, at: int) -> None:
        self.places[keys] = Place(self._source.locate(at), self._source.locate(self.offset))

    def _unescape(self, escape: re.Match[str], start: int) -> str:
        if escape["high"]:
            high, low = int(escape["high"], 16), int(escape["low"], 16)
            return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
        if escape["code"]:
            code = int(escape["code"], 16)
            if not 0xD800 <= code <= 0xDFFF:
                return chr(code)
            at = start + escape.start()
            raise self._source.error(Code.BAD_ESCAPE, f"{escape.group()} is half of a character", at)
        if escape["letter"] in _LETTERS:
            return _LETTERS[escape["letter"]]
        hint = "for a backslash itself, write \\\\ or use single quotes"
        raise self._source.error(Code.BAD_ESCAPE, f"unknown escape {escape.group()}", start + escape.start(), hint)
