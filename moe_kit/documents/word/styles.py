"""The styles of a Word file: which paragraphs are headings, which are lists."""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

import msgspec

_HEADING = re.compile(r"heading (\d)$", re.IGNORECASE)
_CONTENTS = re.compile(r"(?:toc|table of figures|index) ?\d*$", re.IGNORECASE)
_BASES_MAX = 20  # styles are based on others; damaged files make circles
_BODY_LEVEL = 9  # outline levels from 0 to 8 are headings, 9 is text


class WordStyle(msgspec.Struct, frozen=True, kw_only=True):
    """What a style says of its paragraphs, with what it takes from the styles that it is based on.

    Attributes:
        heading: The level of the heading that they are, from 1; 0 for none.
        is_title: They are the document's title.
        is_contents: They list the document's own headings, with page numbers.
        is_item: They are items of a list.
        number: The list that numbers them, and the level in it; None for none.
    """

    heading: int = 0
    is_title: bool = False
    is_contents: bool = False
    is_item: bool = False
    number: tuple[str, int] | None = None


class WordStyles:
    """The styles of paragraphs by id."""

    def __init__(self, parts: Iterable[Element]) -> None:
        """Take them from a file's parts of that kind."""
        self._elements: dict[str, Element] = {}
        self._default = ""
        for part in parts:
            for style in part.iter("style"):
                identifier = style.get("styleId", "")
                self._elements[identifier] = style
                if style.get("type") == "paragraph" and style.get("default") in ("1", "true"):
                    self._default = identifier
        self._known: dict[str, WordStyle] = {}

    def get(self, identifier: str) -> WordStyle:
        """The style of that id; of an unknown id, the default one."""
        identifier = identifier if identifier in self._elements else self._default
        if identifier not in self._known:
            self._known[identifier] = _read_style(list(self._iterate_bases(identifier)))
        return self._known[identifier]

    def _iterate_bases(self, identifier: str) -> Iterator[Element]:
        for _ in range(_BASES_MAX):
            style = self._elements.get(identifier)
            if style is None:
                return
            yield style
            identifier = get_value(style.find("basedOn"))


def get_value(element: Element | None) -> str:
    """An element's `val`; "" without one."""
    return element.get("val", "") if element is not None else ""


def find_level(properties: Element | None) -> int | None:
    """The level of the outline that a paragraph's properties name, from 1; 0 for running text, None for no word."""
    value = get_value(properties.find("outlineLvl")) if properties is not None else ""
    if not value.isdecimal():
        return None
    return int(value) + 1 if int(value) < _BODY_LEVEL else 0


def find_number(properties: Element | None) -> tuple[str, int] | None:
    """The list that a paragraph's properties name, with the level in it; "" and "0" name none."""
    found = properties.find("numPr") if properties is not None else None
    if found is None:
        return None
    level = get_value(found.find("ilvl"))
    return get_value(found.find("numId")), int(level) if level.isdecimal() else 0


def _read_style(bases: list[Element]) -> WordStyle:
    names = [get_value(style.find("name")) for style in bases]
    name = names[0] if names else ""
    headings = [int(match.group(1)) for match in map(_HEADING.match, names) if match]
    levels = [level for level in (find_level(style.find("pPr")) for style in bases) if level is not None]
    numbers = [number for number in (find_number(style.find("pPr")) for style in bases) if number is not None]
    return WordStyle(
        heading=(headings or levels or [0])[0],
        is_title=name.lower() == "title",
        is_contents=_CONTENTS.match(name) is not None,
        is_item=name.lower().startswith("list") and not name.lower().startswith("list paragraph"),
        number=numbers[0] if numbers else None,
    )
