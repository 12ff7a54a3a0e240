"""Text made fit for one line: no control characters, no line ends."""

import re

# Escape sequences in a document must not reach a terminal; neither must marks that reorder what is read.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """The text with control characters replaced; line ends and tabs stay."""
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def join_line(text: str) -> str:
    """The text on one line."""
    return _SPACES.sub(" ", clean_text(text)).strip()
