"""Lists of contents with page numbers: they say all headings again, and nothing of their own."""

import re
from collections.abc import Sequence
from typing import NamedTuple

_PAGE_CHARACTERS = 7
_PAGE = re.compile(r"(?<![^\W_])([0-9]{1,4}|[ivxlcdm]{1,7})\s*$")
_GAP_MARKS = " \t.…|`\u0300"  # marks set for a page that PDF writers put among the leaders too
_GAP = re.compile(r"…|\||\t| {3}|\.\s?\.")
_LEADERS = re.compile(r"…|\.\s?\.")
_ENTRIES_MIN = 4
_APART_MAX = 2  # lines of a long heading above the one with its number
_LETTERS_MIN = 4  # of a heading that is looked for again
_LEADERS_SHARE = 0.5  # chapters often have none, what is below them has
_AGAIN_SHARE = 0.5  # of headings that are written again: some are worded otherwise, some are cut at a line's end
_LARGEST = 10_000


class _Entry(NamedTuple):
    line: int
    title: str
    page: int  # roman ones, which come first, are below zero
    has_leaders: bool


def find_contents(lines: Sequence[str]) -> set[int]:
    """The lines of lists of contents, by place.

    A list is a run of headings with page numbers that do not fall, most of them after leaders, and most of the
    headings are written again further down. A price list is none: its goods are not.
    """
    found: set[int] = set()
    run: list[_Entry] = []
    for place, line in enumerate(lines):
        entry = _read_entry(place, line)
        if entry is None:
            continue
        if run and (place - run[-1].line > _APART_MAX + 1 or entry.page < run[-1].page):
            found |= _take(run, lines)
            run = []
        run.append(entry)
    return found | _take(run, lines)


def _read_entry(place: int, line: str) -> _Entry | None:
    found = _PAGE.search(line, max(0, len(line.rstrip()) - _PAGE_CHARACTERS))
    if found is None:
        return None
    before = line[: found.start()]
    title = before.rstrip(_GAP_MARKS)
    gap = before[len(title) :]
    if not _GAP.search(gap) or not _get_letters(title):
        return None
    return _Entry(place, title, _read_number(found.group(1)), _LEADERS.search(gap) is not None)


def _take(run: Sequence[_Entry], lines: Sequence[str]) -> set[int]:
    """The lines of a run, with those between its entries, if it is a list of contents."""
    if len(run) < _ENTRIES_MIN or sum(entry.has_leaders for entry in run) < _LEADERS_SHARE * len(run):
        return set()
    below = _get_letters("".join(lines[run[-1].line + 1 :]))
    titles = [title for title in (_get_letters(entry.title) for entry in run) if len(title) >= _LETTERS_MIN]
    if not titles or sum(title in below for title in titles) < _AGAIN_SHARE * len(titles):
        return set()
    return set(range(run[0].line, run[-1].line + 1))


def _get_letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalpha())


def _read_number(written: str) -> int:
    if written.isdigit():
        return int(written)
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}[letter] for letter in written]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs) - _LARGEST
