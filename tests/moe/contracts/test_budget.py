"""A person's limits over the configured ones."""

import pytest
from pydantic import ValidationError

from moe.contracts.budget import Budget, Budgets
from moe_core.contracts.agent import Role

CONFIGURED = Budgets(run=Budget(max_requests=9, max_tokens=900), drummer=Budget(max_requests=5))


def test_what_is_said_stands_in_place_limit_by_limit() -> None:
    said = Budgets(run=Budget(max_tokens=100), drummer=Budget(max_cost=2.0))
    assert CONFIGURED | said == Budgets(
        run=Budget(max_requests=9, max_tokens=100), drummer=Budget(max_requests=5, max_cost=2.0)
    )


def test_a_layer_has_its_own_limits_or_none() -> None:
    assert CONFIGURED.of(Role.DRUMMER) == Budget(max_requests=5)
    assert CONFIGURED.of(Role.OBSERVER) == CONFIGURED.of(Role.BELTER) == Budget()


def test_a_limit_below_one_is_refused_at_the_edge() -> None:
    with pytest.raises(ValidationError, match="max_requests"):
        Budgets.model_validate({"run": {"max_requests": 0}})


def test_nothing_said_changes_nothing() -> None:
    assert CONFIGURED | Budgets() == CONFIGURED
