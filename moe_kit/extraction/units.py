"""Evidence cut into what a statement may quote: sentences and table rows with exact offsets."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

import msgspec

from moe_core.contracts.evidence import Evidence
from moe_core.text.sentences import split_sentences
from moe_kit.extraction.kinds import CHAT_STAMP
from moe_kit.tables.columns_line import COLUMNS_LINE

MAX_UNIT_CHARACTERS = 700  # a longer sentence is a list or a table, and is cut
_PIECE_CHARACTERS = 400

_ROW_LINE = re.compile(
    r"^\s*(?:\||\{|\"[^\"]*\"\s*[:,])"  # a Markdown table's row, a line of JSON
    r"|\t"  # tab-separated
    r"|\S {3,}\S"  # columns lined up with spaces
    r"|^\W?\d{4}-\d\d-\d\d[T ]\d\d:\d\d"  # a log's line
    r"|^\S[^:;\n]{0,40}: [^;\n]+(?:; \S[^:;\n]{0,40}: [^;\n]*)+$"  # a table's row, written out
    r"|^(?!.*(?:, |[.!?]$))[^,\n]*(?:,[^\s,][^,\n]*|,(?=,)){2,}$"  # comma-separated without spaces
)
# A line that stands by itself without being a table's: "name: value".
_FIELD_LINE = re.compile(r"^\s*[^\W\d_][\w ()/-]{0,30}:\s+\S.{0,80}(?<![.!?])$")
# The same as head of a document or row of a table, "Owner: Team Heron": what a few words name, which is no heading.
_FIELD = re.compile(
    r"(?!(?:chapter|part|section|kapitel|teil|note|annex)\b)[^\W\d_][\w-]*(?: [\w/&-]+){0,2}:\s+\S", re.IGNORECASE
)
# A line that begins or ends a block of code: three marks or more, and what language it is.
_FENCE = re.compile(r"^[ \t>]{0,8}(`{3,}|~{3,})([^`\n]*)$", re.MULTILINE)
_CELL = re.compile(r"\||\t| {3,}|,")
_WORDLESS = re.compile(r"[\W_]*\Z")
# A date by itself, as letters and minutes begin with.
_BARE_DATE = re.compile(
    r"\W*(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\W+)?(?:\d{1,2}(?:st|nd|rd|th)?\W+)?"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\W+(?:\d{1,2}(?:st|nd|rd|th)?\W+)?\d{4}\W*\Z",
    re.IGNORECASE,
)
# What a mail is about, as its head or a copy of it says: it stands over the mail, and tells nothing by itself.
_SUBJECT = re.compile(r"(?:subject|betreff|re|aw|wg|fwd?|objet|asunto)\s?:\s+\S", re.IGNORECASE)
# The names of a table's columns, as tables are written into text.
_COLUMNS = re.compile(rf"{COLUMNS_LINE}\S[^\n]*, ")
_RULE_CHARACTERS = frozenset(" \t\n:|+=-")
_CUT = re.compile(r"\n|\},\s*|;\s|,\s|\s")
_CUT_WEIGHTS = {"\n": 3, "}": 3, ";": 2, ",": 1}
_LINK_SEPARATOR = re.compile(r"\s(?:\||»|›|·|•|>|→)\s")
_BULLET = re.compile(r"[-*•‣]\s|\d+[.)]\s")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？:;][\"'”’」』)\]*_]*\Z")
_MAX_HEADING_WORDS = 10
# "3. Why it leans", "**4. Dredging.**", "2. **Storm Isolde.**": a heading with its number, or nothing but bold.
_NUMBERED_HEADING = re.compile(r"(?:\d+\.)*\d+[.)]?\s+[^\W\d][^.!?;:\n\d]*\Z")
_BOLD_HEADING = re.compile(r"(?:\d+[.)]\s+)?(\*\*|__)[^*_\n]{1,60}\1[.:]?\Z")
_MAX_NUMBERED_WORDS = 7
# "## 1.2.0 (2024-11-20)": a heading with a version and a date, or nothing but the version, as in a log of changes.
_ENTRY_HEADING = re.compile(
    r"#{1,6}\s+(?:\w+\s+)?\[?v?\d+\.\d+[\w.+-]*\]?(?:\W+(?:\(?\d{4}-\d{2}-\d{2}\)?|[^\n]{0,30}\b\d{4}\)?))?\s*\Z"
)


class UnitKind(StrEnum):
    """What a unit is good for: headings, questions and noise only give context, entries may be quoted besides."""

    SENTENCE = "sentence"
    ROW = "row"
    CODE = "code"
    HEADING = "heading"
    ENTRY = "entry"
    QUESTION = "question"
    NOISE = "noise"


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """Characters [start, end) of a document inside one piece of evidence.

    Attributes:
        place: Position of its evidence among those given.
        order: Position in its evidence.
        context: Title, heading, header row or question that it stands under.
        is_lead: It opens its document.
    """

    evidence: Evidence
    place: int
    order: int
    start: int
    end: int
    text: str
    kind: UnitKind
    context: str
    is_lead: bool = False

    @property
    def can_be_quoted(self) -> bool:
        """Whether it says something by itself."""
        return self.kind in (UnitKind.SENTENCE, UnitKind.ROW, UnitKind.CODE, UnitKind.ENTRY)


def split_evidence(evidence: Sequence[Evidence]) -> list[Unit]:
    """All units of the evidence, in order; a stretch given twice counts for its first evidence."""
    seen: set[tuple[str, int, int]] = set()
    units = []
    for place, item in enumerate(evidence):
        for unit in _split_one(item, place):
            key = (item.document, unit.start, unit.end)
            if key not in seen:
                seen.add(key)
                units.append(unit)
    return units


class _Piece(msgspec.Struct, frozen=True):
    """Characters [start, end) of a text, as a `Unit` has them."""

    start: int
    end: int
    text: str
    kind: UnitKind
    context: str
    is_first: bool


def _split_one(item: Evidence, place: int) -> Iterator[Unit]:
    for order, piece in enumerate(_cut(item.text, item.title)):
        yield Unit(
            evidence=item,
            place=place,
            order=order,
            start=item.start + piece.start,
            end=item.start + piece.end,
            text=piece.text,
            kind=piece.kind,
            context=piece.context,
            is_lead=item.start == 0 and piece.is_first,
        )


@lru_cache(maxsize=256)  # each agent of a run cuts the same passages
def _cut(whole: str, title: str) -> tuple[_Piece, ...]:
    return tuple(_iterate_pieces(whole, title))


def _iterate_pieces(whole: str, title: str) -> Iterator[_Piece]:
    fences = list(_find_fences(whole))
    spans = list(_split_around(whole, fences))
    heading, header, question = "", "", ""
    was_row = False
    for order, (start, end) in enumerate(spans):
        text = whole[start:end]
        following = whole[spans[order + 1][0] : spans[order + 1][1]] if order + 1 < len(spans) else ""
        is_row = _ROW_LINE.search(text) is not None
        kind = _classify(text, following, is_row=is_row, is_first=not was_row)
        if any(begin <= start and end <= stop for begin, stop in fences):
            is_row, kind = False, UnitKind.CODE
        context = "\n".join(part for part in (title, heading, header if is_row else "", question) if part)
        yield _Piece(start, end, text, kind, context, not any(c.isalnum() for c in whole[:start]))
        was_row = is_row
        question = text if kind is UnitKind.QUESTION else ""
        if kind is UnitKind.HEADING and is_row:
            header = text
        elif kind in (UnitKind.HEADING, UnitKind.ENTRY):
            heading, header = text, ""


def _find_fences(text: str) -> Iterator[tuple[int, int]]:
    """What stands between the lines that begin and end a block of code, without these; an open one goes to the end."""
    begin, mark = 0, ""
    for match in _FENCE.finditer(text):
        if not mark:
            begin, mark = match.end() + 1, match[1]
        elif match[1].startswith(mark) and not match[2].strip():
            yield begin, match.start()
            mark = ""
    if mark:
        yield begin, len(text)


def _split_around(text: str, fences: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches of a text: prose in sentences and lines, each block of code whole unless it is long."""
    place = 0
    for begin, stop in (*fences, (len(text), len(text))):
        for sentence in split_sentences(text, place, begin):
            yield from _split_lines(text, *sentence)
        yield from _cut_long(text, begin, stop)
        place = stop


