"""A run that was broken off, as the record tells of it, so that it can be taken up again."""

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from moe.asking.spending.past import read_spending
from moe.contracts.request import RunRequest
from moe.contracts.runs import RunRecord
from moe.running.basis import STEP, list_differences
from moe.running.decisions import require_decided
from moe.running.origin import RunOrigin, find_asked_as, find_chain, find_fingerprint, find_route
from moe.running.tools.call_gate import approve_begun
from moe.storage.processes import find_current_folder
from moe.storage.runs import RunStore
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.payloads import RunResumed, RunStarted, RunWaiting, TaskFinished
from moe_core.contracts.task import Status
from moe_core.contracts.tool_payloads import ToolApproved, ToolSkipped
from moe_core.contracts.wire import decode_json

_SECONDS_MIN = 1.0  # with less nothing comes about


@dataclass(frozen=True, kw_only=True)
class PastRun(RunOrigin):
    """What is known of a run that was broken off.

    Attributes:
        record: Its record.
        request: What was asked.
        deadline_seconds: A time of its own for what is left, in place of what was left of its time.
        accepts_changes: Go on although documents, settings, agents or tools have changed.
        repeats_tools: Call tools again of which nobody knows whether they were done.
        deaths: How many workers in a row died while they did it.
    """

    record: RunRecord
    request: RunRequest
    deadline_seconds: float | None = None
    accepts_changes: bool = False
    repeats_tools: bool = False
    deaths: int = 0

    def count_seconds_left(self, allowed: float) -> float:
        """What is left of its time: hours in which nobody worked on it, or it waited for a person, do not count."""
        if self.deadline_seconds is not None:
            return self.deadline_seconds
        left, since, before = allowed, self.events[0].at, self.events[0].at
        for event in self.events:
            if isinstance(event.data, RunResumed | RunWaiting):
                left, since = event.data.seconds_left, event.at
            if isinstance(event.data, ToolApproved | ToolSkipped):
                since += event.at - before  # a person has decided while time stood still
            before = event.at
        return max(0.0, left - (before - since))

    def announce(self, request: RunRequest, *, seconds_left: float) -> EventPayload:
        """That it is taken up again."""
        return RunResumed(steps=len(self.steps), seconds_left=seconds_left, deaths=self.deaths)

    def events_that_hold(self) -> Iterator[Event]:
        """All but failures of tasks, which are done again."""
        for event in self.events:
            if not (isinstance(event.data, TaskFinished) and event.data.status == Status.FAILED):
                yield event

    def check_time(self, usual: float) -> None:
        """Refuse to go on without time to.

        Args:
            usual: What a run may take that does not say it.

        Raises:
            RequestError: Nothing is left.
        """
        allowed = self.request.count_seconds(usual)
        if self.count_seconds_left(allowed) < _SECONDS_MIN:
            raise RequestError(
                f"nothing is left of the {allowed:g} s of run {self.run_id}",
                hint=f"moe runs resume {self.run_id} --deadline SECONDS gives it more",
            )

    def check_basis(self, now: Mapping[str, str]) -> None:
        """Refuse to go on with other settings, agents or tools."""
        kept = self.steps.get(STEP)
        if kept is None or self.accepts_changes:
            return
        changed = list_differences(decode_json(dict[str, str], kept), now)
        if changed:
            raise self._refuse(", ".join(changed))

    def check_documents(self, fingerprint: str) -> None:
        """Refuse to go on over other documents."""
        if find_fingerprint(self.events) not in ("", fingerprint) and not self.accepts_changes:
            raise self._refuse("the documents")

    def _refuse(self, what: str) -> RequestError:
        return RequestError(
            f"run {self.run_id} began with other things than there are now: {what} changed",
            hint=f"moe runs resume {self.run_id} --accept-changes goes on all the same; moe run asks anew",
        )


def read_past(
    store: RunStore,
    run_id: str,
    *,
    deadline_seconds: float | None = None,
    accepts_changes: bool = False,
    repeats_tools: bool = False,
    is_claimed: bool = False,
) -> PastRun:
    """What is known of a run.

    Args:
        store: The record of runs.
        run_id: Its id, a beginning that no other run shares, or "last" for the newest.
        deadline_seconds: A time of its own for what is left.
        accepts_changes: Go on although documents, settings, agents or tools have changed.
        repeats_tools: Call tools again of which nobody knows whether they were done.
        is_claimed: It goes on in this process, which has claimed it.

    Raises:
        NameUnknownError: No run has that id.
        RequestError: It goes on elsewhere, waits for a person, or its record does not begin with what was asked.
        StorageError: The record cannot be read.
    """
    record = store.get_run(run_id)
    run_id = record.summary.run_id
    if record.summary.status == Status.RUNNING and not is_claimed:
        raise RequestError(f"run {run_id} goes on in process {record.pid}", hint=f"moe runs cancel {run_id} ends it")
    steps = store.read_steps(run_id)
    if repeats_tools:
        steps = dict(approve_begun(steps)) | steps
    require_decided(record, repeats_tools=repeats_tools)
    return PastRun(
        run_id=run_id,
        correlation_id=record.correlation_id,
        steps=steps,
        events=record.events,
        spent=read_spending(record.events),
        route=find_route(record.events),
        chain=find_chain(record.events),
        asked_as=find_asked_as(record.events),
        record=record,
        request=read_request(record),
        deadline_seconds=deadline_seconds,
        accepts_changes=accepts_changes,
        repeats_tools=repeats_tools,
    )


def take_up(store: RunStore, past: PastRun) -> PastRun:
    """Make a run this process's; what is known of it then, as another may have gone on with it meanwhile.

    Args:
        store: The record of runs.
        past: What was known before.

    Raises:
        RequestError: It goes on elsewhere, or is done.
        StorageError: The record cannot be read or written.
    """
    store.claim(past.run_id, os.getpid())
    return read_past(
        store,
        past.run_id,
        deadline_seconds=past.deadline_seconds,
        accepts_changes=past.accepts_changes,
        repeats_tools=past.repeats_tools,
        is_claimed=True,
    )


def read_request(record: RunRecord) -> RunRequest:
    """What a recorded run was asked.

    Raises:
        RequestError: The record does not tell, or tells of paths that mean something in another folder only.
    """
    run_id = record.summary.run_id
    first = record.events[0].data if record.events else None
    if not isinstance(first, RunStarted):
        raise RequestError(f"the record of run {run_id} does not tell what was asked", hint="ask again with moe run")
    docs = first.request.get("docs") or ()
    if first.folder and first.folder != find_current_folder() and any(not os.path.isabs(path) for path in docs):
        raise RequestError(
            f"run {run_id} was begun in {first.folder}, where its documents are found",
            hint=f"cd {shlex.quote(first.folder)} and try again",
        )
    try:
        return RunRequest.model_validate(first.request)
    except ValueError as error:
        reason = f"run {run_id} was asked by another version of moe"
        raise RequestError(reason, hint="ask again with moe run") from error
