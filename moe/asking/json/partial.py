"""Texts of a JSON reply read while it is still being written."""

import json
import re
from collections.abc import Iterator, Sequence

import msgspec

_PLAIN = re.compile(r'[^"\\]+')
_STRUCTURE = re.compile(r'[{}\[\],:"]')
_ESCAPE_LENGTH, _UNICODE_LENGTH = 2, 6  # characters of \n, and of \u00e9


class TextPart(msgspec.Struct, frozen=True, kw_only=True):
    """The next characters of one text.

    Attributes:
        number: Which of the texts at the path, from 0.
        text: May be "" on the last part.
        is_last: The text ends here.
        is_anew: The texts begin again: those before were no part of the answer.
    """

    number: int
    text: str
    is_last: bool = False
    is_anew: bool = False


class _Level(msgspec.Struct):
    """An object or array that is open: the key whose value comes, or the place of the item."""

    is_object: bool
    key: str = ""
    is_key_next: bool = True


class PartialTexts:
    """Takes a JSON reply in pieces and gives back the characters of the texts at one path, as soon as they are known.

    What stands before the first brace is passed over. The reply need not turn out to be sound; whoever shows these
    characters must be ready to take them back.
    """

    def __init__(self, path: Sequence[str]) -> None:
        """Prepare to read.

        Args:
            path: Keys from the root down; "*" is every item of an array: ("statements", "*", "text").
        """
        self._path = tuple(path)
        self._held = ""
        self._levels: list[_Level] = []
        self._has_begun = False
        self._in_string = False
        self._is_wanted = False
        self._string: list[str] = []
        self._number = -1

    def feed(self, piece: str) -> list[TextPart]:
        """The parts that are certain by now."""
        return list(self._read(piece))

    def _read(self, piece: str) -> Iterator[TextPart]:
        text = self._held + piece
        self._held = ""
        place = 0
        while place < len(text):
            if not self._has_begun:
                place = text.find("{")
                if place < 0:
                    return
                self._has_begun = True
            if self._in_string:
                place, part = self._read_string(text, place)
                if part is not None:
                    yield part
            else:
                place = self._read_structure(text, place)

    def _read_structure(self, text: str, place: int) -> int:
        match = _STRUCTURE.search(text, place)
        if match is None:
            return len(text)
        mark = match.group()
        level = self._levels[-1] if self._levels else None
        if mark in "{[":
            self._levels.append(_Level(is_object=mark == "{"))
        elif mark in "}]":
            del self._levels[-1:]
        elif mark == '"':
            self._begin_string(level)
        elif level is not None and level.is_object:
            level.is_key_next = mark == ","
        return match.end()

    def _begin_string(self, level: _Level | None) -> None:
        self._in_string = True
        self._string = []
        is_key = level is not None and level.is_object and level.is_key_next
        self._is_wanted = not is_key and self._is_at_path()
        self._number += self._is_wanted

    def _is_at_path(self) -> bool:
        return len(self._levels) == len(self._path) and all(
            level.is_object and level.key == wanted if wanted != "*" else not level.is_object
            for level, wanted in zip(self._levels, self._path, strict=True)
        )

    def _read_string(self, text: str, place: int) -> tuple[int, TextPart | None]:
        """Characters up to the string's end, or as far as they are whole."""
        made: list[str] = []
        is_last = False
        while place < len(text) and not is_last:
            plain = _PLAIN.match(text, place)
            if plain is not None:
                made.append(plain.group())
                place = plain.end()
            elif text[place] == '"':
                is_last = True
                place += 1
            else:
                found = _read_escape(text, place)
                if found is None:
                    self._held, place = text[place:], len(text)
                    break
                made.append(found[0])
                place = found[1]
        read = "".join(made)
        if is_last:
            self._in_string = False
        if self._is_wanted:
            return place, TextPart(number=self._number, text=read, is_last=is_last) if read or is_last else None
        level = self._levels[-1] if self._levels else None
        if level is not None and level.is_object and level.is_key_next:
            self._string.append(read)
            level.key = "".join(self._string)
        return place, None


def _read_escape(text: str, place: int) -> tuple[str, int] | None:
    """The character of the escape at `place` and where it ends; None when it is not whole yet."""
    code = text[place + 1 : place + 2]
    if code != "u":
        if not code:
            return None
        end = place + _ESCAPE_LENGTH
        return (_decode(text[place:end]), end)
    end = place + _UNICODE_LENGTH
    if len(text) < end:
        return None
    if text[place + 2 : place + 4].lower() in ("d8", "d9", "da", "db"):
        following = text[end : end + _UNICODE_LENGTH]
        if "\\u".startswith(following[:2]) and len(following) < _UNICODE_LENGTH:
            return None
        if following.startswith("\\u"):
            end += _UNICODE_LENGTH
    return (_decode(text[place:end]), end)


def _decode(escape: str) -> str:
    try:
        decoded = str(json.loads(f'"{escape}"'))
    except ValueError:
        return escape
    return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
