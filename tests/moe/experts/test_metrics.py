"""What recorded calls of models come to."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.contracts.runs import RunCounts
from moe.experts.metrics import collect_metrics
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.model_payloads import ModelAnswered, ModelCalled, ModelFailed, ModelInvalid, ModelRetried
from moe_core.contracts.payloads import ObserverNote

RUNS = RunCounts(total=1)
CALL = {"provider": "ollama", "model": "m:1b", "purpose": "execute"}
CALLED = ModelCalled(**CALL)
FAILED = ModelFailed(**CALL, error="model_timeout", message="", hint="")
RETRIED = ModelRetried(**CALL, server="ollama", attempts=1, wait_seconds=0.1, error="x", message="")


def answered(**changes) -> ModelAnswered:
    return ModelAnswered(**{**CALL, "seconds": 2.0, "prompt_tokens": 90, "completion_tokens": 10, **changes})


def invalid(**changes) -> ModelInvalid:
    values = {"attempt": 1, "problem": "schema", "message": "", "will_retry": False}
    return ModelInvalid(**{**CALL, **values, **changes})


def event(data: EventPayload, agent: str = "search") -> Event:
    return Event(run_id="r", correlation_id="c", sequence=1, at=1.0, kind=data.kind, agent=agent, data=data)


def measure(*told: EventPayload):
    return collect_metrics(map(event, told), runs=RUNS).providers["ollama"]


def test_a_call_that_is_made_again_is_two_requests_and_one_retry() -> None:
    found = measure(CALLED, RETRIED, answered())
    assert (found.requests, found.retries, found.retry_rate) == (2, 1, 0.5)
    assert (found.json_replies, found.json_validity_rate) == (1, 1.0)
    assert (found.avg_tokens, found.avg_seconds) == (100.0, 2.0)


def test_a_reply_that_is_asked_for_again_is_a_retry_and_one_that_is_given_up_is_none() -> None:
    again = measure(CALLED, answered(), invalid(will_retry=True), CALLED, answered())
    assert (again.requests, again.retries, again.json_validity_rate) == (2, 1, 0.5)
    given_up = measure(CALLED, answered(), invalid(), FAILED)
    assert (given_up.retries, given_up.failures, given_up.json_validity_rate) == (0, 1, 0.0)


def test_a_server_that_refuses_to_answer_in_json_has_given_no_reply() -> None:
    found = measure(CALLED, invalid(problem="refused"), CALLED, answered())
    assert (found.json_replies, found.json_validity_rate) == (2, 0.5)


def test_a_reply_from_the_cache_counts_as_asked_but_took_no_time_and_no_tokens() -> None:
    found = measure(CALLED, answered(cached=True, seconds=0.0), CALLED, answered())
    assert (found.requests, found.cached, found.avg_seconds, found.avg_tokens) == (2, 1, 2.0, 100.0)
    assert measure(CALLED, answered(cached=True)).avg_seconds is None


def test_replies_whose_tokens_nobody_told_do_not_lower_the_average() -> None:
    assert measure(answered(prompt_tokens=0, completion_tokens=0), answered()).avg_tokens == 100.0


def test_prose_is_not_judged_as_json() -> None:
    found = measure(CALLED, answered(purpose="chat"))
    assert (found.requests, found.json_replies, found.json_validity_rate) == (1, 0, None)


def test_a_model_that_only_failed_has_no_rates_of_replies() -> None:
    found = measure(CALLED, FAILED)
    assert (found.json_validity_rate, found.avg_tokens, found.avg_seconds, found.retry_rate) == (None, None, None, 0.0)


def test_events_are_told_apart_by_who_asked_and_who_answered() -> None:
    other = ModelCalled(**{**CALL, "provider": "nim"})
    events = [event(CALLED), event(other, "camina"), event(other), event(ObserverNote(severity="info", text="x"))]
    found = collect_metrics(iter(events), runs=RUNS)
    assert found.summary.provider_usage == {"nim": 2, "ollama": 1}
    assert {name: one.requests for name, one in found.personas.items()} == {"camina": 1, "search": 2}
    assert found.summary.total_requests == 3
    assert found.summary.avg_tokens_per_persona == {"camina": None, "search": None}
    assert found.summary.avg_latency_per_provider == {"nim": None, "ollama": None}


def test_events_of_another_version_are_left_out() -> None:
    unknown = msgspec.structs.replace(event(CALLED), data={"provider": "ollama"})
    assert collect_metrics([unknown], runs=RUNS).summary.total_requests == 0


# One call each, as a run tells it.
CALLS = st.sampled_from(
    [
        (CALLED, answered()),
        (CALLED, answered(cached=True, seconds=0.0)),
        (CALLED, RETRIED, RETRIED, answered()),
        (CALLED, answered(), invalid(will_retry=True), CALLED, answered(purpose="merge")),
        (CALLED, invalid(problem="refused", will_retry=True), CALLED, FAILED),
        (CALLED, answered(), invalid(), FAILED),
        (CALLED, RETRIED, FAILED),
        (CALLED, answered(purpose="chat")),
    ]
)


@given(st.lists(CALLS, min_size=1, max_size=12), st.randoms())
def test_rates_are_shares_whatever_happened_and_in_whatever_order(calls, random) -> None:
    events = [event(data, agent) for agent, call in zip("abcdefghijkl", calls, strict=False) for data in call]
    found = collect_metrics(events, runs=RUNS)
    for one in (*found.providers.values(), *found.personas.values()):
        assert 0 <= one.retry_rate <= 1
        assert one.json_validity_rate is None or 0 <= one.json_validity_rate <= 1
    assert found.summary.total_requests == sum(one.requests for one in found.personas.values())
    random.shuffle(events)
    again = collect_metrics(events, runs=RUNS)
    assert again.personas == found.personas
    assert again.summary.json_validity_rate == pytest.approx(found.summary.json_validity_rate)
