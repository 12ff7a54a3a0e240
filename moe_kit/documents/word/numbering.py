"""The numbers of lists and headings, which a Word file does not hold but tells how to count."""

import re
from collections import defaultdict
from collections.abc import Iterable
from xml.etree.ElementTree import Element

import msgspec

from moe_kit.documents.list_counts import format_count
from moe_kit.documents.word.styles import get_value

_PLACE = re.compile(r"%([1-9])")
_BULLET = "-"


class _ListLevel(msgspec.Struct, frozen=True, kw_only=True):
    start: int = 1
    form: str = "decimal"
    text: str = ""


class ListNumbers:
    """Counts the items of a document's lists, in their order."""

    def __init__(self, parts: Iterable[Element]) -> None:
        """Take the lists from a file's parts of that kind."""
        self._abstract: dict[str, dict[int, _ListLevel]] = {}
        self._of_list: dict[str, tuple[str, dict[int, _ListLevel]]] = {}
        for part in parts:
            for element in part.iter("abstractNum"):
                self._abstract[element.get("abstractNumId", "")] = _read_levels(element)
            for element in part.iter("num"):
                base = get_value(element.find("abstractNumId"))
                levels = self._abstract.get(base, {}) | _read_overrides(element, self._abstract.get(base, {}))
                self._of_list[element.get("numId", "")] = (base, levels)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[str] = set()

    def count(self, number: tuple[str, int]) -> str:
        """Count one more item of a list; its label, "3.2" or "-", comes back, "" for none.

        Args:
            number: The list's id and the level in it.
        """
        identifier, level = number
        if identifier not in self._of_list:
            return ""
        base, levels = self._of_list[identifier]
        counts = self._counts[base]
        if identifier not in self._begun:
            self._begun.add(identifier)
            if levels != self._abstract.get(base):  # a list that begins anew where it says so
                counts.clear()
        here = levels.get(level, _ListLevel())
        counts[level] = counts.get(level, here.start - 1) + 1
        for deeper in [place for place in counts if place > level]:
            del counts[deeper]
        if here.form == "bullet":
            return _BULLET
        if here.form == "none":
            return ""
        return _PLACE.sub(lambda match: _write_count(levels, counts, int(match.group(1)) - 1), here.text).strip()


def _read_levels(parent: Element) -> dict[int, _ListLevel]:
    return {
        int(element.get("ilvl", "0")): _ListLevel(
            start=_read_int(get_value(element.find("start")), 1),
            form=get_value(element.find("numFmt")) or "decimal",
            text=get_value(element.find("lvlText")),
        )
        for element in parent.findall("lvl")
        if element.get("ilvl", "0").isdecimal()
    }


def _read_overrides(parent: Element, base: dict[int, _ListLevel]) -> dict[int, _ListLevel]:
    changed = {}
    for element in parent.findall("lvlOverride"):
        level = _read_int(element.get("ilvl", ""), 0)
        own = _read_levels(element).get(level) or base.get(level, _ListLevel())
        start = _read_int(get_value(element.find("startOverride")), own.start)
        changed[level] = _ListLevel(start=start, form=own.form, text=own.text)
    return changed


def _read_int(text: str, default: int) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _write_count(levels: dict[int, _ListLevel], counts: dict[int, int], level: int) -> str:
    here = levels.get(level, _ListLevel())
    value = counts.get(level, here.start)
    return format_count(value, here.form)
