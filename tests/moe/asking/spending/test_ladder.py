"""The ladder of doing with less."""

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from moe.asking.spending.ladder import LADDER, find_step


def test_nothing_is_left_out_while_there_is_plenty():
    step = find_step(0.0)
    assert (step.context_share, step.answer_share) == (1.0, 1.0)
    assert step.text == ""


def test_context_goes_before_answers_do():
    first = next(step for step in LADDER if step.text)
    assert first.context_share < first.answer_share == 1


def test_every_rung_gives_up_at_least_what_the_one_before_did():
    for before, after in pairwise(LADDER):
        assert after.pressure > before.pressure
        assert after.text
        for share in ("context_share", "answer_share"):
            assert getattr(after, share) <= getattr(before, share)


@given(st.floats(0, 1))
def test_something_is_read_and_said_at_any_pressure(pressure):
    step = find_step(pressure)
    assert step.pressure <= pressure
    assert min(step.context_share, step.answer_share) > 0


def test_the_page_about_resilience_has_the_same_ladder():
    page = (Path(__file__).parents[4] / "docs/explanation/resilience.md").read_text(encoding="utf-8")
    for step in LADDER:
        if step.text:
            assert f"| {step.pressure:.0%} | {step.text} |".replace("%", " %") in page
