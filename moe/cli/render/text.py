"""Text made fit for a terminal: no control characters, known widths."""

import re
import unicodedata

from moe_core.text.quoting import disarm_text

# Escape sequences in a document must not reach the terminal; neither must marks that reorder what is read.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_UNITS = ("bytes", "kB", "MB", "GB")
_SPACES = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """The text with control characters replaced; line ends and tabs stay."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def join_line(text: str) -> str:
    """The text on one line."""
    return _SPACES.sub(" ", clean_text(text)).strip()


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


def format_bytes(size: float) -> str:
    """A size for reading: "640 bytes", "3.4 MB", "12 GB"."""
    if size < 1000:
        return f"{size:.0f} bytes"
    power = min(3, (len(f"{size:.0f}") - 1) // 3)
    value = size / 1000**power
    return f"{value:.1f} {_UNITS[power]}" if value < 10 else f"{value:.0f} {_UNITS[power]}"


def _measure_character(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
