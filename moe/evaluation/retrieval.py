"""How much of the known evidence is among the first passages."""

import math
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from moe.evaluation.corpus import Gold
from moe.evaluation.questions import GoldQuestion
from moe_core.contracts.evidence import Hit

DEPTHS = (2, 5, 10)
_ALL_WITHIN = 5  # passages, among which all the evidence is looked for
_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """One question's outcome.

    Attributes:
        question: What was asked.
        found: Ids of the passages found, best first.
        recalls: By depth, the percentage of the gold found that far.
        missed: Gold that was not found at all.
        ms: CPU milliseconds.
    """

    question: GoldQuestion
    found: tuple[str, ...]
    recalls: Mapping[int, float]
    missed: tuple[str, ...]
    ms: float


class RetrievalReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome over a question set.

    Attributes:
        recalls: By depth, the mean percentage of the gold found that far.
        all_gold: Percentage of questions with all their gold among the first five passages.
        p50_ms: Median of the CPU milliseconds of a question.
        p95_ms: What 95 of 100 questions stay within.
        peak_rss_mb: The most memory that the process has held, in MB.
        details: One a question.
    """

    recalls: Mapping[int, float]
    all_gold: float
    p50_ms: float
    p95_ms: float
    peak_rss_mb: float
    details: tuple[Detail, ...]


def measure_retrieval(
    questions: Sequence[GoldQuestion],
    search: Callable[[str, int], Sequence[Hit]],
    *,
    gold: Gold,
    depths: Sequence[int] = DEPTHS,
    on_progress: Callable[[int, int], None] | None = None,
) -> RetrievalReport:
    """Ask every question that has evidence.

    Args:
        questions: Those without gold are passed over.
        search: From a question and a number of passages to the best ones, best first.
        gold: What the questions name, as the corpus knows it.
        depths: The k of each recall@k.
        on_progress: Called after each question with those done and those there are.
    """
    asked = [question for question in questions if question.gold]
    details = []
    for number, question in enumerate(asked, start=1):
        started = time.process_time()
        hits = search(question.question, max(*depths, _ALL_WITHIN))
        spent = time.process_time() - started
        details.append(_judge(question, hits, gold, (*depths, _ALL_WITHIN), 1000 * spent))
        if on_progress is not None:
            on_progress(number, len(asked))
    times = [detail.ms for detail in details]
    return RetrievalReport(
        recalls={depth: find_mean([detail.recalls[depth] for detail in details]) for depth in depths},
        all_gold=100 * find_mean([float(detail.recalls[_ALL_WITHIN] == 100) for detail in details]),
        p50_ms=find_quantile(times, 0.5),
        p95_ms=find_quantile(times, 0.95),
        peak_rss_mb=read_peak_mb(),
        details=tuple(details),
    )


def read_peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_UNIT / 1e6


def find_mean(values: Sequence[float]) -> float:
    """The mean; 0.0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def find_quantile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that this share of them does not pass; 0.0 of nothing."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)] if values else 0.0


def _judge(question: GoldQuestion, hits: Sequence[Hit], gold: Gold, depths: Sequence[int], ms: float) -> Detail:
    wanted = {gold.ids[name]: name for name in question.gold}
    places: dict[str, int] = {}
    for place, hit in enumerate(hits):
        for name in gold.find_names(hit.passage.passage_id, hit.passage.document_id):
            if name in wanted:
                places.setdefault(name, place)
    return Detail(
        question=question,
        found=tuple(hit.passage.passage_id for hit in hits),
        recalls={depth: 100 * sum(place < depth for place in places.values()) / len(wanted) for depth in depths},
        missed=tuple(given for name, given in wanted.items() if name not in places),
        ms=ms,
    )
