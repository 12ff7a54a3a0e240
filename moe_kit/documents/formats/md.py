"""Markdown: headings become sections, table rows get the names of their columns, all else stays as it is."""

import re
from collections.abc import Iterator
from pathlib import Path

from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import read_text
from moe_kit.documents.front_matter import read_front_matter
from moe_kit.documents.markdown_blocks import rewrite_blocks
from moe_kit.documents.outline import Heading, collapse, nest_sections

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
    front = read_front_matter(text)
    text = rewrite_blocks(text[front.end :])
    if front.record:
        text = f"{front.record}\n\n{text}"
    headings = list(_find_headings(text))
    title = front.title or (headings[0].title if headings else "")
    document = Document(
        document_id=document_id,
        title=title,
        text=text,
        source=document_id,
        media_type="text/markdown",
        sections=nest_sections(headings, len(text)),
    )
    return Loaded(documents=(document,))


def _find_headings(text: str) -> Iterator[Heading]:
    fence = ""
    place, previous, previous_place = 0, "", 0
    for line in text.split("\n"):
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


def _clean(title: str) -> str:
    return collapse(_MARKS.sub("", _LINK.sub(r"\1", title[:_TITLE_CHARACTERS_MAX])))
