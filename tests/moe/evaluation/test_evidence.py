import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import Citation, RunResult
from moe.evaluation.corpus import Gold, OpenedCorpus
from moe.evaluation.evidence import EvidenceReport, measure_evidence
from moe.evaluation.questions import GoldQuestion
from moe.evaluation.sentences import SentenceBook
from moe_core.contracts.task import Status, TaskError

GOLD = Gold(ids={name: name for name in ("mill", "brook", "skerry")}, files={})


def cite(corpus: OpenedCorpus, *quotes: tuple[str, str]) -> tuple[Citation, ...]:
    citations = []
    for document, text in quotes:
        start = corpus.library.get_document(document).text.index(text)
        citations.append(
            Citation(document=document, passage_id=document, start=start, end=start + len(text), text=text, score=1.0)
        )
    return tuple(citations)


async def measure(corpus: OpenedCorpus, result: RunResult, **fields: object) -> EvidenceReport:
    async def answer(question: str) -> RunResult:
        return result

    question = GoldQuestion.model_validate({"question": "Where was the restorer born?", **fields})
    return await measure_evidence([question], answer, gold=GOLD, book=SentenceBook(corpus.library, {}))


def make_result(**fields: object) -> RunResult:
    return RunResult(**{"run_id": "1", "correlation_id": "1", "question": "?", "status": Status.DONE, **fields})


@pytest.mark.anyio
async def test_cited_sentences_are_held_against_those_known_to_support(corpus: OpenedCorpus) -> None:
    result = make_result(
        citations=cite(corpus, ("mill", "Ada Brook restored it."), ("brook", "Ada Brook is an engineer."))
    )
    report = await measure(corpus, result, gold=["mill", "brook"], support=[["mill", 1], ["brook", 1], ["skerry", 0]])
    assert (report.precision, report.recall) == (50.0, pytest.approx(100 / 3))
    assert report.f1 == pytest.approx(40.0)
    assert (report.gold_cited, report.all_gold_cited, report.citations) == (100.0, 100.0, 2.0)
    assert report.details[0].cited_sentences == (("mill", 1), ("brook", 0))


@pytest.mark.anyio
async def test_two_citations_of_one_sentence_are_one_sentence(corpus: OpenedCorpus) -> None:
    result = make_result(citations=cite(corpus, ("mill", "Ada Brook"), ("mill", "restored it")))
    report = await measure(corpus, result, gold=["mill", "brook"], support=[["mill", 1]])
    assert (report.precision, report.recall, report.f1) == (100.0, 100.0, 100.0)
    assert (report.gold_cited, report.all_gold_cited) == (100.0, 0.0)


@pytest.mark.anyio
async def test_an_answer_without_citations_counts_as_0(corpus: OpenedCorpus) -> None:
    report = await measure(corpus, make_result(), gold=["mill"], support=[["mill", 1]])
    assert (report.precision, report.recall, report.f1, report.gold_cited) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.anyio
async def test_a_set_without_sentences_has_no_figures_for_them(corpus: OpenedCorpus) -> None:
    report = await measure(corpus, make_result(citations=cite(corpus, ("mill", "Ada Brook"))), gold=["mill"])
    assert (report.precision, report.recall, report.f1) == (None, None, None)
    assert report.all_gold_cited == 100.0


@pytest.mark.anyio
async def test_a_failed_run_is_counted_with_its_reason(corpus: OpenedCorpus) -> None:
    result = make_result(status=Status.FAILED, error=TaskError(code="model_unavailable", message="nobody answers"))
    report = await measure(corpus, result, gold=["mill"])
    assert (report.failed, report.details[0].error) == (1, "nobody answers")


@pytest.mark.anyio
async def test_whole_runs_over_a_corpus_that_is_open_cite_its_sentences(app: App, corpus: OpenedCorpus) -> None:
    async def answer(question: str) -> RunResult:
        request = RunRequest(question=question, provider="extractive")
        return await app.run(request, library=corpus.library)

    question = GoldQuestion(question="Who restored Pell Mill?", gold=("mill",), support=(("mill", 1),))
    report = await measure_evidence([question], answer, gold=GOLD, book=SentenceBook(corpus.library, {}))
    assert (report.failed, report.recall, report.gold_cited) == (0, 100.0, 100.0)
    assert not app.workspace.folder.exists()
