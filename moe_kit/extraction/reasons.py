"""The reason of a fact that stands in the sentence beside it, with no word that says so."""

from collections.abc import Sequence

from msgspec.structs import replace

from moe_kit.extraction.companions import leans_on_neighbour
from moe_kit.extraction.fitting import drop_why, gives_reason, tells_trouble
from moe_kit.extraction.pointed import find_pointed
from moe_kit.extraction.query import Query
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.extraction.units import Unit, UnitKind

_TOLD = (UnitKind.SENTENCE, UnitKind.ROW)


def find_reason_beside(query: Query, ranking: Ranking, units: Sequence[Unit]) -> list[RankedUnit]:
    """The sentence that says what happened, and the one before or behind it that tells why; none where none does."""
    by_unit = {candidate.unit: candidate for candidate in ranking.candidates}
    places = {unit: place for place, unit in enumerate(units)}
    for fact in find_pointed(replace(query, focus=drop_why(query.focus)), ranking, units):
        place = places[fact.candidate.unit]
        pairs = [(other, other + 1) for other in (place - 1, place) if other >= 0 and other + 1 < len(units)]
        for one, other in pairs:
            told = units[one if other == place else other]
            is_beside = _are_beside(units[one], units[other]) and (one != place or leans_on_neighbour(told.text))
            if told in by_unit and is_beside and _tells_why(told):
                return [by_unit[units[one]], by_unit[units[other]]]
    return []


def _tells_why(unit: Unit) -> bool:
    return gives_reason(unit.text) or tells_trouble(unit.text)


def _are_beside(one: Unit, other: Unit) -> bool:
    """Whether two units stand in one paragraph."""
    between = one.evidence.text[one.end - one.evidence.start : other.start - one.evidence.start]
    return one.place == other.place and one.kind in _TOLD and other.kind in _TOLD and "\n\n" not in between
