"""Sentence borders by rule: quick, any script, exact offsets.

Lines come first: a blank line, a heading, a list item or a table row ends what stood before it. Inside the
blocks that are left, stops end sentences unless the word before them or after them says otherwise.
"""

import re
from collections.abc import Iterator
from enum import IntEnum

from moe_core.text.abbreviations import (
    ALWAYS_OPEN,
    OPEN_BEFORE_NUMBER,
    OPEN_UNLESS_STARTER,
    ORDINAL_NOUNS,
    STARTERS,
)

_CLOSERS = r"[\"'”’“»«)\]*_`]*+"  # possessive, as all runs here: long ones must not be tried twice
# Each attempt begins at one of the marks, so that only they are looked for; a run of marks is tried at its first.
_STOP = re.compile(
    r"[.!?…。！？｡।॥؟۔](?:"
    r"(?<=[.!?…])(?<![.!?…]{2})[.!?…]*+"
    + _CLOSERS
    + r"(?:\[\d{1,3}\])*+(?:[ \u00a0\u202f]»)?(?=\s)"  # quotes and footnote marks go along
    r"|(?<=[。！？｡])[。！？｡]*+[」』”’）】〉》\"']*+"  # a full-width stop needs no space
    r"|(?<=[।॥؟۔])(?<![।॥؟۔]{2})[।॥؟۔]*+" + _CLOSERS + r"(?=\s))"
)
_BEFORE_WORD = re.compile(r"[\s(\[{\"'“”‘«»„¿¡*_`—–/]")
_WORD_AFTER = re.compile(r"\s*[\"'“‘«„(*_]*([^\W_]+)")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.-?)*[^\W\d_]{1,2}")
# "§ 4 Rent.", "3.2 Notice.", "Article 7 Pets." before the sentence that they are the heading of.
_RUN_IN_HEADING = re.compile(
    r"[*_]*(?:(?:§§?|Art\.|Article|Artikel|Artículo|Section|Sec\.|Clause|Abschnitt|Ziffer)"
    r" ?\d{1,3}(?:\.\d{1,3}){0,3}[a-z]?"
    r"|\d{1,3}(?:\.\d{1,3}){1,3}\.?|\d{1,3}[.)])[:.)]?[ \t]+[^\W\d_a-z][\w'’/-]*(?:[ \t][\w'’/&-]+){0,4}"
)
# "By 11 a.m. Huts can be had": a figure's unit ends a sentence before a capital, where no day or zone of time follows.
_MEASURED = re.compile(r"\d[ \u00a0\u202f]?(?:[ap]\.m|mm|cm|km|m|kg|mg|g|ml|l|h|s|t)\Z")
_GOES_WITH_TIME = frozenset(
    """Monday Tuesday Wednesday Thursday Friday Saturday Sunday Mon Tue Tues Wed Thu Thurs Fri Sat Sun January February
    March April May June July August September October November December GMT UTC BST CET CEST EST EDT CST CDT MST PST
    PDT Eastern Central Mountain Pacific""".split()
)
_HEADING_STARTS = frozenset("*_§ACSZ")  # or a digit: it takes longer to try `_RUN_IN_HEADING`
_QUOTE_GOES_ON = "とっはがをのもに、，"

_HEADING = re.compile(r"#{1,6}[ \t]")
_RULE = re.compile(r"[-=_*~`+|: \t]{3,}+\w{0,12}$")  # possessive: no long line of marks is tried twice
_ITEM = re.compile(r"(?:[-*•+◦▪‣·]|\d{1,3}[.)]|\(?[a-zA-Z0-9]{1,3}\))[ \t]")
_DIALOGUE = re.compile(r"[–—][ \t]?")
_RECORD = re.compile(r"[^:;\n]{1,120}: [^;\n]*(?:; [^:;\n]{1,120}: [^;\n]*)+")
_LABEL = re.compile(r"(?:\*\*|__)?[^\W\d_a-z][^\s:]{0,30}(?: [^\s:.]{1,20}){0,4}(?::(?:\*\*|__)|(?:\*\*|__)?:)[ \t]")
_COLUMNS = re.compile(r"\S(?: {3,}|\t+)\S")

_OPEN = ALWAYS_OPEN | OPEN_BEFORE_NUMBER | OPEN_UNLESS_STARTER


class _Line(IntEnum):
    BLANK = 0
    PLAIN = 1
    WHOLE = 2  # a unit by itself: heading, table row, rule
    ITEM = 3  # starts a unit that the next plain lines continue
    QUOTE = 4
    LABEL = 5  # "Key: value", a unit among its like
    ALIGNED = 6  # text in columns, a unit among its like