def _classify(text: str, following: str, *, is_row: bool, is_first: bool) -> UnitKind:
    if (
        _WORDLESS.match(text)
        or _FENCE.match(text)
        or _BARE_DATE.match(text)
        or _is_navigation(text)
        or _COLUMNS.match(text)
    ):
        return UnitKind.NOISE
    if _SUBJECT.match(text):
        return UnitKind.HEADING
    if text.rstrip("\"'”’)*_").endswith(("?", "？")):
        return UnitKind.QUESTION
    if is_row:
        return UnitKind.HEADING if _is_header_row(text, following, is_first=is_first) else UnitKind.ROW
    if _ENTRY_HEADING.match(text):
        return UnitKind.ENTRY
    if text.startswith("#") or _is_bare_heading(text) or _is_marked_heading(text, following):
        return UnitKind.HEADING
    return UnitKind.SENTENCE


def _is_header_row(text: str, following: str, *, is_first: bool) -> bool:
    """The first of several rows, naming columns: a rule follows, or figures that it has not itself."""
    if "--" in following and _RULE_CHARACTERS.issuperset(following):
        return True
    if not is_first or any(char.isdigit() for char in text) or not _ROW_LINE.search(following):
        return False
    cells = [cell for cell in _CELL.split(text) if cell.strip()]
    return len(cells) > 2 and any(char.isdigit() for char in following)


