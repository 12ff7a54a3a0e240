"""The scorers against plain word overlap, on labelled pairs: of two outputs the better one has to score higher."""

import json
from pathlib import Path

import pytest

from moe_core import Scorer, ScorerInput
from moe_core.text.tokens import find_terms
from plugins.scorers.consistency import Consistency
from plugins.scorers.novelty import Novelty
from plugins.scorers.relevance import Relevance

pytestmark = pytest.mark.anyio

PAIRS = json.loads((Path(__file__).parent / "pairs.json").read_text(encoding="utf-8"))


def overlap(one: str, other: str) -> float:
    """The Jaccard index of the stems."""
    here, there = set(find_terms(one)), set(find_terms(other))
    return len(here & there) / (len(here | there) or 1)


def rate_by_overlap(name: str, subject: ScorerInput) -> float:
    if name == "relevance":
        return overlap(subject.question, subject.output)
    nearest = max(overlap(other, subject.output) for other in subject.others)
    return nearest if name == "consistency" else 1 - nearest


async def count_right(scorer: Scorer) -> tuple[int, int]:
    """Pairs that are put in order by the scorer, and by word overlap."""
    right = by_overlap = 0
    for pair in PAIRS[scorer.name]:
        subjects = [
            ScorerInput(question=pair.get("question", ""), output=pair[which], others=pair.get("others", ()))
            for which in ("better", "worse")
        ]
        better, worse = [await scorer.score(subject) for subject in subjects]
        right += better > worse
        plain_better, plain_worse = [rate_by_overlap(scorer.name, subject) for subject in subjects]
        by_overlap += plain_better > plain_worse
    return right, by_overlap


@pytest.mark.parametrize("scorer", [Relevance(), Consistency(), Novelty()], ids=lambda scorer: scorer.name)
async def test_a_scorer_orders_more_pairs_than_word_overlap(scorer):
    right, by_overlap = await count_right(scorer)
    print(f"{scorer.name}: {right} of {len(PAIRS[scorer.name])} pairs; word overlap {by_overlap}")
    assert right >= 0.75 * len(PAIRS[scorer.name]) > by_overlap
