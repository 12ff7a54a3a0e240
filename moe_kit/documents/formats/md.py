"""Markdown: kept as it is, so that offsets are the file's own; headings become sections."""

import re
from collections.abc import Iterator
from pathlib import Path

from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import read_text
from moe_kit.documents.outline import Heading, collapse, nest_sections

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_ATX = re.compile(r" {0,3}(#{1,6})(?![^ \t])")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_NOT_SETEXT = re.compile(r"[ \t]*(?:[-*+>|#]|\d+[.)][ \t]|$)| {4}|\t")
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_TITLE_CHARACTERS_MAX = 1_000  # links in a title are looked for from each bracket on
_MARKS = re.compile(r"(?<!\w)[*_`]+|[*_`]+(?!\w)")


def load_md(path: Path, document_id: str) -> Loaded:
    """Read a Markdown file as one document; its title is the front matter's, or the first heading."""
    text = read_text(path, document_id)
    front = _FRONT_MATTER.match(text)
    named = _find_front_title(front.group(1)) if front else ""
    headings = list(_find_headings(text, front.end() if front else 0))
    title = named or (headings[0].title if headings else "")
    document = Document(
        document_id=document_id,
        title=title,
        text=text,
        source=document_id,
        media_type="text/markdown",
        sections=nest_sections(headings, len(text)),
    )
    return Loaded(documents=(document,))


def _find_headings(text: str, start: int) -> Iterator[Heading]:
    fence = ""
    place, previous, previous_place = start, "", start
    for line in text[start:].split("\n"):
        fence_mark = _FENCE.match(line)
        if fence:
            if fence_mark and fence_mark.group(1).startswith(fence):
                fence = ""
            previous = ""
        elif fence_mark:
            fence, previous = fence_mark.group(1), ""
        else:
            yield from _read_heading(line, place, previous, previous_place)
            previous = "" if _ATX.match(line) else line
        previous_place = place
        place += len(line) + 1


def _read_heading(line: str, place: int, previous: str, previous_place: int) -> Iterator[Heading]:
    atx = _ATX.match(line)
    setext = _SETEXT.match(line)
    if atx:
        title, level, start = _read_atx(line[atx.end() :]), len(atx.group(1)), place
    elif setext and previous.strip() and not _NOT_SETEXT.match(previous) and " | " not in previous:
        title, level, start = previous, 1 if setext.group(1)[0] == "=" else 2, previous_place
    else:
        return
    title = _clean(title)
    if title:
        yield Heading(title=title, level=level, start=start)


def _read_atx(rest: str) -> str:
    """A heading's title, without the marks that may close it."""
    title = rest.strip(" \t")
    bare = title.rstrip("#")
    return bare.rstrip(" \t") if not bare or bare[-1] in " \t" else title


def _find_front_title(front: str) -> str:
    for line in front.split("\n"):
        name, _, value = line.partition(":")
        value = value.strip(" \t")
        if name.lower() == "title" and value:
            is_quoted = len(value) > 2 and value[0] == value[-1] and value[0] in "'\""
            return value[1:-1] if is_quoted else value
    return ""


def _clean(title: str) -> str:
    return collapse(_MARKS.sub("", _LINK.sub(r"\1", title[:_TITLE_CHARACTERS_MAX])))
