"""Runs that are done again with the replies that they had."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moe.contracts.request import RunRequest
from moe.contracts.runs import ReplayReport
from moe.running.environment import RunEnvironment
from moe.running.replaying import compare_replay, open_replay
from moe.running.run import Run
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event
from moe_core.contracts.messages import ModelRequest, Purpose
from moe_core.contracts.wire import encode_json
from moe_core.testing.doubles import make_tool

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="Who designed the lighthouse?", belter="research")


async def replay(environment: RunEnvironment, store: RunStore) -> ReplayReport:
    record, origin = open_replay(store, "last")
    events: list[Event] = []
    run = Run(replace(environment, store=None), ASK, on_event=events.append, origin=origin)
    return compare_replay(record, await run.finish(), events)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with RunStore(open_workspace(tmp_path / ".moe")) as store:
        yield store


async def test_a_run_comes_out_the_same_without_asking_anybody(make_runner: Any, good: Any, store: RunStore) -> None:
    await Run(replace(make_runner(good).environment, store=store), ASK).finish()

    def refuse(request: ModelRequest) -> Any:
        raise AssertionError(f"asked for {request.grounding.purpose}")

    nobody = make_runner(dict.fromkeys(good, refuse)).environment
    report = await replay(nobody, store)
    assert report.is_same
    assert report.answer == report.answer_before == "Ada Brook designed the lighthouse. [1]"
    assert len(store.list_runs()) == 1


async def test_what_comes_out_otherwise_is_named(
    make_runner: Any, good: Any, store: RunStore, make_passages: Any
) -> None:
    environment = replace(make_runner(good).environment, store=store)
    await Run(environment, ASK).finish()
    nothing = make_runner(good, tools=[make_tool("lookup", answer={"evidence": []}, effects=())]).environment
    report = await replay(nothing, store)
    assert not report.is_same
    assert report.difference.startswith("event ")
    assert "task.finished of search" in report.difference


async def test_a_reply_that_is_not_in_the_record_is_not_asked_for(make_runner: Any, good: Any, store: RunStore) -> None:
    environment = replace(make_runner(good).environment, store=store)
    run = await Run(environment, ASK).finish()
    record, origin = open_replay(store, run.run_id)
    steps = {step: outcome for step, outcome in origin.steps.items() if Purpose.MERGE not in step}
    events: list[Event] = []
    second = await Run(
        replace(environment, store=None), ASK, on_event=events.append, origin=replace(origin, steps=steps)
    ).finish()
    report = compare_replay(record, second, events)
    assert not report.is_same
    assert "is not in the record" in encode_json(second).decode() + report.difference


async def test_only_a_run_that_is_done_is_done_again(make_runner: Any, good: Any, store: RunStore) -> None:
    script = {**good, Purpose.SYNTHESISE: lambda request: 1 / 0}
    await Run(replace(make_runner(script).environment, store=store), ASK).finish()
    with pytest.raises(RequestError, match="is failed, not done"):
        open_replay(store, "last")
