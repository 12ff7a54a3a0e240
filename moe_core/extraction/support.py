"""Whether evidence carries enough of a question to answer from it."""

from collections.abc import Sequence

from moe_core.extraction.query import Query
from moe_core.extraction.ranking import Candidate, Ranking

COVERAGE_MIN = 0.3
# One sentence, with its heading, must carry at least this share of what all of them must.
_BEST_SHARE = 2 / 3
# Where more than this of the question's names is nowhere in the evidence, one sentence must carry all of it,
# and up to this share more, the more names are missing.
_MISSING_NAMES_MAX = 0.4
_MISSING_NAMES_WEIGHT = 2 / 3


def is_thin(query: Query, ranking: Ranking, chosen: Sequence[Candidate], *, coverage_min: float = COVERAGE_MIN) -> bool:
    """Whether the chosen units say too little about the question to pass for an answer.

    Args:
        coverage_min: Share of the question's weight, rare terms and names counting most, that the units must
            cover together. 0 takes anything that was chosen.
    """
    if not chosen:
        return True
    together = ranking.weigh(frozenset().union(*(candidate.covered for candidate in chosen)))
    best = max(ranking.weigh(candidate.covered) for candidate in chosen)
    if together < coverage_min or best < coverage_min * _BEST_SHARE:
        return True
    missing = _weigh_missing_names(query, ranking)
    return missing > _MISSING_NAMES_MAX and best < coverage_min * (1 + _MISSING_NAMES_WEIGHT * missing)


def measure_coverage(ranking: Ranking, chosen: Sequence[Candidate]) -> float:
    """How well the chosen units speak to the question, in [0, 1]: what all cover, and what one covers, averaged."""
    if not chosen:
        return 0.0
    together = ranking.weigh(frozenset().union(*(candidate.covered for candidate in chosen)))
    return (together + max(ranking.weigh(candidate.covered) for candidate in chosen)) / 2


def _weigh_missing_names(query: Query, ranking: Ranking) -> float:
    """Share of the names' and numbers' weight that occurs nowhere in the evidence."""
    named = [term for term in query.name_terms | query.numbers if term in ranking.weights]
    total = sum(ranking.weights[term] for term in named)
    there = frozenset().union(*ranking.passage_terms)
    return sum(ranking.weights[term] for term in named if term not in there) / total if total else 0.0
