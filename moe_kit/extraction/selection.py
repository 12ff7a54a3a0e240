"""Choosing few units that say most: greedy gain, less what was said already, in an order to read."""

from collections.abc import Sequence

import msgspec

from moe_core.text.tokens import find_terms
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.extraction.units import UnitKind

_HOP_PLACES = 4  # passages, from the best on, that a name may lead to


class SelectionWeights(msgspec.Struct, frozen=True, kw_only=True):
    """How candidates compete.

    Attributes:
        added: Gain for question terms that nothing chosen covers.
        link: Gain for following a name that a chosen unit brought.
        redundancy: Loss for saying what a chosen unit says.
        same_passage: Loss for coming from a passage that is quoted already.
        stop_share: The last one taken has at least this share of the first one's gain.
    """

    added: float = 0.75
    link: float = 0.25
    redundancy: float = 0.65
    same_passage: float = 0.1
    stop_share: float = 0.47


def select(ranking: Ranking, *, limit: int, settings: SelectionWeights | None = None) -> list[RankedUnit]:
    """The best few candidates, best first, by maximal marginal gain.

    Args:
        limit: At most so many.
    """
    settings = settings or SelectionWeights()
    left = [candidate for candidate in ranking.candidates if candidate.score > 0]
    chosen: list[RankedUnit] = []
    covered: frozenset[str] = frozenset()
    first_gain = 0.0
    while left and len(chosen) < limit:
        gains = [_gain(candidate, chosen, covered, ranking, settings) for candidate in left]
        best = max(range(len(left)), key=lambda place: (gains[place], -place))
        if chosen and gains[best] < settings.stop_share * first_gain:
            break
        first_gain = first_gain or gains[best]
        taken = left.pop(best)
        chosen.append(taken)
        covered |= taken.covered
        left = [
            candidate
            for candidate in left
            if candidate.unit.text != taken.unit.text
            and not _is_lesser_row(candidate, taken)
            and not _is_there_by_heading(candidate, covered, ranking)
        ]
    return add_hops(chosen, ranking, limit)


def order_for_reading(chosen: Sequence[RankedUnit]) -> list[RankedUnit]:
    """Best first; a unit next to one already placed in its document moves beside it, in document order."""
    placed: list[RankedUnit] = []
    for candidate in chosen:
        beside = next((place for place, other in enumerate(placed) if _touches(candidate, other)), None)
        if beside is None:
            placed.append(candidate)
        else:
            placed.insert(beside + (candidate.unit.start > placed[beside].unit.start), candidate)
    return placed


def _is_lesser_row(candidate: RankedUnit, taken: RankedUnit) -> bool:
    """Whether it is another row of the same table that says less of what is asked."""
    one, other = candidate.unit, taken.unit
    are_rows = one.kind is other.kind is UnitKind.ROW
    return are_rows and one.evidence.document == other.evidence.document and candidate.covered < taken.covered


def _is_there_by_heading(candidate: RankedUnit, covered: frozenset[str], ranking: Ranking) -> bool:
    """Whether it says no word of the question itself, and what it stands under is covered."""
    return candidate.covered <= covered and candidate.terms.isdisjoint(ranking.weights)


def add_hops(chosen: list[RankedUnit], ranking: Ranking, limit: int) -> list[RankedUnit]:
    """With passages near the top that what is chosen leads to by name: the second half of an answer in two steps.

    Such a passage need not share a word with the question; that search put it so high says that it belongs there.
    """
    places = dict.fromkeys(range(_HOP_PLACES))
    for candidate in chosen:
        places.pop(candidate.unit.place, None)
    for reached in chosen:  # what is added may lead on
        for place in list(places):
            own = [candidate for candidate in ranking.candidates if candidate.unit.place == place]
            if len(chosen) < limit and own and _leads_to(reached, own):
                chosen.append(max(own, key=_rate_hop))
                del places[place]
    return chosen


def _rate_hop(candidate: RankedUnit) -> tuple[float, bool, int]:
    return candidate.wanted, candidate.unit.is_lead, -candidate.unit.start


def _leads_to(candidate: RankedUnit, passage: Sequence[RankedUnit]) -> bool:
    """Whether a unit brings the name that a passage goes by: its title, else what its first sentence begins with."""
    if passage[0].unit.evidence.document == candidate.unit.evidence.document:
        return False  # all its passages have the one title
    title = frozenset(find_terms(passage[0].unit.evidence.title))
    if title:
        return title <= candidate.terms and not title.isdisjoint(candidate.new_names)
    lead = next((other for other in passage if other.unit.is_lead), None)
    return lead is not None and len(candidate.new_names & lead.terms) > 1


def _gain(
    candidate: RankedUnit,
    chosen: Sequence[RankedUnit],
    covered: frozenset[str],
    ranking: Ranking,
    settings: SelectionWeights,
) -> float:
    gain = candidate.score + settings.added * ranking.weigh(candidate.covered - covered)
    if not chosen:
        return gain
    gain += settings.link * max(_follows(candidate, other) for other in chosen)
    gain -= settings.redundancy * max(_overlap(candidate, other) for other in chosen)
    gain -= settings.same_passage * any(candidate.unit.place == other.unit.place for other in chosen)
    return gain


def _follows(candidate: RankedUnit, other: RankedUnit) -> float:
    """Share of a name brought by another passage's unit that titles this one or stands in it."""
    if candidate.unit.place == other.unit.place or not other.new_names:
        return 0.0
    return min(1.0, len(other.new_names & candidate.terms) / 2)


def _overlap(candidate: RankedUnit, other: RankedUnit) -> float:
    shared = len(candidate.terms & other.terms)
    return shared / (min(len(candidate.terms), len(other.terms)) or 1)


def _touches(candidate: RankedUnit, other: RankedUnit) -> bool:
    one, two = candidate.unit, other.unit
    return (
        one.evidence.document == two.evidence.document
        and 0 <= min(abs(one.start - two.end), abs(two.start - one.end)) <= 3
    )
