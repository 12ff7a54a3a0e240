"""Runs that wait until a person decides on a call of a tool."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest

from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import WAITING, RunSummary
from moe.running.decisions import decide
from moe.running.environment import RunEnvironment
from moe.running.forking import open_fork
from moe.running.replaying import open_replay
from moe.running.resuming import read_past, take_up
from moe.running.run import Run
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.agent import AgentSpec, Role, ToolUse
from moe_core.contracts.errors import DecisionNeededError, NameUnknownError, RequestError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.messages import Purpose
from moe_core.contracts.payloads import RunResumed
from moe_core.contracts.task import Status
from moe_core.contracts.tool import BaseTool, Repeats
from moe_core.contracts.tool_context import ToolContext
from moe_core.contracts.wire import to_wire
from moe_core.testing.values import make_evidence

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="Who designed the lighthouse?", belter="research", deadline_seconds=60)
FOUND = "Ada Brook designed it."


class BrokenOffError(BaseException):
    """What ends a run from outside."""


class Lookup(BaseTool):
    """Look a thing up, at a price."""

    effects = ("net",)
    repeats: ClassVar[Repeats] = "ask"
    asks_first = False
    keys: ClassVar[list[str]] = []
    breaks: ClassVar[set[int]] = set()

    async def execute(self, params: dict[str, Any], context: ToolContext) -> dict[str, Any]:
        self.keys.append(context.idempotency_key)
        if len(self.keys) in self.breaks:
            raise BrokenOffError
        return {"evidence": [to_wire(make_evidence(FOUND, evidence_id="e1"))]}


def make_lookup(
    *, repeats: Repeats = "ask", asks_first: bool = False, breaks: tuple[int, ...] = (), name: str = "lookup"
) -> type[Lookup]:
    """The tool as it declares itself, broken off in its n-th calls."""
    told = {"repeats": repeats, "asks_first": asks_first, "breaks": set(breaks), "keys": [], "name": name}
    return type("Lookup", (Lookup,), {**told, "__doc__": Lookup.__doc__, "__module__": __name__})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    with RunStore(open_workspace(tmp_path / ".moe")) as store:
        yield store


@pytest.fixture
def make_environment(make_runner: Any, store: RunStore, good: Any) -> Callable[..., RunEnvironment]:
    return lambda *tools, **fields: replace(make_runner(good, tools=list(tools), **fields).environment, store=store)


async def begin(environment: RunEnvironment, **told: Any) -> RunResult:
    return await Run(environment, ASK, **told).finish()


async def break_off(environment: RunEnvironment) -> None:
    with pytest.raises(BaseException):  # noqa: B017, PT011 - alone, or within a group
        await begin(environment)


async def resume(environment: RunEnvironment, **changes: Any) -> RunResult:
    assert environment.store is not None
    past = read_past(environment.store, "last", **changes)
    past = take_up(environment.store, past)
    return await Run(environment, past.request, origin=past).finish()


def kinds(store: RunStore) -> list[str]:
    return [str(event.kind) for event in store.get_run("last").events]


async def test_a_tool_that_asks_first_is_called_when_a_person_says_so_and_once(make_environment, store) -> None:
    tool = make_lookup(asks_first=True)
    environment = make_environment(tool)
    events: list[Event] = []
    waiting = await begin(environment, on_event=events.append)
    assert (waiting.status, waiting.error, tool.keys) == (Status.WAITING, None, [])
    (call,) = waiting.waiting
    assert (call.task, call.agent, call.tool, call.reason) == ("1/1/1", "search", "lookup", "first")
    assert (dict(call.params), call.effects, call.begun) == ({"query": "designer"}, ("net",), 0)
    assert store.get_summary("last").status == WAITING
    assert [str(event.kind) for event in events][-2:] == ["tool.waiting", "run.waiting"]
    decided = decide(store, "last", "approve", note=" fine\nby me ", by="ann")
    assert (decided.decided, decided.left, decided.worker) == ((call,), (), "")
    done = await resume(environment)
    assert (done.status, done.waiting, len(tool.keys)) == (Status.DONE, (), 1)
    assert "Ada Brook" in done.answer
    record = store.get_run("last")
    assert [event.sequence for event in record.events] == list(range(1, len(record.events) + 1))
    (told,) = [event for event in record.events if event.kind is EventKind.TOOL_APPROVED]
    assert (told.data.by, told.data.note, told.agent) == ("ann", "fine by me", "search")
    assert kinds(store).count("run.finished") == 1


async def test_the_other_parts_of_a_plan_are_done_while_one_waits_and_not_again(make_environment, good, store) -> None:
    asking, plain = make_lookup(asks_first=True), make_lookup(repeats="safe", name="find")
    agents = make_two_drummers()
    good[Purpose.DECOMPOSE] = lambda _: {
        "tasks": [
            {"id": "a", "drummer": "search", "instruction": "designer", "depends_on": []},
            {"id": "b", "drummer": "finder", "instruction": "builder", "depends_on": []},
            {"id": "c", "drummer": "finder", "instruction": "after a", "depends_on": ["a"]},
        ]
    }
    good[Purpose.CHOOSE_TOOLS] = lambda request: {
        "calls": [{"tool": request.grounding.choices[0].name, "params": {"query": request.grounding.instruction}}]
    }
    environment = make_environment(asking, plain, agents=agents)
    waiting = await begin(environment)
    assert waiting.status is Status.WAITING
    assert (len(asking.keys), len(plain.keys)) == (0, 1)  # "b" is done, and "c" waits for "a"
    decide(store, "last", "approve")
    done = await resume(environment)
    assert (done.status, len(asking.keys), len(plain.keys)) == (Status.DONE, 1, 2)


def make_two_drummers() -> list[AgentSpec]:
    def make(name: str, role: Role, *tools: str) -> AgentSpec:
        used = tuple(ToolUse(name=tool) for tool in tools)
        return AgentSpec(name=name, role=role, base="any:1", tools=used, capabilities=(name,), description=name)

    return [
        make("camina", Role.CAMINA),
        make("research", Role.BELTER),
        make("search", Role.DRUMMER, "lookup"),
        make("finder", Role.DRUMMER, "find"),
    ]


async def test_without_the_call_the_answer_is_degraded_and_says_so(make_environment, good, store) -> None:
    tool = make_lookup(asks_first=True)
    environment = make_environment(tool)
    seen: list[Any] = []
    execute = good[Purpose.EXECUTE]

    def look(request: Any) -> Any:
        seen.append([dict(one) for one in request.grounding.findings])
        return execute(request)

    good[Purpose.EXECUTE] = look
    environment = make_environment(tool)
    await begin(environment)
    decide(store, "last", "skip", note="too dear", by="ann")
    done = await resume(environment)
    assert (done.status, done.degraded, tool.keys) == (Status.DONE, True, [])
    assert "lookup was skipped by ann: too dear" in done.answer
    assert seen == [[{"tool": "lookup", "skipped": "skipped by ann: too dear"}]]
    warnings = [note["text"] for note in done.observer.notes if note["severity"] == "warning"]
    assert "lookup was skipped by ann: too dear." in warnings


@pytest.mark.parametrize(("repeats", "calls"), [("safe", 2), ("keyed", 2)])
async def test_a_call_that_may_be_made_again_is_without_a_word(make_environment, repeats, calls) -> None:
    tool = make_lookup(repeats=repeats, breaks=(1,))
    environment = make_environment(tool)
    await break_off(environment)
    done = await resume(environment)
    assert (done.status, len(tool.keys)) == (Status.DONE, calls)
    assert len(set(tool.keys)) == 1  # so that a keyed one can tell that it was done


async def test_a_call_that_is_broken_off_again_is_asked_about_again(make_environment, store) -> None:
    tool = make_lookup(breaks=(1, 2))
    environment = make_environment(tool)
    await break_off(environment)
    first = await resume(environment)
    assert [(call.reason, call.begun) for call in first.waiting] == [("unknown", 1)]
    decide(store, "last", "approve")
    with pytest.raises(BaseException):  # noqa: B017, PT011
        await resume(environment)
    second = await resume(environment)
    assert ([call.begun for call in second.waiting], len(tool.keys)) == ([2], 2)
    decide(store, "last", "approve")
    assert ((await resume(environment)).status, len(tool.keys)) == (Status.DONE, 3)


async def test_a_tool_that_asks_first_and_must_not_be_repeated_asks_both_times(make_environment, store) -> None:
    tool = make_lookup(asks_first=True, breaks=(1,))
    environment = make_environment(tool)
    await begin(environment)
    decide(store, "last", "approve")
    with pytest.raises(BaseException):  # noqa: B017, PT011
        await resume(environment)
    again = await resume(environment)
    assert [(call.reason, call.begun) for call in again.waiting] == [("unknown", 1)]


async def test_a_run_that_would_only_wait_again_is_not_begun(make_environment, store) -> None:
    environment = make_environment(make_lookup(asks_first=True))
    await begin(environment)
    for changes in ({}, {"repeats_tools": True}):
        with pytest.raises(DecisionNeededError, match="waits for a person to decide on 1 call: task 1/1/1: lookup"):
            await resume(environment, **changes)
    assert store.get_summary("last").status == WAITING


@pytest.mark.virtual_time
async def test_what_time_a_person_takes_does_not_count(make_environment, store) -> None:
    environment = make_environment(make_lookup(asks_first=True))
    await begin(environment)
    left = store.get_run("last").events[-1].data.seconds_left
    await anyio.sleep(1.2)
    decide(store, "last", "approve")
    await anyio.sleep(0.3)
    await resume(environment)
    (resumed,) = [event.data for event in store.get_run("last").events if isinstance(event.data, RunResumed)]
    assert left - 0.5 < resumed.seconds_left <= left


async def test_the_first_decision_counts_and_one_task_s_is_not_the_others(make_environment, good, store) -> None:
    tool = make_lookup(asks_first=True)
    good[Purpose.DECOMPOSE] = lambda _: {
        "tasks": [{"id": name, "drummer": "search", "instruction": name, "depends_on": []} for name in ("one", "two")]
    }
    good[Purpose.CHOOSE_TOOLS] = lambda request: {
        "calls": [{"tool": "lookup", "params": {"query": request.grounding.instruction}}]
    }
    environment = make_environment(tool)
    assert len((await begin(environment)).waiting) == 2
    with pytest.raises(NameUnknownError, match="no waiting task is named '1/1/7'"):
        decide(store, "last", "approve", task="1/1/7")
    decided = decide(store, "last", "skip", task="1/1/1")
    assert [call.task for call in decided.left] == ["1/1/2"]
    assert [call["task"] for call in store.get_run("last").result["waiting"]] == ["1/1/2"]
    with pytest.raises(NameUnknownError):  # it is decided on
        decide(store, "last", "approve", task="1/1/1")
    with pytest.raises(DecisionNeededError):
        await resume(environment)
    decide(store, "last", "approve", task="1/1")
    done = await resume(environment)
    assert (done.status, len(tool.keys)) == (Status.DONE, 1)
    with pytest.raises(RequestError, match="is done: nothing in it waits"):
        decide(store, "last", "approve")


async def test_of_two_who_decide_at_once_one_is_told_that_it_was_late(make_environment, store, monkeypatch) -> None:
    await begin(make_environment(make_lookup(asks_first=True)))
    before = store.get_run("last")
    decide(store, "last", "skip", by="ann")
    again = decide(store, "last", "approve", by="bob")  # as when ann's process died before it went on
    assert (again.decided, again.left) == ((), ())
    monkeypatch.setattr(store, "get_run", lambda _: before)
    with pytest.raises(RequestError, match="somebody was quicker"):
        decide(store, "last", "approve", by="bob")
    decided = [outcome for step, outcome in store.read_steps(before.summary.run_id).items() if step.endswith("decided")]
    assert len(decided) == 1
    assert '"by":"ann"' in decided[0]


async def test_a_fork_keeps_no_decision_and_a_run_that_goes_on_is_no_longer_told_as_waiting(
    make_environment, good, store
) -> None:
    tool = make_lookup(asks_first=True)
    good[Purpose.DECOMPOSE] = lambda _: {
        "tasks": [
            {"id": "one", "drummer": "search", "instruction": "one", "depends_on": []},
            {"id": "two", "drummer": "think", "instruction": "two", "depends_on": ["one"]},
        ]
    }
    await begin(make_environment(tool))
    decide(store, "last", "approve")
    done = await resume(make_environment(tool))
    _, forked = open_fork(store, done.run_id, "1/1/2")
    assert [step for step in forked.steps if ":tool lookup:" in step] == ["1/1/1:tool lookup:1"]
    waiting = await begin(make_environment(tool))
    decide(store, waiting.run_id, "approve")
    assert store.get_run(waiting.run_id).result is not None
    store.claim(waiting.run_id, os.getpid())
    assert store.get_run(waiting.run_id).result is None


async def test_a_waiting_run_that_is_cancelled_is_over(make_environment, store) -> None:
    environment = make_environment(make_lookup(asks_first=True))
    await begin(environment)
    assert store.cancel("last").status == Status.CANCELLED
    record = store.get_run("last")
    assert (record.result["status"], record.result["waiting"]) == ("cancelled", [])
    with pytest.raises(RequestError, match="is cancelled"):
        decide(store, "last", "approve")
    assert (await resume(environment)).status is Status.WAITING  # taken up by hand, it asks again


async def test_who_goes_on_with_what_another_has_done_meanwhile_is_refused_and_no_call_is_made_twice(
    make_environment, store
) -> None:
    tool = make_lookup(asks_first=True)
    environment = make_environment(tool)
    run_id = (await begin(environment)).run_id
    decide(store, run_id, "approve")
    past = read_past(store, run_id)
    done = await resume(environment)
    with pytest.raises(RequestError, match="is done"):
        take_up(store, past)
    with pytest.raises(RequestError, match="is done"):
        store.requeue(run_id)
    record = store.get_run(run_id)
    assert (record.summary.status, record.result["answer"], len(tool.keys)) == ("done", done.answer, 1)


async def test_what_was_done_between_a_look_at_a_run_and_its_being_taken_up_counts(make_environment, store) -> None:
    tool = make_lookup(asks_first=True)
    environment = make_environment(tool)
    await begin(environment)
    decide(store, "last", "approve")
    past = read_past(store, "last")

    def break_off_at_answer(event: Event) -> None:
        if event.kind == EventKind.RUN_FINISHED:
            raise BrokenOffError

    other = take_up(store, past)
    with pytest.raises(BaseException):  # noqa: B017, PT011 - alone, or within a group
        await Run(environment, other.request, origin=other, on_event=break_off_at_answer).finish()
    assert len(tool.keys) == 1
    store.finish(past.run_id, Status.FAILED, "{}")
    again = take_up(store, past)
    assert (await Run(environment, again.request, origin=again).finish()).status is Status.DONE
    assert len(tool.keys) == 1


async def test_a_run_that_was_approved_while_somebody_cancelled_it_is_told_to_end(
    make_environment, store, tmp_path
) -> None:
    class LateStore(RunStore):
        """In which somebody else has the run go on, after it was looked at and before anything is done."""

        def get_summary(self, run_id: str) -> RunSummary:
            summary = super().get_summary(run_id)
            if summary.status == WAITING:
                decide(store, run_id, "approve")
                store.claim(run_id, os.getpid())
            return summary

    run_id = (await begin(make_environment(make_lookup(asks_first=True)))).run_id
    with LateStore(open_workspace(tmp_path / ".moe")) as late:
        assert late.cancel(run_id).status == Status.RUNNING
    assert store.is_cancelled(run_id)


async def test_a_forked_run_asks_anew_and_a_replayed_one_does_not(make_environment, good, store) -> None:
    tool = make_lookup(asks_first=True)
    environment = make_environment(tool)
    await begin(environment)
    decide(store, "last", "approve")
    await resume(environment)
    run_id = store.get_run("last").summary.run_id
    _, forked = open_fork(store, run_id, "1/1/1")
    assert not [step for step in forked.steps if step.endswith((":decided", ":begun"))]
    _, origin = open_replay(store, run_id)
    replayed = await Run(replace(environment, store=None), ASK, origin=origin).finish()
    assert (replayed.status, len(tool.keys)) == (Status.DONE, 1)


async def test_where_nothing_is_kept_nobody_can_be_asked(make_environment) -> None:
    tool = make_lookup(asks_first=True)
    done = await begin(replace(make_environment(tool), store=None))
    assert (done.status, tool.keys) == (Status.DONE, [])
    (told,) = [note["text"] for note in done.observer.notes if "lookup asks a person before each call" in note["text"]]
    assert "set system.record to true, or let the agent work" in told


async def test_a_tool_that_only_computes_may_ask_too(make_environment, store) -> None:
    tool = make_lookup(asks_first=True)
    tool.effects = ()
    environment = make_environment(tool)
    assert (await begin(environment)).status is Status.WAITING
    decide(store, "last", "approve")
    assert ((await resume(environment)).status, len(tool.keys)) == (Status.DONE, 1)
