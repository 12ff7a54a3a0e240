"""Runs that were broken off and are taken up again."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moe.contracts.budget import Budget, Budgets
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.running.environment import RunEnvironment
from moe.running.resuming import PastRun, read_past, take_up
from moe.running.run import Run
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import DecisionNeededError, ModelUnavailableError, RequestError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.messages import ModelRequest, Purpose
from moe_core.contracts.task import Status
from moe_core.testing.doubles import make_tool

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="Who designed the lighthouse?", belter="research")


class BrokenOffError(BaseException):
    """What ends a run from outside."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(open_workspace(tmp_path / ".moe"))
    yield store
    store.close()


@pytest.fixture
def make_environment(make_runner: Any, store: RunStore) -> Callable[..., RunEnvironment]:
    return lambda script, **fields: replace(make_runner(script, **fields).environment, store=store)


async def break_off(environment: RunEnvironment, request: RunRequest, *, at: int) -> list[Event]:
    """Begin a run, and end it from outside with its event of that number; its events."""
    events: list[Event] = []

    def listen(event: Event) -> None:
        events.append(event)
        if event.sequence == at:
            raise BrokenOffError

    with pytest.raises(BaseException) as caught:  # noqa: PT011 - alone, or within a group of several
        await Run(environment, request, on_event=listen).finish()
    assert isinstance(caught.value, BrokenOffError) or caught.group_contains(BrokenOffError)
    return events


async def resume(environment: RunEnvironment, run_id: str = "last", **changes: Any) -> RunResult:
    assert environment.store is not None
    past = read_past(environment.store, run_id, **changes)
    past = take_up(environment.store, past)
    return await Run(environment, past.request, origin=past).finish()


def count_calls(script: dict[Purpose, Any]) -> Counter[Purpose]:
    """Has a script count what it is asked for."""
    asked: Counter[Purpose] = Counter()

    def counted(purpose: Purpose, plain: Any) -> Any:
        def answer(request: ModelRequest) -> Any:
            asked[purpose] += 1
            return plain(request)

        return answer

    for purpose, plain in list(script.items()):
        script[purpose] = counted(purpose, plain)
    return asked


async def test_wherever_a_run_is_broken_off_it_ends_with_the_same_answer(
    make_environment: Any, good: Any, store: RunStore
) -> None:
    events: list[Event] = []
    environment = make_environment(good)
    whole = await Run(environment, ASK, on_event=events.append).finish()
    asked = count_calls(good)
    for at in range(1, len(events)):
        asked.clear()
        begun = await break_off(environment, ASK, at=at)
        first = asked.copy()
        result = await resume(environment, begun[0].run_id)
        assert (result.status, result.answer, result.citations) == (Status.DONE, whole.answer, whole.citations), at
        assert result.run_id == begun[0].run_id
        # No answer that was recorded is asked for again: only the call that was under way may be made twice.
        assert sum((asked - first).values()) + sum(first.values()) <= sum(asked.values()) <= 6, at
        record = store.get_run(result.run_id)
        assert [event.sequence for event in record.events] == list(range(1, len(record.events) + 1))
        assert sum(event.kind is EventKind.RUN_RESUMED for event in record.events) == 1
        assert record.summary.status == "done"
        ended = {event.task_id for event in begun if event.kind is EventKind.TASK_FINISHED}
        starts = Counter(event.task_id for event in record.events if event.kind is EventKind.TASK_STARTED)
        assert all(starts[task_id] == 1 for task_id in ended), at


async def test_what_was_answered_is_not_asked_again_and_still_counts(make_environment: Any, good: Any) -> None:
    asked = count_calls(good)
    environment = make_environment(good)
    whole = await Run(environment, ASK).finish()
    asked.clear()
    begun = await break_off_at_kind(environment, EventKind.TASK_FINISHED)
    assert asked[Purpose.SYNTHESISE] == 0
    before = sum(asked.values())
    result = await resume(environment, begun)
    assert result.usage.requests == whole.usage.requests == sum(asked.values())
    assert sum(asked.values()) - before == 2  # the Belter's join and Camina's
    assert result.models.answered_by == "scripted"


async def break_off_at_kind(environment: RunEnvironment, kind: EventKind) -> str:
    events: list[Event] = []

    def listen(event: Event) -> None:
        events.append(event)
        if event.kind is kind:
            raise BrokenOffError

    with pytest.raises(BaseException):  # noqa: B017, PT011
        await Run(environment, ASK, on_event=listen).finish()
    return events[0].run_id


async def test_a_failed_run_goes_on_when_the_server_is_there_again(make_environment: Any, good: Any) -> None:
    asked = count_calls(good)
    synthesise, is_up = good[Purpose.SYNTHESISE], False

    def answer(request: ModelRequest) -> Any:
        if not is_up:
            raise ModelUnavailableError("the server is away")
        return synthesise(request)

    environment = make_environment({**good, Purpose.SYNTHESISE: answer})
    failed = await Run(environment, ASK).finish()
    assert failed.status is Status.FAILED
    asked.clear()
    is_up = True
    result = await resume(environment)
    assert (result.status, result.answer) == (Status.DONE, "Ada Brook designed the lighthouse. [1]")
    assert set(asked) == {Purpose.SYNTHESISE}


