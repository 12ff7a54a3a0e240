"""Runs that share another one's beginning."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moe.contracts.request import RunRequest
from moe.running.environment import RunEnvironment
from moe.running.forking import open_fork
from moe.running.resuming import read_past
from moe.running.run import Run
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.messages import ModelRequest, Purpose
from moe_core.contracts.payloads import RunStarted, TaskStarted
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="Who designed the lighthouse?", belter="research")
STEPS = [
    {"id": "a", "drummer": "search", "instruction": "designer", "depends_on": []},
    {"id": "b", "drummer": "search", "instruction": "lighthouse", "depends_on": ["a"]},
]


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with RunStore(open_workspace(tmp_path / ".moe")) as store:
        yield store


@pytest.fixture
def good(good: dict[Purpose, Any]) -> dict[Purpose, Any]:
    """A script by which a second Drummer begins when the first has ended."""
    return {**good, Purpose.DECOMPOSE: lambda _: {"tasks": STEPS}}


def count_asked(script: dict[Purpose, Any]) -> Counter[str]:
    """Has a script count by whom it is asked for what."""
    asked: Counter[str] = Counter()

    def counted(purpose: Purpose, plain: Any) -> Any:
        def answer(request: ModelRequest) -> Any:
            asked[purpose] += 1
            return plain(request)

        return answer

    script |= {purpose: counted(purpose, plain) for purpose, plain in script.items()}
    return asked


async def fork(environment: RunEnvironment, task: str) -> Any:
    assert environment.store is not None
    request, origin = open_fork(environment.store, "last", task)
    return await Run(environment, request, origin=origin).finish()


def list_tasks(store: RunStore, run_id: str) -> list[str]:
    events = store.get_run(run_id).events
    return [(event.task_id or "").partition("/")[2] for event in events if isinstance(event.data, TaskStarted)]


async def test_what_came_before_a_task_is_not_asked_for_again_and_what_came_after_is(
    make_runner: Any, good: Any, store: RunStore
) -> None:
    environment = replace(make_runner(good).environment, store=store)
    first = await Run(environment, ASK).finish()
    tasks = list_tasks(store, first.run_id)
    asked = count_asked(good)
    assert tasks == ["1", "1/1", "1/1/1", "1/1/2"]
    for task, drummers in (("1/1/1", 2), ("1/1/2", 1)):
        asked.clear()
        result = await fork(replace(make_runner(good).environment, store=store), task)
        assert (result.status, result.answer) == (Status.DONE, first.answer)
        assert result.run_id != first.run_id
        assert list_tasks(store, result.run_id) == tasks
        assert asked[Purpose.DECOMPOSE] == 0
        assert (asked[Purpose.EXECUTE], asked[Purpose.SYNTHESISE]) == (drummers, 1)
        started = store.get_run(result.run_id).events[0].data
        assert isinstance(started, RunStarted)
        assert started.forked_from.endswith(f"/{task}")


async def test_another_script_answers_from_the_task_on(make_runner: Any, good: Any, store: RunStore) -> None:
    environment = replace(make_runner(good).environment, store=store)
    first = await Run(environment, ASK).finish()

    def refuse(request: ModelRequest) -> Any:
        raise AssertionError(f"asked for {request.grounding.purpose}")

    changed = {**good, Purpose.PLAN: refuse, Purpose.DECOMPOSE: refuse}
    last = list_tasks(store, first.run_id)[-1]
    result = await fork(replace(make_runner(changed).environment, store=store), last)
    assert result.status is Status.DONE


async def test_a_fork_can_be_gone_on_with_and_forked_again(make_runner: Any, good: Any, store: RunStore) -> None:
    environment = replace(make_runner(good).environment, store=store)
    first = await Run(environment, ASK).finish()
    result = await fork(environment, list_tasks(store, first.run_id)[-1])
    kept = store.read_steps(result.run_id)
    assert kept.keys() == store.read_steps(first.run_id).keys()
    assert read_past(store, result.run_id).steps == kept
    again = await fork(environment, list_tasks(store, first.run_id)[2])
    assert again.answer == first.answer


async def test_a_task_that_is_not_there_is_told_with_those_that_are(
    make_runner: Any, good: Any, store: RunStore
) -> None:
    run = await Run(replace(make_runner(good).environment, store=store), ASK).finish()
    with pytest.raises(NameUnknownError) as caught:
        open_fork(store, "last", "1/99")
    assert f"{list_tasks(store, run.run_id)[1]} (" in str(caught.value.hint)


async def test_a_run_that_kept_no_answers_is_not_forked(make_runner: Any, good: Any, store: RunStore) -> None:
    run = await Run(replace(make_runner(good).environment, store=store), ASK).finish()
    with pytest.raises(RequestError, match="kept nothing that was done before 1"):
        open_fork(store, run.run_id, "1")
