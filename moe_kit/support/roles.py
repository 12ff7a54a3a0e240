"""Whether names and figures play the parts in a statement that they play in its source."""

from collections.abc import Iterator

import msgspec

from moe_kit.support.reading import Reading

_EDGE = "^"
_FIGURE = "#"
_AND = frozenset(["and", "or", "und", "oder"])
_PASSIVE = frozenset(["by", "von", "durch"])


class _Item(msgspec.Struct, frozen=True):
    """A word, a name of one word or more, or a figure."""

    kind: str
    what: frozenset[str]
    is_weak: bool = False

    @property
    def key(self) -> str:
        """How neighbours know it."""
        return _FIGURE if self.kind == "figure" else min(self.what)


class _Placed(msgspec.Struct, frozen=True):
    """A name or a figure in its place.

    Attributes:
        slot: The items right before and right behind it.
        before: The nearest word of weight before it.
        after: The nearest one behind it.
        row: Which list it stands in: names with nothing but "and" between them share one.
    """

    what: frozenset[str]
    is_figure: bool
    slot: tuple[str, str]
    before: str
    after: str
    row: int = -1


def find_exchanged(statement: Reading, source: Reading) -> str | None:
    """A name or figure that stands where the source has another one; None when all stand in their places."""
    here, there = list(_list_parts(statement)), list(_list_parts(source))
    is_turned = _is_passive(statement) != _is_passive(source)
    for part in here:
        if is_turned and not part.is_figure:
            continue
        own = [other for other in there if other.what & part.what]
        rivals = [other for other in there if _is_rival(part, other, own)]
        for is_same in (_has_same_slot, _has_same_words):
            if own and not any(is_same(part, other) for other in own) and any(is_same(part, r) for r in rivals):
                return min(part.what)
    return None


def _is_rival(part: _Placed, other: _Placed, own: list[_Placed]) -> bool:
    """Whether it is another one of the kind, and not beside it in a list, which may be turned round."""
    is_other = other.is_figure == part.is_figure and not other.what & part.what
    return is_other and (part.is_figure or all(other.row != one.row for one in own))


def _has_same_slot(part: _Placed, other: _Placed) -> bool:
    return part.slot == other.slot


def _has_same_words(part: _Placed, other: _Placed) -> bool:
    """The word of weight before it, if there is one; for a name also the one behind it."""
    if part.is_figure:
        return part.before == other.before != _EDGE and part.slot[0] == other.slot[0]
    return part.before == other.before and part.after == other.after


def _is_passive(reading: Reading) -> bool:
    return any(word.folded in _PASSIVE for word in reading.words)


def _list_parts(reading: Reading) -> Iterator[_Placed]:
    items = _list_items(reading)
    row = 0
    for place, item in enumerate(items):
        row += item.kind != "name" and item.what.isdisjoint(_AND)
        if item.kind != "word":
            behind, ahead = items[:place][::-1], items[place + 1 :]
            slot = (behind[0].key if behind else _EDGE, ahead[0].key if ahead else _EDGE)
            yield _Placed(item.what, item.kind == "figure", slot, _find_word(behind), _find_word(ahead), row)


def _list_items(reading: Reading) -> list[_Item]:
    """All words and figures in order; names in a row are one."""
    placed = [
        (word.start, _Item("name" if word.is_name else "word", frozenset([word.stem]), word.is_weak))
        for word in reading.words
    ]
    placed += [
        (figure.start, _Item("figure", frozenset(str(value) for value in figure.values)))
        for figure in reading.figures
        if not figure.is_weak
    ]
    items: list[_Item] = []
    for _, item in sorted(placed, key=lambda one: one[0]):
        if item.kind == "name" and items and items[-1].kind == "name":
            items[-1] = _Item("name", items[-1].what | item.what)
        else:
            items.append(item)
    return items


def _find_word(items: list[_Item]) -> str:
    return next((item.key for item in items if item.kind == "word" and not item.is_weak), _EDGE)