def split_sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Find the sentences of `text[start:end]`; a heading, list item or table row counts as one.

    Returns:
        Spans (start, end) in the coordinates of `text`, in order, trimmed of white space, none empty.
    """
    stop = len(text) if end is None else min(end, len(text))
    spans: list[tuple[int, int]] = []
    for begin, finish, is_whole in _find_blocks(text, start, stop):
        if not is_whole:
            begin = _split_block(spans, text, begin, finish)
        _append_trimmed(spans, text, begin, finish)
    return spans


def _split_block(spans: list[tuple[int, int]], text: str, start: int, end: int) -> int:
    """Append the sentences that end inside the block; the place where the last one begins comes back."""
    begin = _skip_space(text, start, end)
    for match in _STOP.finditer(text, begin, end):
        if _is_border(text, match, begin, end):
            spans.append((begin, match.end()))  # neither end is white space
            begin = _skip_space(text, match.end(), end)
    return begin


def _find_blocks(text: str, start: int, stop: int) -> Iterator[tuple[int, int, bool]]:
    """Stretches (start, end, is one unit) that no sentence crosses; together they hold everything but white space."""
    if all(text.find(mark, start, stop) < 0 for mark in ("\n", " | ", "; ")):
        yield start, stop, False
        return
    lines = _classify_lines(text, start, stop)
    begin, previous = start, _Line.BLANK
    for number, (line_start, line_end, kind) in enumerate(lines):
        if kind is _Line.ALIGNED:
            after = lines[number + 1][2] if number + 1 < len(lines) else _Line.BLANK
            kind = _Line.WHOLE if _Line.ALIGNED in (lines[number - 1][2] if number else None, after) else _Line.PLAIN
        if begin < line_start and _starts_block(text, line_start, kind, previous):
            yield begin, line_start, False
            begin = line_start
        if kind is _Line.WHOLE:
            yield line_start, line_end, True
            begin = line_end
        previous = kind
    if begin < stop:
        yield begin, stop, False


def _starts_block(text: str, line_start: int, kind: _Line, previous: _Line) -> bool:
    if kind in (_Line.BLANK, _Line.WHOLE, _Line.ITEM):
        return True
    if kind is _Line.LABEL:
        return previous is _Line.LABEL
    if kind is _Line.QUOTE:
        return previous is not _Line.QUOTE
    if previous is _Line.QUOTE:
        return True
    if _DIALOGUE.match(text, line_start) is None:
        return False
    return text[max(0, line_start - 8) : line_start].rstrip()[-1:] in tuple('.!?…:»”"')


def _classify_lines(text: str, start: int, stop: int) -> list[tuple[int, int, _Line]]:
    lines = []
    place = start
    while place < stop:
        newline = text.find("\n", place, stop)
        line_end = stop if newline < 0 else newline + 1
        lines.append((place, line_end, _classify(text[place:line_end].strip())))
        place = line_end
    return lines


def _classify(line: str) -> _Line:
    if not line:
        return _Line.BLANK
    first = line[0]
    if not first.isalnum():
        if first == "|" or (first == "#" and _HEADING.match(line)) or _RULE.match(line):
            return _Line.WHOLE
        if first == ">":
            return _Line.QUOTE
    if _ITEM.match(line):
        return _Line.ITEM
    if " | " in line or ("; " in line and ": " in line and _RECORD.fullmatch(line)):
        return _Line.WHOLE
    if ":" in line and _LABEL.match(line):
        return _Line.LABEL
    if ("   " in line or "\t" in line) and _COLUMNS.search(line):
        return _Line.ALIGNED
    return _Line.PLAIN


def _is_border(text: str, match: re.Match[str], begin: int, end: int) -> bool:
    place, mark = match.end(), match.group()
    if mark[0] in "。！？｡":
        return not (mark[-1] in "」』”’）" and text[place : place + 1] in tuple(_QUOTE_GOES_ON))
    following = place
    while following < end and text[following] in " \t\u00a0\u202f":
        following += 1
    after = text[following : following + 1]
    if after.islower() or after in tuple(",;:"):
        return False
    if mark == "." and _is_run_in_heading(text, begin, match.start(), after):
        return False
    return mark[0] != "." or mark.startswith("..") or not _is_abbreviation(text, match.start(), place, begin)


def _is_run_in_heading(text: str, begin: int, stop: int, after: str) -> bool:
    """Whether what stands before a full stop only names what the rest of its line says."""
    if stop - begin >= 80 or not (text[begin] in _HEADING_STARTS or text[begin].isdecimal()):
        return False
    return after not in ("", "\n") and _RUN_IN_HEADING.fullmatch(text, begin, stop) is not None


def _is_abbreviation(text: str, stop: int, place: int, begin: int) -> bool:
    word = _BEFORE_WORD.split(text[max(begin, stop - 20) : stop])[-1]
    if not word:
        return False
    lowered = word.lower()
    is_dotted = (len(word) == 1 or "." in word) and _DOTTED.fullmatch(word) is not None
    if not (word.isdigit() or is_dotted or lowered in _OPEN):  # most words
        return False
    after = _WORD_AFTER.match(text, place, place + 40)
    following = after.group(1) if after else ""
    if word.isdigit():
        opening = text[begin : stop - len(word)]
        is_enumerator = len(word) < 4 and not opening.strip("*_#> \t")
        return is_enumerator or (len(word) < 3 and following in ORDINAL_NOUNS)
    if following[:1].isupper() and _MEASURED.search(text, max(begin, stop - 8), stop):
        return following in _GOES_WITH_TIME
    if lowered in ALWAYS_OPEN:
        return True
    is_roman = len(following) < 4 and following.isupper() and following not in STARTERS
    if lowered in OPEN_BEFORE_NUMBER and (following[:1].isdigit() or is_roman):
        return True
    if lowered in OPEN_UNLESS_STARTER or is_dotted:
        return following not in STARTERS
    return False


def _skip_space(text: str, start: int, end: int) -> int:
    while start < end and text[start].isspace():
        start += 1
    return start


def _append_trimmed(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    start = _skip_space(text, start, end)
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
