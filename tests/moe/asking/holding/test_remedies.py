"""Which failure calls for what."""

import asyncio
from pathlib import Path

import pytest

from moe.asking.holding.remedies import Remedy, classify, is_servers_fault
from moe_core.contracts import errors

TABLE = [
    (errors.ModelTimeoutError("m"), Remedy.FALL_BACK, True),
    (errors.ModelUnavailableError("m", retry_after=3), Remedy.RETRY, True),
    (errors.ModelMissingError("m"), Remedy.FALL_BACK, False),
    (errors.ContextOverflowError("m"), Remedy.FALL_BACK, False),
    (errors.InvalidOutputError("m"), Remedy.FALL_BACK, False),
    (errors.ModelError("a provider's own fault"), Remedy.FALL_BACK, None),
    (errors.ModelRefusedError("m"), Remedy.GIVE_UP, False),
    (errors.BudgetSpentError("m"), Remedy.GIVE_UP, None),
    (errors.DeadlineError("m"), Remedy.GIVE_UP, None),
    (errors.ConfigError("m"), Remedy.GIVE_UP, None),
    (ValueError("m"), Remedy.GIVE_UP, None),
    (asyncio.CancelledError(), Remedy.GIVE_UP, None),
]


@pytest.mark.parametrize(("error", "remedy", "is_fault"), TABLE, ids=lambda value: type(value).__name__)
def test_every_failure_has_its_remedy(error, remedy, is_fault):
    assert classify(error) is remedy
    assert is_servers_fault(error) is is_fault


def test_every_kind_of_model_error_is_in_the_table():
    def kinds(parent):
        return {parent, *(kind for child in parent.__subclasses__() for kind in kinds(child))}

    tested = {type(error) for error, _, _ in TABLE}
    assert {kind for kind in kinds(errors.ModelError) if kind.__module__ == errors.__name__} <= tested


def test_an_error_that_says_that_asking_again_is_useless_is_believed():
    error = errors.ModelUnavailableError("resting")
    error.retryable = False
    assert classify(error) is Remedy.FALL_BACK
    assert is_servers_fault(error) is None


def test_a_plugins_own_kind_of_error_counts_as_its_parent():
    class OverloadedError(errors.ModelUnavailableError):
        pass

    assert classify(OverloadedError("m")) is Remedy.RETRY


def test_the_page_about_resilience_has_the_same_table():
    page = (Path(__file__).parents[4] / "docs/explanation/resilience.md").read_text(encoding="utf-8")
    rows = {cells[1].strip(" `"): cells for line in page.splitlines() if (cells := line.split("|"))[2:]}
    against = {True: "yes", False: "no", None: "says nothing"}
    for error, remedy, is_fault in TABLE:
        if isinstance(error, errors.ModelError):
            _, _, _, told, fault, _ = rows[type(error).__name__]
            assert told.strip() == remedy.value
            assert fault.strip().startswith(against[is_fault])
