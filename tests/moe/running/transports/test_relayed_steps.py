"""What travels of the steps of a task that is done elsewhere."""

import json

import pytest
from msgspec.structs import replace

from moe.contracts.waiting import WaitingCall
from moe.running.steps import RecordedSteps
from moe.running.transports.relayed_steps import (
    SENT_BYTES_MAX,
    STEP_BYTES_MAX,
    TASK_BYTES_MAX,
    RelayedSteps,
    TaskSteps,
)
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import TransportError
from moe_core.contracts.task import Task

TASK = Task(
    task_id="r/1/2",
    run_id="r",
    correlation_id="c",
    parent_id="r/1",
    agent="knowledge",
    role=Role.BELTER,
    capability="knowledge",
    instruction="Find it",
)


def test_steps_are_told_where_the_run_was_asked_but_for_those_that_count_here_only():
    told: dict[str, str] = {}
    steps = RelayedSteps(TASK, told.__setitem__, past={"1/2:decompose:1": '["known"]'})
    assert steps.find(steps.claim("r/1/2", "decompose"), list) == ["known"]
    steps.keep(steps.claim("r/1/2/1", "comment"), {"text": "told"})
    steps.keep("1/2/1:send_note:1:begun", True)  # nobody waits until that is on disk
    steps.keep("1/2/1:result:1", {"status": "done"})
    steps.keep("1/2:result:1", {"status": "done"})  # which is the answer itself
    steps.keep("1/2/2:comment:1", "x" * STEP_BYTES_MAX)
    assert {step: json.loads(outcome) for step, outcome in told.items()} == {
        "1/2/1:comment:1": {"text": "told"},
        "1/2/1:result:1": {"status": "done"},
    }
    assert not steps.can_wait


@pytest.mark.anyio
async def test_a_call_that_must_not_be_made_twice_waits_until_it_is_on_record_where_the_run_was_asked():
    steps = RelayedSteps(TASK, lambda *_: None, past={}, can_wait=True)
    assert not await steps.mark("1/2/1:send:1:begun")
    assert steps.to_begin == ["1/2/1:send:1:begun"]
    asked_anew = RelayedSteps(TASK, lambda *_: None, past={}, begins=["1/2/1:send:1:begun"], can_wait=True)
    assert await asked_anew.mark("1/2/1:send:1:begun")
    assert not await asked_anew.mark("1/2/2:send:1:begun")
    unrecorded = RelayedSteps(TASK, lambda *_: None, past={})
    assert await unrecorded.mark("1/2/1:send:1:begun"), "nobody goes on with that run"


def test_what_is_about_to_be_made_is_kept_and_sent_first_but_for_what_that_very_sending_may_begin():
    known = TaskSteps(TASK, {"1/2/1:comment:1": "x" * SENT_BYTES_MAX, "1/2/2:send:1:0:decided": "{}"})
    assert known.round == 1
    assert known.begin(["1/2/1:send:1:begun", "1/2/2:send:1:begun"]) == ["1/2/1:send:1:begun", "1/2/2:send:1:begun"]
    assert known.round == 3
    marks = dict.fromkeys(("1/2/1:send:1:begun", "1/2/2:send:1:begun"), "true")
    assert known.choose_sent() == {"1/2/2:send:1:0:decided": "{}", **marks}
    assert known.choose_sent(but=["1/2/1:send:1:begun"]) == {
        "1/2/2:send:1:0:decided": "{}",
        "1/2/2:send:1:begun": "true",
    }


@pytest.mark.parametrize(
    "step", ["1/3:send:1:begun", "1/2/1:send:1:0:decided", "1/2/1:comment:1", "1/2/4:send:1:begun"]
)
def test_nothing_else_can_be_marked_by_whoever_does_a_task(step: str):
    known = TaskSteps(TASK, {"1/2/4:send:1:begun": "true"})
    with pytest.raises(TransportError, match="wants to begin"):
        known.begin(["1/2/1:send:1:begun", step])
    assert known.round == 1


