"""A question and a unit as one row of word pieces, with what the unit stands under and between."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from moe_kit.extraction.cross_encoder.word_pieces import WordPieces
from moe_kit.extraction.units import Unit

_QUESTION, _UNIT, _CONTEXT, _BESIDE = range(4)
KINDS = 4
"""Parts of a row: the question, the unit, what it stands under, what stands beside it."""

_QUESTION_MAX, _CONTEXT_MAX, _UNIT_MAX, _BESIDE_MAX = 36, 24, 80, 20  # pieces; what the model was trained with
_SPACES = re.compile(r"\s+")
_TAIL = 400  # characters, in which the last pieces of what stands before are found


class PlacedUnit(msgspec.Struct, frozen=True):
    """The text of a unit, what it stands under, and the texts before and after it; empty where there are none."""

    text: str
    context: str
    before: str
    after: str


class PairRow(NamedTuple):
    """Word pieces of a pair, and which part each is of."""

    pieces: list[int]
    kinds: list[int]

    @property
    def is_unit(self) -> list[bool]:
        """Which pieces are the unit's own."""
        return [kind == _UNIT for kind in self.kinds]


def place_units(units: Sequence[Unit], wanted: Sequence[Unit]) -> list[PlacedUnit]:
    """The wanted ones of the units, each with its neighbours in its piece of evidence."""
    texts = {(unit.place, unit.order): unit.text for unit in units}
    return [
        PlacedUnit(
            unit.text,
            unit.context,
            texts.get((unit.place, unit.order - 1), ""),
            texts.get((unit.place, unit.order + 1), ""),
        )
        for unit in wanted
    ]


def make_row(pieces: WordPieces, question: str, placed: PlacedUnit) -> PairRow:
    """The row that the model reads: question, context, what stands before, the unit, what stands after."""
    asked = pieces.number(question, _QUESTION_MAX)
    context = pieces.number(_SPACES.sub(" ", placed.context.replace("\n", " | ")), _CONTEXT_MAX)
    before = pieces.number(placed.before[-_TAIL:], _TAIL)[-_BESIDE_MAX:]
    own = pieces.number(placed.text, _UNIT_MAX)
    after = pieces.number(placed.after, _BESIDE_MAX)
    parts = (
        (_QUESTION, [pieces.begin, *asked, pieces.end]),
        (_CONTEXT, [*context, pieces.end]),
        (_BESIDE, before),
        (_UNIT, own),
        (_BESIDE, [*after, pieces.end]),
    )
    return PairRow([one for _, part in parts for one in part], [kind for kind, part in parts for _ in part])
