"""Text made fit for a terminal: no control characters, known widths."""

import unicodedata

from moe_core.text.lines import join_line
from moe_core.text.quoting import disarm_text


def quote_line(text: str) -> str:
    """What a document or a model says, on one line, without anything that reads like a mark of moe's."""
    return join_line(disarm_text(text))


def measure_width(text: str) -> int:
    """How many columns a terminal gives the text."""
    if text.isascii():
        return len(text)
    return sum(_measure_character(char) for char in text)


def shorten(text: str, width: int) -> str:
    """The text on one line, cut at `width` columns."""
    text = join_line(text)
    if measure_width(text) <= width:
        return text
    kept = ""
    for char in text:
        if measure_width(kept + char) >= width:
            break
        kept += char
    return kept.rstrip() + "…"


def _measure_character(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