async def test_a_tool_that_must_not_be_called_twice_is_not_unless_it_is_asked_for(
    make_environment: Any, good: Any, make_passages: Any
) -> None:
    calls: list[Any] = []

    def order(params: Any) -> Any:
        calls.append(params)
        if len(calls) == 1:
            raise BrokenOffError
        return make_passages(1.0)

    tool = make_tool("lookup", answer=order, effects=("net",))
    environment = make_environment(good, tools=[tool])
    with pytest.raises(BaseException):  # noqa: B017, PT011
        await Run(environment, ASK).finish()
    careful = await resume(environment)
    assert (careful.status, len(calls)) == (Status.WAITING, 1)
    assert [(call.tool, call.reason, call.begun) for call in careful.waiting] == [("lookup", "unknown", 1)]
    with pytest.raises(DecisionNeededError):
        await resume(environment)
    bold = await resume(environment, repeats_tools=True)
    assert (bold.status, len(calls)) == (Status.DONE, 2)


async def test_that_a_tool_begins_is_on_disk_before_it_does(
    make_environment: Any, good: Any, make_passages: Any, tmp_path: Path
) -> None:
    seen: list[set[str]] = []

    def look(params: Any) -> Any:
        with closing(sqlite3.connect(tmp_path / ".moe" / "runs.db")) as connection:  # as another process would
            seen.append({step for (step,) in connection.execute("SELECT step FROM steps")})
        return make_passages(1.0)

    environment = make_environment(good, tools=[make_tool("lookup", answer=look, effects=("net",))])
    await Run(environment, ASK).finish()
    assert [step for step in seen[0] if step.endswith(":begun")]


async def test_a_run_over_other_settings_is_refused_and_says_which(make_environment: Any, good: Any) -> None:
    environment = make_environment(good)
    await break_off_at_kind(environment, EventKind.TASK_FINISHED)
    system = environment.config.system.model_copy(update={"max_evidence": 3})
    other = replace(environment, config=environment.config.model_copy(update={"system": system}))
    refused = await resume(other)
    assert refused.error is not None
    assert refused.error.message.endswith("began with other things than there are now: settings changed")
    assert "--accept-changes" in (refused.error.hint or "")
    accepted = await resume(other, accepts_changes=True)
    assert accepted.status is Status.DONE


async def test_a_budget_counts_what_was_spent_before(make_environment: Any, good: Any) -> None:
    request = ASK.model_copy(update={"budget": Budgets(run=Budget(max_requests=4))})
    environment = make_environment(good)
    events: list[Event] = []

    def listen(event: Event) -> None:
        events.append(event)
        if event.kind is EventKind.TASK_FINISHED:
            raise BrokenOffError

    with pytest.raises(BaseException):  # noqa: B017, PT011
        await Run(environment, request, on_event=listen).finish()
    answered = sum(event.kind is EventKind.MODEL_ANSWERED for event in events)
    result = await resume(environment)
    assert result.usage.requests == 4 > answered
    assert result.status is not Status.DONE or result.degraded


async def test_only_the_time_that_was_left_is_left(make_environment: Any, good: Any, store: RunStore) -> None:
    environment = make_environment(good)
    await break_off_at_kind(environment, EventKind.TASK_FINISHED)
    past = read_past(store, "last")
    spent = past.record.events[-1].at - past.record.events[0].at
    assert past.count_seconds_left(100.0) == pytest.approx(100.0 - spent)
    assert read_past(store, "last", deadline_seconds=7.0).count_seconds_left(100.0) == 7.0
    with pytest.raises(RequestError, match=r"nothing is left of the 0\.5 s") as refused:
        replace_deadline(past, 0.5).check_time(60.0)
    assert "--deadline SECONDS" in (refused.value.hint or "")


def replace_deadline(past: PastRun, seconds: float) -> PastRun:
    return replace(past, request=past.request.model_copy(update={"deadline_seconds": seconds}))


async def test_a_run_that_goes_on_elsewhere_is_not_taken_up(store: RunStore, make_environment: Any, good: Any) -> None:
    environment = make_environment(good)
    seen: list[Exception] = []

    def look(event: Event) -> None:
        if event.kind is EventKind.CHAIN_ASSEMBLED:
            try:
                read_past(store, event.run_id)
            except RequestError as error:
                seen.append(error)

    await Run(environment, ASK, on_event=look).finish()
    assert "goes on in process" in str(seen[0])


async def test_somebody_else_cancels_a_run(store: RunStore, make_environment: Any, good: Any) -> None:
    environment = make_environment(good, delay_seconds=30.0)

    def ask_to_end(event: Event) -> None:
        if event.kind is EventKind.MODEL_CALLED:
            store.cancel(event.run_id)

    result = await Run(environment, ASK, on_event=ask_to_end).finish()
    assert result.status is Status.CANCELLED
    assert store.get_summary(result.run_id).status == "cancelled"
    good_again = make_environment(good)
    assert (await resume(good_again, result.run_id)).status is Status.DONE
