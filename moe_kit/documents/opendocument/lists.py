"""The marks of lists in OpenDocument texts."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from moe_kit.documents.list_counts import format_count

_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_BULLET = "-"


class ListStyles:
    """Which lists have numbers, and what kind."""

    def __init__(self, parts: Iterable[Element]) -> None:
        """Take the lists' styles from a file's parts."""
        self._levels: dict[tuple[str, int], Element] = {}
        for part in parts:
            for style in part.iter("list-style"):
                for level in style:
                    number = level.get("level", "")
                    if number.isdecimal():
                        self._levels[style.get("name", ""), int(number)] = level

    def label(self, style: str, counts: list[int]) -> str:
        """The mark of an item.

        Args:
            style: The name of the list's style.
            counts: Its number in each list that is open, from the outermost on.
        """
        level = self._levels.get((style, len(counts)))
        if level is None or level.tag != "list-level-style-number" or not level.get("num-format"):
            return _BULLET
        shown = level.get("display-levels", "1")
        wanted = min(max(int(shown) if shown.isdecimal() else 1, 1), len(counts))
        form = _FORMS.get(level.get("num-format", ""), "decimal")
        numbers = ".".join(format_count(count, form) for count in counts[-wanted:])
        return f"{level.get('num-prefix', '')}{numbers}{level.get('num-suffix', '')}".strip()

    def get_start(self, style: str, depth: int) -> int:
        """The number of a list's first item."""
        level = self._levels.get((style, depth))
        start = level.get("start-value", "1") if level is not None else "1"
        return int(start) if start.isdecimal() and len(start) < 8 else 1
