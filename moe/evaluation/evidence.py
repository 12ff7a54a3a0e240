"""How well what answers cite meets the passages and sentences known to support them."""

from collections.abc import Awaitable, Callable, Sequence

import msgspec

from moe.contracts.result import RunResult
from moe.evaluation.corpus import Gold
from moe.evaluation.questions import GoldQuestion
from moe.evaluation.retrieval import find_mean
from moe.evaluation.sentences import SentenceBook
from moe_core.contracts.task import Status


class EvidenceDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One answer's citations beside its known evidence.

    Attributes:
        question: What was asked.
        cited: Ids of the passages cited, each once.
        cited_sentences: (document, number of the sentence, from 0) of all that is cited.
        is_found: A citation is gold.
        is_whole: All gold is cited.
        precision: Of the cited sentences, the percentage that support; None for a question without known sentences.
        recall: Of the supporting sentences, the percentage that are cited; None likewise.
        f1: Their harmonic mean; None likewise.
        is_degraded: A part of the run failed or fell back.
        error: Why there is no answer, or None.
    """

    question: GoldQuestion
    cited: tuple[str, ...]
    cited_sentences: tuple[tuple[str, int], ...]
    is_found: bool
    is_whole: bool
    precision: float | None
    recall: float | None
    f1: float | None
    is_degraded: bool
    error: str | None


class EvidenceReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome over a question set, in percent; an answer without citations counts as 0.

    Attributes:
        precision: Mean over the questions with known sentences; None when there are none.
        recall: The same.
        f1: The same.
        gold_cited: Questions where a citation is gold.
        all_gold_cited: Questions where all gold is cited.
        citations: Passages cited a question, on average.
        degraded: Runs of which a part failed or fell back.
        failed: Runs that ended without an answer.
        details: One a question.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    gold_cited: float
    all_gold_cited: float
    citations: float
    degraded: int
    failed: int
    details: tuple[EvidenceDetail, ...]


async def measure_evidence(
    questions: Sequence[GoldQuestion],
    answer: Callable[[str], Awaitable[RunResult]],
    *,
    gold: Gold,
    book: SentenceBook,
    on_progress: Callable[[int, int], None] | None = None,
) -> EvidenceReport:
    """Answer every question that has evidence, and compare.

    Args:
        questions: Those without gold and support are passed over.
        answer: A whole run.
        gold: What the questions name, as the corpus knows it.
        book: Numbers the sentences of the corpus.
        on_progress: Called after each question with those done and those there are.
    """
    asked = [question for question in questions if question.gold or question.support]
    details = []
    for number, question in enumerate(asked, start=1):
        details.append(_judge(question, await answer(question.question), gold, book))
        if on_progress is not None:
            on_progress(number, len(asked))
    return EvidenceReport(
        precision=_find_known_mean([detail.precision for detail in details]),
        recall=_find_known_mean([detail.recall for detail in details]),
        f1=_find_known_mean([detail.f1 for detail in details]),
        gold_cited=100 * find_mean([float(detail.is_found) for detail in details]),
        all_gold_cited=100 * find_mean([float(detail.is_whole) for detail in details]),
        citations=find_mean([float(len(detail.cited)) for detail in details]),
        degraded=sum(detail.is_degraded for detail in details),
        failed=sum(detail.error is not None for detail in details),
        details=tuple(details),
    )


def _judge(question: GoldQuestion, result: RunResult, gold: Gold, book: SentenceBook) -> EvidenceDetail:
    names = {name for citation in result.citations for name in gold.find_names(citation.passage_id, citation.document)}
    support = {(gold.ids[name], number) for name, number in question.support}
    wanted = {gold.ids[name] for name in question.gold} or {name for name, _ in support}
    sentences = dict.fromkeys(
        (citation.document, number)
        for citation in result.citations
        for number in book.find_sentences(citation.document, citation.start, citation.end)
    )
    both = len(support & set(sentences))
    precision = 100 * both / len(sentences) if sentences else 0.0
    recall = 100 * both / len(support) if support else 0.0
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    failed = result.status is not Status.DONE
    return EvidenceDetail(
        question=question,
        cited=tuple(dict.fromkeys(citation.passage_id for citation in result.citations)),
        cited_sentences=tuple(sentences),
        is_found=bool(names & wanted),
        is_whole=wanted <= names,
        precision=precision if support else None,
        recall=recall if support else None,
        f1=f1 if support else None,
        is_degraded=result.degraded,
        error=(result.error.message if result.error else str(result.status)) if failed else None,
    )


def _find_known_mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return find_mean(known) if known else None
