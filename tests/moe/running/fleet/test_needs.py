"""What a run needs of its worker."""

import pytest

from moe.contracts.request import RunRequest
from moe.contracts.workers import WaitingRun, WorkerLease, WorkerSummary
from moe.running.fleet.needs import find_needs, find_stuck

WHOLE = ("camina", "belter", "drummer")


def make_worker(state="live", version="", **offers) -> WorkerSummary:
    lease = WorkerLease(
        worker_id="w", pid=1, host="h", version=version, concurrency=1, lease_seconds=10.0, offers=offers
    )
    return WorkerSummary(lease=lease, state=state, silent_seconds=0.0, seconds=1.0, runs=0)


@pytest.mark.parametrize(
    ("fields", "needs"),
    [
        ({"question": "Who are you?"}, {"role": ("camina",)}),
        ({"question": "Who restored the mill?", "belter": "research"}, {"role": WHOLE}),
        ({"question": "Who are you?", "model": "big"}, {"role": ("camina",), "model": ("big",)}),
    ],
)
def test_a_run_needs_the_layers_of_its_route_and_the_model_that_it_names(make_environment, good, fields, needs):
    assert find_needs(make_environment(good), RunRequest(**fields)) == needs


def test_a_run_is_stuck_when_no_live_worker_takes_it():
    run = WaitingRun(run_id="r", needs={"role": WHOLE, "model": ("big",)})
    assert find_stuck([run], []) == []  # that nobody is there at all is told otherwise
    assert find_stuck([run], [make_worker()]) == []
    assert find_stuck([run], [make_worker(model=("small", "big"))]) == []
    assert find_stuck([run], [make_worker(model=("small",)), make_worker(role=("camina",))]) == [run]
    assert find_stuck([run], [make_worker(model=("small",)), make_worker(state="draining")]) == [run]
    assert find_stuck([run], [make_worker(model=("small",)), make_worker(state="dead")]) == [run]
    assert run.describe_needs() == "roles camina, belter, drummer and model big"


def test_a_run_of_another_minor_version_is_stuck_while_only_workers_of_this_one_are_there():
    run = WaitingRun(run_id="r", needs={"moe": ("0.2",)})
    assert find_stuck([run], [make_worker(version="0.2.7"), make_worker(version="0.1.0")]) == []
    assert find_stuck([run], [make_worker(version="0.1.0"), make_worker(version="0.1.3")]) == [run]
    assert run.describe_needs() == "moe 0.2"
    older = WaitingRun(run_id="r", needs={"model": ("big",), "moe": ("0.1",)})
    (told,) = find_stuck([older], [make_worker(version="0.1.0", model=("small",))])
    assert told.describe_needs() == "model big"  # the version is there