def _is_navigation(text: str) -> bool:
    """Short labels between separators, as in a web page's menu."""
    if text.startswith("|") or any(char.isdigit() for char in text):
        return False
    parts = _LINK_SEPARATOR.split(text)
    return len(parts) > 2 and all(len(part.split()) <= 3 for part in parts)


def _is_bare_heading(text: str) -> bool:
    """A short line that ends like no sentence and holds no figure."""
    if "\n" in text or _BULLET.match(text) or _ENDS_SENTENCE.search(text) or _FIELD.match(text):
        return False
    words = text.split()
    is_unspaced = len(words) == 1 and len(text) > 12
    return len(words) <= _MAX_HEADING_WORDS and not is_unspaced and not any(char.isdigit() for char in text)


def _is_marked_heading(text: str, following: str) -> bool:
    """A short line that its number or its bold marks as a heading; an item of a list has another one below it."""
    if _BOLD_HEADING.match(text):
        return True
    is_short = len(text.split()) <= _MAX_NUMBERED_WORDS
    return is_short and _NUMBERED_HEADING.match(text) is not None and not _BULLET.match(following)


def _split_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch without sentence ends into its rows; wrapped prose stays together."""
    begin: int | None = None
    place = start
    for line in text[start:end].splitlines(keepends=True):
        stop = place + len(line)
        bare = line.rstrip("\n")
        if "\n" in text[start:end] and _stands_alone(bare):
            if begin is not None:
                yield from _cut_long(text, begin, place)
            begin = None
            yield from _cut_long(text, place, stop)
        elif begin is None:
            begin = place
        place = stop
    if begin is not None:
        yield from _cut_long(text, begin, end)


def _stands_alone(line: str) -> bool:
    """Whether a line among others is no part of a sentence that runs on: a row, a field, somebody's word in a chat."""
    return bool(_ROW_LINE.search(line) or _FIELD_LINE.search(line) or CHAT_STAMP.regex.match(line))


def _cut_long(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretch, trimmed; cut at the best borders when nobody could read it in one piece."""
    while end - start > MAX_UNIT_CHARACTERS:
        cut = _find_cut(text, start + 80, start + _PIECE_CHARACTERS)
        yield from _trim(text, start, cut)
        start = cut
    yield from _trim(text, start, end)


def _find_cut(text: str, low: int, high: int) -> int:
    best, best_length = high, 0
    for match in _CUT.finditer(text, low, high):
        weight = _CUT_WEIGHTS.get(match.group()[0], 0)
        if weight >= best_length:
            best, best_length = match.end(), weight
    return best


def _trim(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
