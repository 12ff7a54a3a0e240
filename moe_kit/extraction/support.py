"""Whether evidence carries enough of a question to answer from it."""

import re
from collections.abc import Sequence

from moe_core.text.late_pattern import LatePattern
from moe_core.text.tokens import iterate_tokens
from moe_kit.extraction.asked import asks_once, find_asked
from moe_kit.extraction.german import put_in_english
from moe_kit.extraction.query import Query, Want
from moe_kit.extraction.ranking import RankedUnit, Ranking

COVERAGE_MIN = 0.3  # as thresholds.evidence_coverage, which replaces it
# One sentence, with its heading, must carry at least this share of what all of them must; the fewer words a question
# has, the more of them, up to the second share.
_BEST_SHARE = 2 / 3
_BEST_SHARE_MAX = 5 / 3
_BEST_TERMS = 4
# A question with no more terms than this, a name being one, says exactly what it is after; longer ones have words to
# spare.
_SHORT_TERMS = 5
# A unit with the figure, date or name asked for must speak to the question at least this well beside the best one.
_WANTED_SHARE = 0.4
# Where more than this of the question's names is nowhere in the evidence, one sentence must carry all of it,
# and up to this share more, the more names are missing.
_MISSING_NAMES_MAX = 0.4
_MISSING_NAMES_WEIGHT = 2 / 3

# Figures in words; those that mostly say no amount ("one", "two") are left out.
_NUMBER_WORDS = frozenset(
    """three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million billion
    dozen dozens none""".split()
)
_ASKS_VALUE = re.compile(
    r"\b(?:how (?:many|much|far|long|large|big|tall|high|deep|wide|heavy|old)|who|whom|whose|when"
    r"|(?:what|which) (?:year|date|day|month))\b",
    re.IGNORECASE,
)
_FREE = LatePattern(r"\b(?:free|nothing)\b", re.IGNORECASE)
_MONEY = LatePattern(r"[£$€¥₹]|\b(?:pounds?|pence|dollars?|cents?|euros?|francs?|yen)\b", re.IGNORECASE)


def is_thin(
    query: Query, ranking: Ranking, chosen: Sequence[RankedUnit], *, coverage_min: float = COVERAGE_MIN
) -> bool:
    """Whether the chosen units say too little about the question to pass for an answer.

    Args:
        coverage_min: Share of the question's weight, rare terms and names counting most, that the units must
            cover together. 0 takes anything that was chosen.
    """
    if not chosen:
        return True
    together = ranking.weigh(frozenset().union(*(candidate.covered for candidate in chosen)))
    best = max(ranking.weigh(candidate.covered) for candidate in chosen)
    share = max(_BEST_SHARE, min(_BEST_SHARE_MAX, _BEST_TERMS / len(ranking.weights)))
    if together < coverage_min or best < coverage_min * share:
        return True
    if coverage_min and _is_short(query, ranking) and _misses_the_point(query, ranking, chosen, best):
        return True
    missing = _weigh_missing_names(query, ranking)
    return missing > _MISSING_NAMES_MAX and best < coverage_min * (1 + _MISSING_NAMES_WEIGHT * missing)


def _is_short(query: Query, ranking: Ranking) -> bool:
    plain = ranking.weights.keys() - query.name_terms
    is_short = len(plain) + len(query.names) <= _SHORT_TERMS
    return is_short and asks_once(query.focus) and not query.is_comparison


def _misses_the_point(query: Query, ranking: Ranking, chosen: Sequence[RankedUnit], best: float) -> bool:
    """Whether nothing speaks of the noun asked after, or no fitting unit holds the figure, date or name asked for."""
    asked = find_asked(query.focus) & ranking.weights.keys()
    if asked and not any(asked & terms for terms in ranking.passage_terms):
        return True
    if not query.asks_price and not _ASKS_VALUE.search(put_in_english(query.focus)):
        return False
    return not any(
        _holds_wanted(query, candidate) and ranking.weigh(candidate.covered) >= _WANTED_SHARE * best
        for candidate in chosen
    )


def _holds_wanted(query: Query, candidate: RankedUnit) -> bool:
    """Whether the unit holds a kind of answer asked for; figures may be words, but those of a price name the money."""
    if candidate.wanted or Want.NUMBER not in query.wants:
        return candidate.wanted > 0
    text = candidate.unit.text
    in_words = any(token.folded in _NUMBER_WORDS for token in iterate_tokens(text))
    return _FREE.regex.search(text) is not None if query.asks_price and not _MONEY.regex.search(text) else in_words


def measure_coverage(ranking: Ranking, chosen: Sequence[RankedUnit]) -> float:
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
