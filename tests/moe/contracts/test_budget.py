"""A person's limits over the configured ones."""

from moe.contracts.budget import Budgets
from moe_core.contracts.agent import Role
from moe_core.contracts.task import Budget

CONFIGURED = Budgets(run=Budget(max_requests=9, max_tokens=900), layers={Role.DRUMMER: Budget(max_requests=5)})


def test_what_is_said_stands_in_place_limit_by_limit() -> None:
    said = Budgets(run=Budget(max_tokens=100), layers={Role.DRUMMER: Budget(max_cost=2.0)})
    together = CONFIGURED | said
    assert together.run == Budget(max_requests=9, max_tokens=100)
    assert together.layers == {Role.DRUMMER: Budget(max_requests=5, max_cost=2.0)}


def test_a_limit_of_nothing_is_a_limit() -> None:
    assert (CONFIGURED | Budgets(run=Budget(max_requests=0))).run.max_requests == 0


def test_a_layer_without_a_limit_has_no_entry() -> None:
    together = CONFIGURED | Budgets(layers={Role.BELTER: Budget(), Role.CAMINA: Budget(max_seconds=1.0)})
    assert together.layers.keys() == {Role.DRUMMER, Role.CAMINA}


def test_nothing_said_changes_nothing() -> None:
    assert CONFIGURED | Budgets() == CONFIGURED