def test_who_asks_again_and_again_to_begin_something_is_left():
    known = TaskSteps(TASK, {})
    for number in range(1_000):
        known.begin([f"1/2/1:send:{number}:begun"])
    with pytest.raises(TransportError, match=r"asks for the 1,001th time to begin 1/2/1:send:1000:begun"):
        known.begin(["1/2/1:send:1000:begun"])


@pytest.mark.parametrize(
    ("call", "task"), [("1/3:tool send:1", "1/3"), ("1/2/1:tool send:1", "1/3"), ("1/3:tool send:1", "1/2/1")]
)
def test_a_person_is_asked_about_calls_of_the_task_alone(call: str, task: str):
    fine = WaitingCall(
        call="1/2/1:tool send:1",
        task="1/2/1",
        agent="a",
        tool="send",
        params={},
        effects=("net",),
        reason="first",
        begun=0,
        since=0.0,
    )
    known = TaskSteps(TASK, {})
    known.check_waiting([fine])
    with pytest.raises(TransportError, match="waits for "):
        known.check_waiting([fine, replace(fine, call=call, task=task)])


def test_a_task_takes_along_what_was_done_of_it_and_of_what_has_ended_the_result_alone():
    record = RecordedSteps("r", None, past=dict.fromkeys(("1/2:decompose:1", "1/2/1:comment:1", "1/20:merge:1"), "1"))
    known = TaskSteps(TASK, record.list_below("r/1/2"))
    assert known.choose_sent() == {"1/2:decompose:1": "1", "1/2/1:comment:1": "1"}
    assert known.add("1/2/1:result:1", "2")
    assert known.add("1/2/1/4:result:1", "3")
    assert known.add("1/2/2:comment:1", "4")
    assert known.choose_sent() == {"1/2:decompose:1": "1", "1/2/1:result:1": "2", "1/2/2:comment:1": "4"}
    assert not known.add("1/2/2:comment:1", "another"), "a step has one outcome"
    assert not known.add("1/3:merge:1", "5"), "of another task"


@pytest.mark.parametrize("step", ["1/2:result:1", "1/2/1:tool send:1:0:decided", "1/2/1:tool send:1:begun"])
def test_what_is_not_for_whoever_does_a_task_to_tell_is_not_taken_in(step):
    known = TaskSteps(TASK, {})
    assert not known.add(step, '{"decision":"approve"}')
    assert known.choose_sent() == {}


def test_what_does_not_fit_into_a_message_is_left_out():
    known = TaskSteps(TASK, {"1/2/1:comment:1": "x" * (SENT_BYTES_MAX - 1)})
    known.add("1/2/2:comment:1", "xx")
    known.add("1/2/3:comment:1", "x")
    assert list(known.choose_sent()) == ["1/2/1:comment:1", "1/2/3:comment:1"]


def test_a_step_that_is_larger_than_any_may_be_ends_the_task():
    known = TaskSteps(TASK, {})
    assert known.add("1/2/1:comment:1", "x" * STEP_BYTES_MAX)
    with pytest.raises(TransportError, match=r"has sent a step of 131 kB, of 131 kB that are taken in") as caught:
        known.add("1/2/2:comment:1", "x" * (STEP_BYTES_MAX + 1))
    assert (caught.value.reason, caught.value.retryable) == ("too_large", False)
    with pytest.raises(TransportError, match=r"has sent a step of 2\.0 kB"):
        known.add("1/2/" + 2000 * "2", "x")


def test_steps_that_are_too_much_together_end_the_task_those_that_are_not_kept_among_them():
    known, step = TaskSteps(TASK, {}), "x" * STEP_BYTES_MAX
    for number in range(TASK_BYTES_MAX // STEP_BYTES_MAX - 1):
        known.add(f"1/3:comment:{number}", step)  # of another task
    assert known.choose_sent() == {}
    with pytest.raises(TransportError, match=r"has sent steps of 34 MB in all, of 34 MB that are taken in"):
        known.add("1/3:comment:last", step)
