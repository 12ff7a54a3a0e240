"""A file's name as words, for a document that has no title of its own."""

import re
from pathlib import PurePath

# A hyphen or dot between digits belongs to a date or a version: "2024-11-19-minutes".
_BETWEEN_WORDS = re.compile(r"(?:(?<!\d)[-.]|[-.](?!\d)|[_+\s])+|(?<=[a-zà-þ])(?=[A-ZÀ-Þ])")
_WORD = re.compile(r"[^\W\d_]{2}")


def name_file(path: str) -> str:
    """A file's name as words, "ferry summer 2024" for "ferry-summer_2024.txt"; "" for one without a word."""
    words = _BETWEEN_WORDS.sub(" ", PurePath(path).stem).strip()
    return words if _WORD.search(words) else ""
