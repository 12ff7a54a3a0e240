"""What a reader model found in the evidence, and how it leads the quotes."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.asked import asks_once
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.tables.operation import wants_computing

READ_STATEMENTS_MAX = 3  # chosen: what is quoted of an answer that a reader model found, its own sentences first
PRESENCE_MIN = 0.5  # where a model is as sure that there is an answer as that there is none
_SECOND_SHARE = 0.5  # of the best one's confidence, for another span to be quoted too
_READS = frozenset([Purpose.EXECUTE, Purpose.MERGE, Purpose.SYNTHESISE, Purpose.CHAT])
_ASKS = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|why|how|was|wer|wen|wem|wessen|wann|wo|woher|wohin|wie|warum|welche\w*)\b",
    re.IGNORECASE,
)
# Such a model gives words of a text; yes and no are none.
_ASKS_YES_NO = re.compile(
    r"\s*(?:is|are|was|were|does|do|did|has|have|had|can|could|may|must|will|would|should"
    r"|ist|sind|war|waren|hat|haben|kann|können|darf|dürfen|muss|wird|wurde|gibt)\b",
    re.IGNORECASE,
)


class ReadSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Characters [start, end) of a document that a model takes for the answer.

    Attributes:
        text: Those characters.
        confidence: How sure it is, in [0, 1], beside all else that it found and beside "not there".
    """

    document: str
    start: int
    end: int
    text: str
    confidence: float


class PassageReading(msgspec.Struct, frozen=True, kw_only=True):
    """What a model read in the evidence.

    Attributes:
        spans: The likeliest first.
        presence: How sure it is, in [0, 1], that an answer is there at all.
        presence_min: Below it, nothing counts as found.
    """

    spans: tuple[ReadSpan, ...]
    presence: float
    presence_min: float = PRESENCE_MIN

    @property
    def is_found(self) -> bool:
        """Whether there is an answer."""
        return bool(self.spans) and self.presence >= self.presence_min


def find_read_question(grounding: Grounding) -> str:
    """What a reader model is asked; "" where rules answer better: orders, yes or no, several parts, figures of rows."""
    if grounding.purpose not in _READS or not grounding.evidence:
        return ""
    query = parse_query(grounding.question, grounding.instruction)
    question = query.focus.strip()
    is_open = _ASKS.search(question) is not None and not _ASKS_YES_NO.match(question)
    return question if is_open and asks_once(question) and not wants_computing(question) else ""


def lead_with(
    reading: PassageReading, chosen: Sequence[RankedUnit], ranking: Ranking, *, limit: int
) -> list[RankedUnit]:
    """The sentences that hold what was read, then those that the rules chose."""
    if not reading.is_found:
        return list(chosen)
    units = list(dict.fromkeys(candidate.unit for candidate, _ in match_spans(reading, ranking.candidates)))
    by_unit = {candidate.unit: candidate for candidate in ranking.candidates}
    read = [by_unit[unit] for unit in units]
    return [*read, *(candidate for candidate in chosen if candidate.unit not in units)][
        : min(limit, READ_STATEMENTS_MAX)
    ]


def match_spans(reading: PassageReading, candidates: Sequence[RankedUnit]) -> Iterator[tuple[RankedUnit, ReadSpan]]:
    """Each span that counts, with the candidate that it stands in; one that stands in none is left out."""
    least = reading.spans[0].confidence * _SECOND_SHARE if reading.is_found else 0.0
    for span in reading.spans if reading.is_found else ():
        holder = next((one for one in candidates if _holds(one, span)), None)
        if holder is not None and span.confidence >= least:
            yield holder, span


def _holds(candidate: RankedUnit, span: ReadSpan) -> bool:
    unit = candidate.unit
    return unit.evidence.document == span.document and unit.start <= span.start and span.end <= unit.end
