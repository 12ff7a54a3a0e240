from collections.abc import Sequence

import pytest

from moe.evaluation.corpus import Gold
from moe.evaluation.questions import GoldQuestion
from moe.evaluation.retrieval import find_quantile, measure_retrieval
from moe_core.contracts.evidence import Hit, Passage


def find(*names: str) -> list[Hit]:
    """Hits in this order; "d#2" is the second passage of document d."""
    return [
        Hit(
            passage=Passage(
                passage_id=name, document_id=name.split("#")[0], title="", section="", start=0, end=1, text="x"
            ),
            score=1.0,
        )
        for name in names
    ]


def measure(gold: Sequence[str], *names: str, files: dict[str, str] | None = None, depths: Sequence[int] = (2, 5)):
    known = Gold(ids={name: name for name in gold}, files=files or {})
    question = GoldQuestion(question="Who?", gold=gold)
    return measure_retrieval([question], lambda text, k: find(*names)[:k], gold=known, depths=depths)


def test_recall_is_the_share_of_the_gold_among_the_first() -> None:
    report = measure(("a", "b", "c", "d"), "a", "x", "b", "y", "c", "d")
    assert report.recalls == {2: 25.0, 5: 75.0}
    assert report.all_gold == 0.0
    assert report.details[0].found == ("a", "x", "b", "y", "c")
    assert report.details[0].missed == ("d",)


def test_all_the_gold_is_looked_for_among_five_whatever_the_depths() -> None:
    report = measure(("a", "b"), "a", "x", "y", "z", "b", depths=(1,))
    assert (report.recalls, report.all_gold) == ({1: 50.0}, 100.0)


def test_several_passages_of_a_gold_document_count_once() -> None:
    report = measure(("d", "e"), "d#1", "d#2", "d#3", "e#9")
    assert report.recalls == {2: 50.0, 5: 100.0}


def test_a_gold_passage_is_not_met_by_another_of_its_document() -> None:
    assert measure(("d#2",), "d#1", "d#3").recalls == {2: 0.0, 5: 0.0}


def test_a_gold_file_is_met_by_any_of_its_lines() -> None:
    assert measure(("f.jsonl",), "x", "line9", files={"line9": "f.jsonl"}).recalls[2] == 100.0


def test_gold_named_in_two_ways_counts_once() -> None:
    known = Gold(ids={"d": "docs/d", "docs/d": "docs/d"}, files={})
    question = GoldQuestion(question="Who?", gold=("d", "docs/d"))
    assert measure_retrieval([question], lambda text, k: find("docs/d"), gold=known).recalls[2] == 100.0


def test_questions_without_gold_are_passed_over_and_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    questions = [GoldQuestion(question="Who?", gold=("a",)), GoldQuestion(question="Nothing?")]
    report = measure_retrieval(
        questions,
        lambda text, k: find("a"),
        gold=Gold(ids={"a": "a"}, files={}),
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(1, 1)]
    assert len(report.details) == 1
    assert report.peak_rss_mb > 1


@pytest.mark.parametrize(("share", "value"), [(0.5, 10.0), (0.95, 19.0), (1.0, 20.0), (0.0, 1.0)])
def test_a_quantile_is_one_of_the_values(share: float, value: float) -> None:
    assert find_quantile([float(number) for number in range(20, 0, -1)], share) == value


def test_nothing_has_quantile_0() -> None:
    assert find_quantile([], 0.5) == 0.0


def test_what_moe_searches_with_finds_a_bridge_that_the_retriever_alone_does_not(corpus) -> None:
    hits = corpus.library.search("Where was the restorer of Pell Mill born, and how many live there?", k=3)
    assert {hit.passage.passage_id for hit in hits} == {"mill", "brook", "skerry"}
