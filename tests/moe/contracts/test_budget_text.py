"""Budgets as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.contracts.budget import Budget, Budgets
from moe.contracts.budget_text import EXAMPLE, parse_budgets
from moe_core.contracts.errors import RequestError


def test_the_example_of_every_hint_is_read():
    expected = Budget(max_tokens=20_000, max_requests=40, max_cost=0.5, max_seconds=60)
    assert parse_budgets(EXAMPLE) == Budgets(run=expected)


@pytest.mark.parametrize(
    ("text", "budgets"),
    [
        (" tokens = 20k , ", Budgets(run=Budget(max_tokens=20_000))),
        ("tokens=1.5M", Budgets(run=Budget(max_tokens=1_500_000))),
        ("tokens=20_000", Budgets(run=Budget(max_tokens=20_000))),
        ("drummer.requests=8", Budgets(drummer=Budget(max_requests=8))),
        (
            "cost=2,belter.cost=1.25,belter.seconds=0.5",
            Budgets(run=Budget(max_cost=2), belter=Budget(max_cost=1.25, max_seconds=0.5)),
        ),
    ],
)
def test_limits_are_of_the_run_or_of_a_layer(text, budgets):
    assert parse_budgets(text) == budgets


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it holds no limit"),
        (",", "it holds no limit"),
        ("tokens", "has no number"),
        ("tokens=", "no number above 0"),
        ("tokens=0", "no number above 0"),
        ("tokens=-5", "no number above 0"),
        ("cost=nan", "no number above 0"),
        ("tokens=1.2.3", "no number above 0"),
        ("seconds=1e9", "no number above 0"),
        ("tokens=1.5", "tokens are whole"),
        ("money=3", "'money' is no limit: tokens, requests, seconds, cost"),
        ("observer.tokens=3", "'observer' is no layer: camina, belter, drummer"),
        ("tokens=3,tokens=4", "tokens is given twice"),
    ],
)
def test_a_refusal_says_which_part_and_why(text, why):
    with pytest.raises(RequestError, match="budget") as caught:
        parse_budgets(text)
    assert why in caught.value.message
    assert EXAMPLE in caught.value.hint


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        budgets = parse_budgets(text)
    except RequestError:
        return
    assert budgets != Budgets()
