"""What a unit cannot stand without: the sentence that it leans on, and what it announces."""

import re
from collections.abc import Iterator, Mapping, Sequence

from moe_kit.extraction.units import Unit, UnitKind

_CHAIN_MAX = 4  # sentences from a pronoun back to the name that it means
_ANNOUNCED_MAX = 6  # units that a colon brings along: a block of code, a short list
_LEANS_ON_NEIGHBOUR = re.compile(
    r"(?:(?:in|on|at|by|from|after|before|since|until|during|there|then|later|today|now)\b[^.,;:]{0,30},? )?"
    r"(?:he|she|it|they|his|her|its|their|this|these|that|those|both|the (?:former|latter|same))\b",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?<![\w.])\d+(?:\.\d+)+")
_BARE_WORDS_MAX = 6  # "- damage by frost." has nothing that it says of it
_ENDS_SENTENCE = re.compile(r"[.!?。！？][\"'”’)\]*_]*\Z")
_ANNOUNCES = re.compile(r"[:：][\"'”’)\]*_]*\Z")
_ITEM = re.compile(r"\s*(?:[-*•+◦▪‣·]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")


def leans_on_neighbour(text: str) -> bool:
    """Whether a sentence begins by pointing at the one before it."""
    return _LEANS_ON_NEIGHBOUR.match(text) is not None


def find_antecedents(units: Sequence[Unit]) -> dict[int, int]:
    """By place among the units, for each sentence that leans on others, the sentence that says what it is about."""
    found: dict[int, int] = {}
    for place, unit in enumerate(units):
        if unit.kind is not UnitKind.SENTENCE or not leans_on_neighbour(unit.text):
            continue
        root = place
        for _ in range(_CHAIN_MAX):
            before = units[root - 1] if root else None
            if before is None or before.place != unit.place or before.kind is not UnitKind.SENTENCE:
                break
            root -= 1
            if not leans_on_neighbour(units[root].text):
                found[place] = root
                break
    return found


def find_announced(units: Sequence[Unit], *, named: str = "") -> Mapping[Unit, tuple[Unit, ...]]:
    """By unit that ends in a colon, what it announces: the block of code or the list right behind it.

    Args:
        units: All of them, in order.
        named: A question; what stands below the entry of a log of changes counts where it says that one's version.
    """
    return {
        unit: announced
        for place, unit in enumerate(units)
        if (unit.kind is UnitKind.SENTENCE and _ANNOUNCES.search(unit.text))
        or (unit.kind is UnitKind.ENTRY and find_versions(unit.text) & find_versions(named))
        if (announced := tuple(_follow(units, place)))
    }


def find_list_heads(units: Sequence[Unit]) -> Mapping[Unit, Unit]:
    """By item of a list that says little by itself, what the list stands under: a heading, or a line with a colon."""
    found: dict[Unit, Unit] = {}
    head: Unit | None = None
    for unit in units:
        if head is not None and unit.place != head.place:
            head = None
        if unit.kind is UnitKind.NOISE:
            continue
        if unit.kind is UnitKind.HEADING or (unit.kind is UnitKind.SENTENCE and _ANNOUNCES.search(unit.text)):
            head = unit
        elif unit.kind is not UnitKind.SENTENCE or not _ITEM.match(unit.text):
            head = None
        elif head is not None and _is_bare_item(unit.text):
            found[unit] = head
    return found


def find_versions(text: str) -> set[str]:
    """The version numbers that a text says."""
    return set(_VERSION.findall(text))


def _is_bare_item(text: str) -> bool:
    return not _ENDS_SENTENCE.search(text) or len(text.split()) <= _BARE_WORDS_MAX


def _follow(units: Sequence[Unit], place: int) -> Iterator[Unit]:
    first: UnitKind | None = None
    for unit in units[place + 1 : place + 1 + _ANNOUNCED_MAX]:
        if unit.place != units[place].place:
            return
        if unit.kind is UnitKind.NOISE:
            continue
        is_part = unit.kind is UnitKind.CODE or _ITEM.match(unit.text) is not None
        if not is_part or (first is not None and unit.kind is not first):
            return
        first = unit.kind
        yield unit
