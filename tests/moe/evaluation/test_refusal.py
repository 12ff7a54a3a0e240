"""Refusals, with the evidence there and without it."""

import anyio

from moe.evaluation.corpus import resolve_gold
from moe.evaluation.questions import GoldQuestion
from moe.evaluation.refusal import is_refusal, measure_refusal
from moe_core.contracts.task import Status

MILL = {"id": "mill", "title": "Pell Mill", "text": "Pell Mill was built in 1802. It is driven by the tide."}
LIGHT = {"id": "light", "title": "Skerry Light", "text": "Skerry Light was lit in 1911."}


def measure(app, opened, *questions, calls=None):
    gold = resolve_gold(questions, opened, opened.name)

    async def run():
        return await measure_refusal(
            questions, app, corpus=opened, gold=gold, on_progress=None if calls is None else lambda *a: calls.append(a)
        )

    return anyio.run(run)


def test_a_question_is_answered_with_its_evidence_and_refused_without(app, write, open_it):
    opened = open_it(str(write("corpus.jsonl", MILL, LIGHT)))
    calls = []
    report = measure(
        app,
        opened,
        GoldQuestion(question="When was Pell Mill built?", gold=("mill",)),
        GoldQuestion(question="Who is not asked about?"),
        calls=calls,
    )
    (detail,) = report.details
    assert (report.refused_without_gold, report.refused_with_gold, report.failed) == (100, 0, 0)
    assert "1802" in detail.with_gold.answer
    assert detail.without_gold.status is Status.DONE
    assert is_refusal(detail.without_gold)
    assert calls == [(1, 1)]


def test_evidence_named_by_passage_takes_its_document_along(app, tmp_path, open_it):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "mill.txt").write_text(MILL["text"])
    (tmp_path / "docs" / "light.txt").write_text(LIGHT["text"])
    opened = open_it(str(tmp_path / "docs"))
    passage = next(one for one in opened.library.passages if "1802" in one.text)
    question = GoldQuestion(question="When was Pell Mill built?", gold=(passage.passage_id,))
    assert measure(app, opened, question).refused_without_gold == 100


def test_a_corpus_that_is_all_evidence_is_asked_once(app, write, open_it):
    opened = open_it(str(write("corpus.jsonl", MILL)))
    report = measure(app, opened, GoldQuestion(question="When was Pell Mill built?", gold=("mill",)))
    assert report.details[0].without_gold is None
    assert report.refused_with_gold == 0
