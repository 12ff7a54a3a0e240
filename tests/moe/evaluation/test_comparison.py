"""Two searches compared."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe.evaluation.comparison import compare_reports
from moe.evaluation.questions import GoldQuestion
from moe.evaluation.retrieval import Detail, RetrievalReport


def make_report(recalls) -> RetrievalReport:
    question = GoldQuestion(question="Who?")
    details = tuple(Detail(question=question, found=(), recalls={5: one}, missed=(), ms=1) for one in recalls)
    return RetrievalReport(recalls={5: 0.0}, all_gold=0, p50_ms=1, p95_ms=1, peak_rss_mb=1, details=details)


@settings(max_examples=20)  # each resamples two times ten thousand means
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=20))
def test_the_interval_holds_the_mean_and_turns_with_the_order(pairs):
    one, other = (make_report(side) for side in zip(*pairs, strict=True))
    found, turned = compare_reports(one, other)[5], compare_reports(other, one)[5]
    assert found.low - 1e-9 <= found.mean <= found.high + 1e-9
    assert (turned.mean, turned.low) == pytest.approx((-found.mean, -found.high), abs=3)


def test_many_questions_make_the_interval_narrow():
    few = compare_reports(make_report([100, 0] * 5), make_report([0, 0] * 5))[5]
    many = compare_reports(make_report([100, 0] * 200), make_report([0, 0] * 200))[5]
    assert few.mean == many.mean == 50
    assert many.high - many.low < 0.3 * (few.high - few.low)
    assert 40 < many.low < 50 < many.high < 60


def test_nothing_asked_is_no_difference():
    assert compare_reports(make_report([]), make_report([]))[5].mean == 0
