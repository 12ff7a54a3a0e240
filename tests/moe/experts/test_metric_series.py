"""Recorded runs, counted span by span."""

import json

import pytest

from moe.contracts.runs import RunStart
from moe.experts.metric_series import measure_series
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import BreakerOpened, ModelAnswered, ModelCalled, ModelInvalid, ModelRetried
from moe_core.contracts.payloads import RouteChosen, TaskFinished

CALL = {"provider": "ollama", "model": "m", "purpose": "plan"}


def answer(seconds, **more):
    return ModelAnswered(**CALL, seconds=seconds, prompt_tokens=10, completion_tokens=2, **more)


def wrong(attempt, *, again):
    return ModelInvalid(**CALL, attempt=attempt, problem="schema", message="no", will_retry=again)


def task(role, seconds):
    return TaskFinished(role=role, status="done", statements=0, evidence=0, seconds=seconds, error=None, notes=())


def route(name):
    return RouteChosen(route=name, belters=(), scores={}, runner_up="", why="w")


RUNS = {
    "20260101-000000-a": (
        1000.0,
        [route("knowledge"), task("belter", 1.0), ModelCalled(**CALL), answer(1.0, cost=0.5)],
    ),
    "20260101-000001-b": (
        1050.0,
        [
            *(route("research"), task("belter", 3.0), task("camina", 9.0), ModelCalled(**CALL), answer(5.0)),
            *(wrong(1, again=True), ModelCalled(**CALL), answer(2.0), answer(0.0, cached=True)),
            ModelRetried(**CALL, server="s", attempts=1, wait_seconds=0.0, error="e", message="m"),
            BreakerOpened(**CALL, server="s", rest_seconds=1.0, message="m"),
        ],
    ),
    "20260101-000002-c": (1150.0, [route("research"), answer(1.0), wrong(1, again=False)]),
    "20260101-000003-d": (1200.0, [route("research")]),  # behind the time that is looked at
}


@pytest.fixture
def store(tmp_path):
    """Four runs, of which three began within two spans of 100 s."""
    with RunStore(open_workspace(tmp_path)) as store:
        for run_id, (started, payloads) in RUNS.items():
            store.start(RunStart(run_id=run_id, correlation_id="c", question="Q?", started=started, pid=0))
            for number, data in enumerate(payloads, start=1):
                store.append(
                    Event(run_id=run_id, correlation_id="c", sequence=number, at=started, kind=data.kind, data=data)
                )
            store.finish(run_id, "done", json.dumps({}))
        yield store


def test_each_run_counts_in_the_span_in_which_it_began(store):
    series = measure_series(store, since=1000.0, until=1200.0, buckets=2)
    assert [(one.start, one.end, one.runs) for one in series.buckets] == [(1000.0, 1100.0, 2), (1100.0, 1200.0, 1)]
    assert (series.bucket_seconds, series.whole.runs, series.whole.statuses) == (100.0, 3, {"done": 3})
    first, last = series.buckets
    assert first.routes == {"knowledge": 1, "research": 1}
    assert (first.evenness, last.evenness) == (1.0, None)
    assert (first.layers["belter"].n, first.layers["belter"].p50, first.layers["belter"].p95) == (2, 1.0, 3.0)
    assert first.layers["camina"].p50 == 9.0
    assert (first.providers["ollama"].n, first.providers["ollama"].p95) == (3, 5.0)  # not what the cache had
    assert (first.requests, first.retries, first.cached, first.breakers, first.cost) == (4, 2, 1, 1, 0.5)
    assert (first.tokens_read, first.tokens_written) == (40, 8)


def test_json_that_fits_at_first_is_told_from_what_fits_in_the_end(store):
    first, last = (one.json_tries for one in measure_series(store, since=1000.0, until=1200.0, buckets=2).buckets)
    assert (first.asked, first.first, first.last) == (3, 2, 3)
    assert (last.asked, last.first, last.last) == (1, 0, 0)


def test_spans_without_runs_are_there_and_empty(store):
    series = measure_series(store, since=0.0, until=500.0, buckets=5)
    assert [one.runs for one in series.buckets] == [0] * 5
    assert (series.whole.seconds.n, series.whole.seconds.p50, series.whole.evenness) == (0, None, None)
