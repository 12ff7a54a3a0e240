"""Where to look when nothing answers: the sentences that come nearest to the question, said to be no answer."""

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from moe.contracts.result import Citation, CitationPlace
from moe.knowledge.search import Exploration
from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.unit_ranker import find_likely
from moe_kit.extraction.unit_signs import SIGN_NAMES
from moe_kit.extraction.units import split_evidence

NEAREST_MAX = 3  # chosen: what is read at a glance; of 141 wrong refusals two showed the answer in 70, three in 77
_COVER = SIGN_NAMES.index("cover")
_COVER_MIN = 0.2  # of the question's weight: asked in other words than are written; 0.34 would lose 12 of those 141
_PASSAGES_MAX = 8  # of a search, the best first
_DIGITS = 4


def find_nearest(
    question: str,
    explorations: Sequence[Exploration],
    *,
    find_place: Callable[[str, int, int], CitationPlace],
    reads_closely: bool = False,
) -> tuple[Citation, ...]:
    """The sentences or rows that most likely speak of what is asked; none where none says a fifth of it.

    Args:
        explorations: The run's searches.
        find_place: Names the page and the row that characters of a document stand on.
        reads_closely: The shipped model helps to rate them.

    Returns:
        At most `NEAREST_MAX`, the likeliest first; `score` is how likely it is that it answers.
    """
    units = split_evidence(list(_collect(explorations)))
    if not units:
        return ()
    query = parse_query(question)
    likely = find_likely(query, rank_units(query, units), units, reads_closely=reads_closely)
    said = (item for item in likely if item.signed.signs[_COVER] >= _COVER_MIN)
    near = (item for item in said if item.signed.candidate.unit.can_be_quoted)
    return tuple(
        Citation(
            document=unit.evidence.document,
            passage_id=unit.evidence.passage_id,
            start=unit.start,
            end=unit.end,
            text=unit.text,
            score=round(item.likelihood, _DIGITS),
            page=place.page,
            row=place.row,
        )
        for item in islice(near, NEAREST_MAX)
        for unit in (item.signed.candidate.unit,)
        for place in (find_place(unit.evidence.document, unit.start, unit.end),)
    )


def _collect(explorations: Iterable[Exploration]) -> Iterable[Evidence]:
    """What the searches found, each passage once."""
    seen = set[str]()
    for exploration in explorations:
        for hit in exploration.hits[:_PASSAGES_MAX]:
            if hit.passage.passage_id not in seen:
                seen.add(hit.passage.passage_id)
                yield hit.passage.as_evidence(min(1.0, hit.score))
