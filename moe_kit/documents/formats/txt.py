"""Plain text: underlined lines are headings, rows of drawn tables get the names of their columns."""

import re
from collections.abc import Iterator
from pathlib import Path

from moe_core.contracts.evidence import Document
from moe_core.contracts.loader import Loaded
from moe_kit.documents.contents import find_contents
from moe_kit.documents.encodings import read_text
from moe_kit.documents.markdown_blocks import rewrite_tables
from moe_kit.documents.outline import Heading, nest_sections

_RULE = re.compile(r"([=\-~])\1{2,}$")
_TITLE = re.compile(r"[^\W_].{0,98}$")
_LEVELS = {"=": 1, "-": 2, "~": 3}


def load_txt(path: Path, document_id: str) -> Loaded:
    """Read a plain text file as one document."""
    text = rewrite_tables(_drop_contents(read_text(path, document_id)))
    headings = list(_find_headings(text))
    document = Document(
        document_id=document_id,
        title=headings[0].title if headings else "",
        text=text,
        source=document_id,
        media_type="text/plain",
        sections=nest_sections(headings, len(text)),
    )
    return Loaded(documents=(document,))


def _drop_contents(text: str) -> str:
    lines = text.split("\n")
    listed = find_contents(lines)
    return "\n".join(line for place, line in enumerate(lines) if place not in listed) if listed else text


def _find_headings(text: str) -> Iterator[Heading]:
    """Lines underlined to about their own length; a longer or shorter rule is a table's or a separator."""
    place, before, title = 0, "", ""
    for line in text.split("\n"):
        rule = line.strip()
        shown = title.strip()
        is_alone = _TITLE.match(shown) and not before.strip() and "   " not in shown
        if is_alone and _RULE.match(rule) and abs(len(rule) - len(shown)) <= max(2, len(shown) // 4):
            yield Heading(title=shown, level=_LEVELS[rule[0]], start=place - len(title) - 1)
        place += len(line) + 1
        before, title = title, line
