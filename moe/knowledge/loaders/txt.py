"""Plain text: kept as it is, with underlined lines as headings."""

import re
from pathlib import Path

from moe.knowledge.loaders.decoding import read_text
from moe.knowledge.loaders.outline import Heading, Loaded, nest_sections
from moe_core.contracts.evidence import Document

_UNDERLINED = re.compile(
    r"(?:\A|\n)[ \t]*(?=\n|\S)\n?(?P<title>[^\s\-=~*#|][^\n]{0,98})\n(?P<rule>([=\-~])\3{2,})[ \t]*(?=\n|\Z)"
)
_LEVELS = {"=": 1, "-": 2, "~": 3}


def load_txt(path: Path, document_id: str) -> Loaded:
    """Read a plain text file as one document."""
    text = read_text(path, document_id)
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


def _find_headings(text: str) -> list[Heading]:
    """Lines underlined to about their own length; a longer or shorter rule is a table's or a separator."""
    found = []
    for match in _UNDERLINED.finditer(text):
        title, rule = match.group("title").rstrip(), match.group("rule")
        if abs(len(rule) - len(title)) <= max(2, len(title) // 4) and "   " not in title:
            found.append(Heading(title=title.strip(), level=_LEVELS[rule[0]], start=match.start("title")))
    return found
