"""Which parts of a question that asks several things at once stay without an answer."""

from collections.abc import Sequence

from moe_kit.extraction.plans import find_clauses
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.selection import select
from moe_kit.extraction.support import COVERAGE_MIN, is_thin
from moe_kit.extraction.units import Unit

MISSING_NOTE = 'not found in the documents: "{part}"'
_STATEMENTS_MAX = 3


def find_missing_parts(question: str, quoted: Sequence[Unit], *, coverage_min: float = COVERAGE_MIN) -> list[str]:
    """A note for each part that what is quoted says too little about; none when the question has one part only.

    Args:
        question: The whole question.
        quoted: What the answer quotes.
        coverage_min: See `is_thin`.
    """
    parts = find_clauses(question) if quoted else []
    return [MISSING_NOTE.format(part=part) for part in parts if _is_missing(part, quoted, coverage_min)]


def has_answered_part(question: str, quoted: Sequence[Unit], *, coverage_min: float = COVERAGE_MIN) -> bool:
    """Whether the question has parts, and what would be quoted answers one of them."""
    return any(not _is_missing(part, quoted, coverage_min) for part in find_clauses(question))


def _is_missing(part: str, quoted: Sequence[Unit], coverage_min: float) -> bool:
    query = parse_query(part)
    ranking = rank_units(query, quoted)
    return is_thin(query, ranking, select(ranking, limit=_STATEMENTS_MAX), coverage_min=coverage_min)
