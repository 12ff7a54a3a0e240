"""What a person decides on calls of tools for which a run waits."""

import time
from collections.abc import Sequence

from moe.contracts.result import RunResult
from moe.contracts.runs import QUEUED, RESUMABLE, WAITING, RunRecord
from moe.contracts.waiting import CallDecision, DecidedRun, Decision, WaitingCall
from moe.running.origin import find_last
from moe.running.tools.call_gate import name_decision
from moe.storage.runs import RunStore
from moe_core.contracts.errors import DecisionNeededError, NameUnknownError, RequestError
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.payloads import RunWaiting
from moe_core.contracts.task import Status
from moe_core.contracts.tool_payloads import ToolApproved, ToolSkipped
from moe_core.contracts.wire import from_wire
from moe_core.text.amounts import count

_TOLD_MAX = 3  # calls in a message


def decide(
    store: RunStore, run_id: str, decision: Decision, *, task: str = "", note: str = "", by: str = ""
) -> DecidedRun:
    """Keep a decision on the calls that a run waits for; it goes on when none is left.

    A run that waits for nothing any more, as when whoever decided died before it went on, is told as it is.

    Args:
        store: The record of runs.
        run_id: Its id, a beginning that no other run shares, or "last" for the newest.
        decision: Whether they are made.
        task: Only those of that task, as "1/2", and of the tasks below it; "" for all.
        note: Why, in the words of whoever decides.
        by: Who that is.

    Raises:
        NameUnknownError: No run has that id, or no call of that task waits.
        RequestError: It waits for nobody, or somebody was quicker.
        StorageError: It cannot be kept.
    """
    record = store.get_run(run_id)
    run_id = record.summary.run_id
    if record.summary.status != WAITING:
        raise _tell_nothing_waits(record)
    waiting = list_waiting(record)
    chosen = _choose(run_id, waiting, task)
    left = tuple(call for call in waiting if call not in chosen)
    told = CallDecision(decision=decision, by=by, note=" ".join(note.split()), at=time.time())
    worker = find_last(record.events, RunWaiting)
    decided = DecidedRun(
        run_id=run_id,
        decision=decision,
        decided=chosen,
        left=left,
        worker="" if worker is None else worker.worker,
    )
    is_kept = not chosen or store.decide(
        run_id,
        waiting=waiting,
        left=left,
        steps={name_decision(call.call, call.begun): told for call in chosen},
        events=[_tell(record, call, told) for call in chosen],
    )
    if not is_kept:
        raise RequestError(f"somebody was quicker to decide on run {run_id}", hint=f"moe runs show {run_id}")
    return decided


def list_waiting(record: RunRecord) -> tuple[WaitingCall, ...]:
    """The calls that a person is to decide on; () of a run that waits for nobody.

    Raises:
        RequestError: Another version of moe wrote them otherwise.
    """
    if record.summary.status != WAITING or record.result is None:
        return ()
    try:
        return from_wire(RunResult, record.result).waiting
    except ValueError as error:
        told = f"what run {record.summary.run_id} waits for was recorded by another version of moe"
        raise RequestError(told, hint=f"moe runs cancel {record.summary.run_id} ends it") from error


def require_decided(record: RunRecord, *, repeats_tools: bool = False) -> None:
    """Refuse to go on with a run that would only wait again.

    Args:
        record: The run's.
        repeats_tools: Calls are made again of which nobody knows whether they were done.

    Raises:
        DecisionNeededError: A person is to decide first.
    """
    left = [call for call in list_waiting(record) if not (repeats_tools and call.reason == "unknown")]
    if left:
        run_id = record.summary.run_id
        raise DecisionNeededError(
            f"run {run_id} waits for a person to decide on {count(len(left), 'call')}: {left[0].describe()}",
            hint=f"moe runs approve {run_id}, or moe runs skip {run_id}",
        )


def _tell_nothing_waits(record: RunRecord) -> RequestError:
    """Why nothing can be decided on, and how the run goes on or is followed."""
    run_id, status = record.summary.run_id, record.summary.status
    hint = f"moe runs show {run_id}"
    if status in RESUMABLE:
        hint = f"moe runs resume {run_id} goes on with it; should a call wait then, decide on that"
    elif status in (Status.RUNNING, QUEUED):
        hint = f"moe runs watch {run_id} follows it"
    return RequestError(f"run {run_id} is {status}: nothing in it waits for a person", hint=hint)


def _choose(run_id: str, waiting: Sequence[WaitingCall], task: str) -> tuple[WaitingCall, ...]:
    wanted = task.strip("/").removeprefix(f"{run_id}/")
    chosen = tuple(call for call in waiting if not wanted or f"{call.task}/".startswith(f"{wanted}/"))
    if chosen or not wanted:
        return chosen
    told = "; ".join(call.describe() for call in waiting[:_TOLD_MAX])
    raise NameUnknownError("waiting task", wanted, hint=f"there waits {told}" if told else f"nothing waits in {run_id}")


def _tell(record: RunRecord, call: WaitingCall, told: CallDecision) -> Event:
    """That a call was decided on; its number is given when it is kept."""
    kind: type[ToolApproved | ToolSkipped] = ToolApproved if told.decision == "approve" else ToolSkipped
    payload: EventPayload = kind(tool=call.tool, call=call.call, by=told.by, note=told.note)
    return Event(
        run_id=record.summary.run_id,
        correlation_id=record.correlation_id,
        sequence=0,
        at=told.at,
        kind=payload.kind,
        task_id=f"{record.summary.run_id}/{call.task}",
        agent=call.agent,
        data=payload,
    )
