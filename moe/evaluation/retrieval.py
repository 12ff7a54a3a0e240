"""How much of the known evidence is among the first passages."""

import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moe.evaluation.questions import GoldQuestion

DEPTHS = (2, 5, 10)
_BYTES_PER_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One question's outcome.

    Attributes:
        found: Ids of what was found, best first.
        recalls: By depth, the share of the gold passages found that far, in [0, 1].
        seconds: CPU time.
    """

    question: GoldQuestion
    found: tuple[str, ...]
    recalls: dict[int, float]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievalReport:
    """The outcome over a question set; shares in percent, times in CPU milliseconds."""

    recalls: dict[int, float]
    all_gold: float
    questions: int
    p50_ms: float
    p95_ms: float
    peak_rss_mb: float
    details: tuple[Detail, ...]


def measure_retrieval(
    questions: Sequence[GoldQuestion],
    search: Callable[[str, int], Sequence[str]],
    *,
    depths: Sequence[int] = DEPTHS,
    on_progress: Callable[[int, int], None] | None = None,
) -> RetrievalReport:
    """Ask every question that has evidence.

    Args:
        questions: Those without gold are passed over.
        search: From a question and a number of passages to their ids, best first.
        depths: The k of each recall@k.
        on_progress: Called after each question with those done and those there are.
    """
    asked = [question for question in questions if question.gold]
    details = []
    for number, question in enumerate(asked, start=1):
        started = time.process_time()
        found = tuple(search(question.question, max(*depths, 5)))
        spent = time.process_time() - started
        recalls = {depth: _find_recall(question, found[:depth]) for depth in dict.fromkeys((*depths, 5))}
        details.append(Detail(question=question, found=found, recalls=recalls, seconds=spent))
        if on_progress is not None:
            on_progress(number, len(asked))
    count = max(1, len(details))
    times = sorted(detail.seconds * 1000 for detail in details)
    return RetrievalReport(
        recalls={depth: 100 * sum(detail.recalls[depth] for detail in details) / count for depth in depths},
        all_gold=100 * sum(detail.recalls[5] == 1 for detail in details) / count,
        questions=len(details),
        p50_ms=_find_quantile(times, 0.5),
        p95_ms=_find_quantile(times, 0.95),
        peak_rss_mb=read_peak_mb(),
        details=tuple(details),
    )


def read_peak_mb() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_UNIT / 1e6


def _find_recall(question: GoldQuestion, found: Sequence[str]) -> float:
    gold = set(question.gold)
    return len(gold & set(found)) / len(gold)


def _find_quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
