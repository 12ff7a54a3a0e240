"""Documents cut into passages at section and sentence borders."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from moe_core.contracts.evidence import Document, Passage, Section
from moe_core.text.sentences import split_sentences

# Chosen: a long paragraph, some 200 tokens; eight of them fit into the smallest context of a model that is served.
TARGET_CHARACTERS = 900
MAX_CHARACTERS = 1400

_MIN_CHARACTERS = 250
_PARAGRAPH = re.compile(r"\n\s*\n")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,}).*$", re.MULTILINE)
_SPACE = re.compile(r"\s+")
_NUMBER = re.compile("[1-9][0-9]{0,8}")

Span = tuple[int, int]


def split_document(document: Document) -> list[Passage]:
    """Cut a document into passages that hold everything but white space, without overlap.

    A passage ends at a section's or sentence's border, at a word's border only where one sentence is longer than
    `MAX_CHARACTERS`. An atomic document is one passage with the document's id; otherwise ids are "<document>#<n>"
    from 1. A heading stays with the text below it.
    """
    if document.is_atomic:
        spans = [(0, len(document.text))] if document.text.strip() else []
    else:
        spans = [span for begin, end in _find_segments(document) for span in _pack(document.text, begin, end)]
    paths = _SectionPaths(document.sections)
    return [
        Passage(
            passage_id=make_passage_id(document.document_id, number, is_atomic=document.is_atomic),
            document_id=document.document_id,
            title=document.title,
            section=paths.find(begin, end),
            start=begin,
            end=end,
            text=document.text[begin:end],
        )
        for number, (begin, end) in enumerate(spans, start=1)
    ]


def make_passage_id(document_id: str, number: int, *, is_atomic: bool) -> str:
    """The id of a document's passage of that number, from 1."""
    return document_id if is_atomic else f"{document_id}#{number}"


def find_passage_place(passage_id: str) -> Iterator[tuple[str, int, bool]]:
    """What `make_passage_id` may have been given to make this id, the likeliest first."""
    yield passage_id, 1, True
    document_id, _, number = passage_id.rpartition("#")
    if _NUMBER.fullmatch(number):
        yield document_id, int(number), False


class _SectionPaths:
    """Looks up the headings above a place, "A > B"."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._starts: list[int] = []
        self._open: list[tuple[Section, ...]] = []
        stack: list[Section] = []
        for section in sections:
            while stack and (stack[-1].level >= section.level or stack[-1].end <= section.start):
                stack.pop()
            stack.append(section)
            self._starts.append(section.start)
            self._open.append(tuple(stack))

    def find(self, begin: int, end: int) -> str:
        """The path at the last heading inside [begin, end), or at `begin`."""
        number = bisect_right(self._starts, end - 1) - 1
        if number < 0:
            return ""
        place = max(begin, self._starts[number])
        return " > ".join(section.title for section in self._open[number] if section.end > place)


def _find_segments(document: Document) -> Iterator[Span]:
    """Stretches between section starts; one that holds nothing but its heading is joined to the next."""
    text = document.text
    titles = {section.start: section.title for section in document.sections}
    borders = sorted({0, len(text), *titles, *(section.end for section in document.sections)})
    begin = 0
    for border, end in pairwise(borders):
        if end < len(text) and _is_bare(text[border:end], titles.get(border)):
            continue
        yield begin, end
        begin = end


def _is_bare(segment: str, title: str | None) -> bool:
    if not segment.strip():
        return True
    if title is None or len(segment) > 3 * len(title) + 40:
        return False
    return _get_letters(segment) == _get_letters(title)


def _get_letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def _pack(text: str, begin: int, end: int) -> Iterator[Span]:
    """Fill passages with sentences up to an even share of the segment, rather at a paragraph's end."""
    pieces = [piece for span in split_sentences(text, begin, end) for piece in _cut(text, *span)]
    pieces = _join_code(text, pieces, begin, end)
    if not pieces:
        return
    last = pieces[-1][1]
    first = 0
    while first < len(pieces):
        start = pieces[first][0]
        remaining = last - start
        if remaining <= MAX_CHARACTERS:
            yield start, last
            return
        goal = remaining / max(2, round(remaining / TARGET_CHARACTERS))
        stop = _find_stop(text, pieces, first, goal)
        yield start, pieces[stop][1]
        first = stop + 1


def _join_code(text: str, pieces: list[Span], begin: int, end: int) -> list[Span]:
    """Sentences, where those of a block of code are one with the line that announces it, if a passage holds it."""
    joined: list[Span] = []
    blocks = _find_code(text, begin, end)
    block_start, block_end = next(blocks, (end, end))
    for start, stop in pieces:
        while start >= block_end and block_end < end:
            block_start, block_end = next(blocks, (end, end))
        is_inside = bool(joined) and block_start <= joined[-1][0] and start < block_end
        if is_inside and stop - joined[-1][0] <= MAX_CHARACTERS:
            joined[-1] = (joined[-1][0], stop)
        else:
            joined.append((start, stop))
    return joined


def _find_code(text: str, begin: int, end: int) -> Iterator[Span]:
    """Blocks of code between fences, each from the line above where that one announces it."""
    start, mark = begin, ""
    for match in _FENCE.finditer(text, begin, end):
        if not mark:
            start, mark = match.start(), match[1]
            if text[max(begin, start - 2) : start] == ":\n":
                start = max(begin, text.rfind("\n", begin, start - 1) + 1)
        elif match[1].startswith(mark):
            yield start, match.end()
            mark = ""


def _find_stop(text: str, pieces: Sequence[Span], first: int, goal: float) -> int:
    """The piece that ends the passage which `first` begins."""
    start = pieces[first][0]
    stop = first
    for number in range(first, len(pieces) - 1):
        length = pieces[number][1] - start
        stop = number
        grown = pieces[number + 1][1] - start
        if grown > MAX_CHARACTERS or length >= goal:
            break
        is_paragraph_end = _PARAGRAPH.search(text, pieces[number][1], pieces[number + 1][0]) is not None
        if is_paragraph_end and length >= 0.7 * goal and length >= _MIN_CHARACTERS:
            break
        if grown > goal and grown - goal > goal - length:
            break
    return stop


def _cut(text: str, begin: int, end: int) -> Iterator[Span]:
    """Cut what is longer than a passage at word borders, and inside a word where it has none."""
    while end - begin > MAX_CHARACTERS:
        share = (end - begin) / -(-(end - begin) // MAX_CHARACTERS)
        limit = begin + min(MAX_CHARACTERS, int(share) + 1)
        stop = max((match.start() for match in _SPACE.finditer(text, begin + 1, limit)), default=limit)
        yield begin, stop
        begin = stop
        while begin < end and text[begin].isspace():
            begin += 1
    if begin < end:
        yield begin, end
