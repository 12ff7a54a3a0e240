"""How often "not found" is said, with a question's evidence there and with it taken out."""

from collections.abc import Callable, Sequence

import msgspec

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.evaluation.corpus import Gold, OpenedCorpus
from moe.evaluation.questions import GoldQuestion
from moe.evaluation.retrieval import find_mean
from moe.knowledge.library import DocumentLibrary, make_library
from moe_core.contracts.task import Status


class RefusalDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One question, asked twice.

    Attributes:
        question: What was asked.
        with_gold: The answer over the whole corpus.
        without_gold: The answer when the documents that hold the evidence are taken out; None when nothing was left.
    """

    question: GoldQuestion
    with_gold: RunResult
    without_gold: RunResult | None


class RefusalReport(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome over a question set.

    Attributes:
        refused_without_gold: Percentage of questions that are rightly refused once their evidence is gone.
        refused_with_gold: Percentage that are wrongly refused, though it is there.
        failed: Runs that ended without any answer.
        details: One a question.
    """

    refused_without_gold: float
    refused_with_gold: float
    failed: int
    details: tuple[RefusalDetail, ...]


async def measure_refusal(
    questions: Sequence[GoldQuestion],
    app: App,
    *,
    corpus: OpenedCorpus,
    gold: Gold,
    on_progress: Callable[[int, int], None] | None = None,
) -> RefusalReport:
    """Ask every question that has evidence, with and without it; the rest of the corpus stays.

    Args:
        questions: Those without gold are passed over.
        app: Answers.
        corpus: The documents.
        gold: What the questions name, as the corpus knows it.
        on_progress: Called after each question with those done and those there are.
    """
    asked = [question for question in questions if question.gold]
    names = _list_names(corpus.library, gold)
    details = []
    for number, question in enumerate(asked, start=1):
        wanted = {gold.ids[name] for name in question.gold}
        left = [one for one in corpus.library.documents() if wanted.isdisjoint(names[one.document_id])]
        request = RunRequest(question=question.question)
        details.append(
            RefusalDetail(
                question=question,
                with_gold=await app.run(request, library=corpus.library),
                without_gold=await app.run(request, library=make_library(left, setup=corpus.setup)) if left else None,
            )
        )
        if on_progress is not None:
            on_progress(number, len(asked))
    without = [detail.without_gold for detail in details if detail.without_gold is not None]
    return RefusalReport(
        refused_without_gold=100 * find_mean([float(is_refusal(result)) for result in without]),
        refused_with_gold=100 * find_mean([float(is_refusal(detail.with_gold)) for detail in details]),
        failed=sum(result.status is not Status.DONE for result in (*without, *(one.with_gold for one in details))),
        details=tuple(details),
    )


def is_refusal(result: RunResult) -> bool:
    """Whether a run that went well answers with nothing that the documents say."""
    return result.status is Status.DONE and not result.citations


def _list_names(library: DocumentLibrary, gold: Gold) -> dict[str, set[str]]:
    """By document, all that questions may call it or a passage of it by."""
    names: dict[str, set[str]] = {document.document_id: set() for document in library.documents()}
    for passage in library.passages:
        names[passage.document_id].update(gold.find_names(passage.passage_id, passage.document_id))
    return names
