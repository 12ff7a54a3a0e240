"""A run that was broken off, as the record tells of it, so that it can be taken up again."""

import os
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from moe.contracts.request import RunRequest
from moe.contracts.runs import RunRecord
from moe.running.basis import STEP, list_differences
from moe.running.steps import BEGUN
from moe.storage.processes import find_current_folder
from moe.storage.runs import RunStore
from moe_core.contracts.chain import Chain
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.payloads import (
    ChainAssembled,
    DocumentsLoaded,
    RouteChosen,
    RunResumed,
    RunStarted,
    TaskFinished,
)
from moe_core.contracts.route import Route
from moe_core.contracts.task import Status
from moe_core.contracts.wire import decode_json, from_wire, to_wire

_SECONDS_MIN = 1.0  # with less nothing comes about

P = TypeVar("P", bound=EventPayload)


@dataclass(frozen=True, kw_only=True)
class PastRun:
    """What is known of a run that was broken off.

    Attributes:
        record: Its record.
        steps: What its steps came to, as JSON by step.
        request: What was asked.
        deadline_seconds: A time of its own for what is left, in place of what was left of its time.
        accepts_changes: Go on although documents, settings, agents or tools have changed.
    """

    record: RunRecord
    steps: Mapping[str, str]
    request: RunRequest
    deadline_seconds: float | None = None
    accepts_changes: bool = False

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.record.summary.run_id

    @property
    def last_sequence(self) -> int:
        """The number of its last event."""
        return self.record.events[-1].sequence

    @cached_property
    def route(self) -> Route | None:
        """Who works on it and why; None when it did not get so far."""
        told = self._find_last(RouteChosen)
        return None if told is None else from_wire(Route, to_wire(told))

    @cached_property
    def chain(self) -> Chain | None:
        """Its chain; None when it did not get so far."""
        told = self._find_last(ChainAssembled)
        return None if told is None else from_wire(Chain, to_wire(told))

    @cached_property
    def fingerprint(self) -> str:
        """Of the documents that it had read; "" when it had none, or did not get so far."""
        told = self._find_last(DocumentsLoaded)
        return "" if told is None else told.fingerprint

    def events_that_hold(self) -> Iterator[Event]:
        """All but failures of tasks, which are done again."""
        for event in self.record.events:
            if not (isinstance(event.data, TaskFinished) and event.data.status == Status.FAILED):
                yield event

    def count_seconds_left(self, allowed: float) -> float:
        """What is left of its time: hours in which nobody worked on it do not count.

        Args:
            allowed: What it may take in all.
        """
        if self.deadline_seconds is not None:
            return self.deadline_seconds
        left, since, before = allowed, self.record.events[0].at, self.record.events[0].at
        for event in self.record.events:
            if isinstance(event.data, RunResumed):
                left, since = event.data.seconds_left, event.at
            before = event.at
        return max(0.0, left - (before - since))

    def check_time(self, usual: float) -> None:
        """Refuse to go on without time to.

        Args:
            usual: What a run may take that does not say it.

        Raises:
            RequestError: Nothing is left.
        """
        allowed = self.request.deadline_seconds or usual
        if self.count_seconds_left(allowed) < _SECONDS_MIN:
            raise RequestError(
                f"nothing is left of the {allowed:g} s of run {self.run_id}",
                hint=f"moe runs resume {self.run_id} --deadline SECONDS gives it more",
            )

    def check_basis(self, now: Mapping[str, str]) -> None:
        """Refuse to go on with other settings, agents or tools.

        Args:
            now: What `describe_basis` says.

        Raises:
            RequestError: Something has changed; what, and how to go on all the same.
        """
        kept = self.steps.get(STEP)
        if kept is None or self.accepts_changes:
            return
        changed = list_differences(decode_json(dict[str, str], kept), now)
        if changed:
            raise self._refuse(", ".join(changed), is_one=len(changed) == 1)

    def check_documents(self, fingerprint: str) -> None:
        """Refuse to go on over other documents.

        Raises:
            RequestError: They have changed.
        """
        if self.fingerprint not in ("", fingerprint) and not self.accepts_changes:
            raise self._refuse("the documents", is_one=False)

    def _refuse(self, what: str, *, is_one: bool) -> RequestError:
        return RequestError(
            f"{what} {'has' if is_one else 'have'} changed since run {self.run_id} began",
            hint=f"moe runs resume {self.run_id} --accept-changes goes on all the same; moe run asks anew",
        )

    def _find_last(self, kind: type[P]) -> P | None:
        return next((event.data for event in reversed(self.record.events) if isinstance(event.data, kind)), None)


def read_past(
    store: RunStore,
    run_id: str,
    *,
    deadline_seconds: float | None = None,
    accepts_changes: bool = False,
    repeats_tools: bool = False,
) -> PastRun:
    """What is known of a run.

    Args:
        store: The record of runs.
        run_id: Its id, a beginning that no other run shares, or "last" for the newest.
        deadline_seconds: A time of its own for what is left.
        accepts_changes: Go on although documents, settings, agents or tools have changed.
        repeats_tools: Call tools again of which nobody knows whether they were done.

    Raises:
        NameUnknownError: No run has that id.
        RequestError: It goes on, or its record does not begin with what was asked.
        StorageError: The record cannot be read.
    """
    record = store.get_run(run_id)
    run_id = record.summary.run_id
    if record.summary.status == Status.RUNNING:
        raise RequestError(f"run {run_id} goes on in process {record.pid}", hint=f"moe runs cancel {run_id} ends it")
    first = record.events[0].data if record.events else None
    if not isinstance(first, RunStarted):
        raise RequestError(f"the record of run {run_id} does not tell what was asked", hint="ask again with moe run")
    _check_folder(run_id, first)
    try:
        request = RunRequest.model_validate(first.request)
    except ValueError as error:
        raise RequestError(
            f"run {run_id} was asked by another version of moe", hint="ask again with moe run"
        ) from error
    steps = store.read_steps(run_id)
    if repeats_tools:
        steps = {step: outcome for step, outcome in steps.items() if not step.endswith(BEGUN)}
    return PastRun(
        record=record,
        steps=steps,
        request=request,
        deadline_seconds=deadline_seconds,
        accepts_changes=accepts_changes,
    )


def _check_folder(run_id: str, started: RunStarted) -> None:
    """Paths of documents mean something in the folder only in which they were typed."""
    docs = started.request.get("docs") or ()
    if started.folder and started.folder != find_current_folder() and any(not os.path.isabs(path) for path in docs):
        raise RequestError(
            f"run {run_id} was begun in {started.folder}, where its documents are found",
            hint=f"cd {shlex.quote(started.folder)} and try again",
        )
