"""A request is checked at the edge, once."""

from typing import Any

import pytest
from pydantic import ValidationError

from moe.contracts.budget import Budget, Budgets
from moe.contracts.request import RunRequest
from moe_core.contracts.agent import Role


def test_white_space_around_a_question_and_names_is_no_part_of_them() -> None:
    request = RunRequest(question="  Who?\n", belter=" research ")
    assert (request.question, request.belter) == ("Who?", "research")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("question", ""),
        ("question", " \n "),
        ("question", "x" * 20_001),
        ("belter", ""),
        ("model", "m" * 201),
        ("deadline_seconds", 0),
        ("deadline_seconds", -1),
        ("top", "observer's"),
        ("qestion", "Who?"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(place: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        RunRequest.model_validate({"question": "Who?", place: value})
    assert [error["loc"] for error in caught.value.errors()] == [(place,)]


def test_a_request_can_travel_as_json() -> None:
    budget = Budgets(run=Budget(max_requests=3), drummer=Budget(max_cost=0.5))
    request = RunRequest(question="Who?", docs=("a.md", "b/*"), top=Role.BELTER, budget=budget, explain=True)
    assert RunRequest.model_validate_json(request.model_dump_json()) == request


def test_a_request_is_never_changed() -> None:
    with pytest.raises(ValidationError):
        RunRequest(question="Who?").question = "What?"
