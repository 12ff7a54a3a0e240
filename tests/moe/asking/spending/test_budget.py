"""What a run may spend: promises, settling, refusals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.asking.spending.budget import BudgetLedger
from moe.contracts.budget import Budget, Budgets
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import BudgetSpentError
from moe_core.contracts.messages import Usage


def tokens(prompt, completion=0, *, requests=1, **more):
    return Usage(prompt_tokens=prompt, completion_tokens=completion, requests=requests, **more)


def make_ledger(layers=None, **run):
    return BudgetLedger(Budgets(run=Budget(**run), **(layers or {})))


amounts = st.builds(
    Usage,
    prompt_tokens=st.integers(0, 500),
    completion_tokens=st.integers(0, 500),
    requests=st.just(1),
    cost=st.floats(0, 1),
)
roles = st.sampled_from([Role.CAMINA, Role.BELTER, Role.DRUMMER])


def test_calls_at_the_same_time_cannot_overspend_together():
    ledger = make_ledger(max_tokens=1000)
    first = ledger.reserve(tokens(400, 200), role=Role.DRUMMER)
    with pytest.raises(BudgetSpentError):
        ledger.reserve(tokens(401), role=Role.BELTER)
    ledger.reserve(tokens(400), role=Role.BELTER)
    first.settle(tokens(100, 50))
    with pytest.raises(BudgetSpentError):
        ledger.reserve(tokens(1000 - 400 - 150 + 1), role=Role.CAMINA)
    ledger.reserve(tokens(1000 - 400 - 150), role=Role.CAMINA)


def test_a_refusal_tells_the_limit_what_is_spent_and_what_to_do():
    ledger = make_ledger(max_tokens=20_000)
    ledger.reserve(tokens(19_000), role=Role.DRUMMER).settle(tokens(19_400))
    with pytest.raises(BudgetSpentError) as caught:
        ledger.reserve(tokens(1_000, 200), role=Role.DRUMMER)
    error = caught.value
    assert (
        error.message == "the run's budget of 20,000 tokens is not enough: 19,400 spent or promised, 1,200 more wanted"
    )
    assert error.hint == "allow more: --budget tokens=40000, or system.budgets in config/system.yaml"
    assert (error.limit, error.allowed, error.spent, error.wanted) == ("tokens", 20_000, 19_400, 1_200)
    assert not error.retryable


def test_a_layer_has_its_own_limit_within_the_runs():
    ledger = make_ledger({"drummer": Budget(max_requests=2)}, max_requests=4)
    for _ in range(2):
        ledger.reserve(tokens(1), role=Role.DRUMMER)
    with pytest.raises(BudgetSpentError, match="the Drummer layer's budget of 2 requests") as caught:
        ledger.reserve(tokens(1), role=Role.DRUMMER)
    assert "--budget drummer.requests=" in caught.value.hint
    for _ in range(2):
        ledger.reserve(tokens(1), role=Role.CAMINA)
    with pytest.raises(BudgetSpentError, match="the run's budget of 4 requests"):
        ledger.reserve(tokens(1), role=Role.BELTER)


def test_a_refused_call_promises_nothing():
    ledger = make_ledger({"drummer": Budget(max_tokens=10)}, max_tokens=1000)
    with pytest.raises(BudgetSpentError):
        ledger.reserve(tokens(11), role=Role.DRUMMER)
    assert ledger.promised() == Usage()
    ledger.reserve(tokens(1000), role=Role.CAMINA)


def test_a_call_that_fails_gives_its_promise_back():
    ledger = make_ledger(max_tokens=1000)
    with pytest.raises(ValueError, match="broken"), ledger.reserve(tokens(900), role=Role.CAMINA):
        raise ValueError("broken")
    assert ledger.promised() == ledger.spent() == Usage()


def test_every_further_request_of_a_call_is_promised_too():
    ledger = make_ledger(max_requests=2, max_tokens=1000)
    call = ledger.reserve(tokens(100), role=Role.CAMINA)
    call.extend()
    assert ledger.promised() == tokens(200, requests=2)
    with pytest.raises(BudgetSpentError, match="2 requests"):
        call.extend()
    call.settle(tokens(100, 20, requests=2))
    assert ledger.promised() == Usage()
    assert ledger.spent() == tokens(100, 20, requests=2)


def test_seconds_that_were_not_foreseen_end_the_budget_when_they_are_spent():
    ledger = make_ledger(max_seconds=10)
    ledger.reserve(tokens(1), role=Role.CAMINA).settle(tokens(1, seconds=11.0))
    with pytest.raises(BudgetSpentError, match=r"11 spent or promised$"):
        ledger.reserve(tokens(1), role=Role.CAMINA)


def test_a_model_that_costs_nothing_may_be_asked_when_the_money_is_spent():
    ledger = make_ledger(max_cost=0.5)
    ledger.reserve(tokens(1, cost=0.5), role=Role.CAMINA).settle(tokens(1, cost=0.6))
    with pytest.raises(BudgetSpentError, match="in cost"):
        ledger.reserve(tokens(1, cost=0.01), role=Role.CAMINA)
    ledger.reserve(tokens(1), role=Role.CAMINA)


def test_pressure_is_that_of_the_scarcest_limit():
    ledger = make_ledger({"belter": Budget(max_requests=2)}, max_tokens=1000, max_requests=10)
    assert ledger.pressure(Role.BELTER) == 0
    ledger.reserve(tokens(300), role=Role.BELTER)
    assert ledger.pressure() == pytest.approx(0.3)
    assert ledger.pressure(Role.BELTER) == 0.5
    assert ledger.pressure(Role.CAMINA) == pytest.approx(0.3)
    assert BudgetLedger().pressure(Role.CAMINA) == 0


def test_the_configurations_budgets_give_way_limit_by_limit():
    configured = Budgets(run=Budget(max_tokens=5, max_cost=1.0), belter=Budget(max_requests=3))
    asked = Budgets(run=Budget(max_tokens=9), drummer=Budget(max_seconds=2))
    assert configured | asked == Budgets(
        run=Budget(max_tokens=9, max_cost=1.0),
        belter=Budget(max_requests=3),
        drummer=Budget(max_seconds=2),
    )


LIMITS = {"tokens": 2000, "requests": 6, "cost": 2.0}


def measure(usage):
    return {
        "tokens": usage.prompt_tokens + usage.completion_tokens,
        "requests": usage.requests,
        "cost": usage.cost,
    }


@given(st.lists(st.tuples(amounts, roles, st.one_of(st.none(), amounts))))
def test_promises_never_exceed_the_limits_and_what_is_settled_adds_up(calls):
    ledger = make_ledger(
        {"drummer": Budget(max_tokens=800)}, **{f"max_{limit}": most for limit, most in LIMITS.items()}
    )
    settled, beyond = Usage(), dict.fromkeys(LIMITS, 0.0)
    for estimate, role, actual in calls:
        try:
            reservation = ledger.reserve(estimate, role=role)
        except BudgetSpentError:
            continue
        taken = measure(ledger.spent() + ledger.promised())
        for limit, most in LIMITS.items():  # nothing is overspent but what settling showed
            assert taken[limit] <= most + beyond[limit] + 1e-6
        if actual is not None:
            reservation.settle(actual)
            settled += actual
            wanted, took = measure(estimate), measure(actual)
            for limit in LIMITS:
                beyond[limit] += max(0, took[limit] - wanted[limit])
    by_layer = [ledger.spent(role) for role in Role]
    assert measure(ledger.spent()) == pytest.approx(measure(settled))
    assert measure(sum(by_layer, Usage())) == pytest.approx(measure(settled))
    assert 0 <= ledger.pressure() <= 1


@given(st.lists(st.tuples(st.integers(0, 100), roles), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_promises_that_all_fit_does_not_matter(calls, random):
    shuffled = list(calls)
    random.shuffle(shuffled)
    ledgers = []
    for ordered in (calls, shuffled):
        ledger = make_ledger({"drummer": Budget(max_tokens=800)}, max_tokens=800)
        for size, role in ordered:
            ledger.reserve(tokens(size), role=role)
        ledgers.append(ledger)
    first, second = ledgers
    assert [first.promised(role) for role in Role] == [second.promised(role) for role in Role]


def test_what_is_left_counts_what_is_spent_and_promised_and_is_never_nothing():
    budgets = Budgets(run=Budget(max_tokens=100, max_cost=2.0), drummer=Budget(max_requests=3))
    ledger = BudgetLedger(budgets)
    ledger.take_in(Usage(prompt_tokens=30, requests=1, cost=0.5), role=Role.DRUMMER)
    ledger.reserve(Usage(prompt_tokens=20, requests=1), role=Role.BELTER)
    left = ledger.find_left()
    assert (left.run.max_tokens, left.run.max_cost, left.run.max_requests) == (50, 1.5, None)
    assert (left.drummer.max_requests, left.belter, left.camina) == (2, Budget(), Budget())
    ledger.take_in(Usage(prompt_tokens=500, requests=9), role=Role.DRUMMER)
    assert (ledger.find_left().run.max_tokens, ledger.find_left().drummer.max_requests) == (1, 1)
