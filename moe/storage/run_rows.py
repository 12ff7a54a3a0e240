"""Rows of runs.db as values."""

import time
from typing import Any, TypeAlias

from moe.contracts.runs import INTERRUPTED, QUEUED, RunRating, RunRecord, RunSummary
from moe.contracts.workers import WaitingRun
from moe.storage.processes import is_alive
from moe_core.contracts.errors import StorageError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.event_catalog import read_payload
from moe_core.contracts.executor import Needs
from moe_core.contracts.task import Status
from moe_core.contracts.wire import decode_json

Row: TypeAlias = Any
"""A row of the table `runs` or `events`, columns as attributes."""

Owner: TypeAlias = tuple[int, str, str]
"""The process that a run goes on in: number, mark of its start, machine."""

_KINDS = frozenset(EventKind)


def summarise(row: Row) -> RunSummary:
    """The line about a run; one whose process has died is interrupted."""
    status, end = row.status, row.finished
    if status == QUEUED:
        end = time.time()
    elif status == Status.RUNNING:
        if is_going_on(row):
            end = time.time()
        else:
            status, end = INTERRUPTED, row.last_at or row.started
    return RunSummary(
        run_id=row.run_id,
        question=row.question,
        status=status,
        started=row.started,
        finished=row.finished,
        seconds=max(0.0, end - row.started),
        events=row.event_count,
        worker="" if row.has_lease is None else row.process_start,
        rating=None if row.verdict is None else RunRating(verdict=row.verdict, note=row.note, at=row.rated_at),
    )


def build_waiting(row: Row) -> WaitingRun:
    """A run that waits for a worker."""
    return WaitingRun(run_id=row.run_id, needs=read_needs(row.needs), events=row.event_count)


def read_needs(text: str) -> Needs:
    """Needs or offers as a row keeps them; "" where an older moe wrote it."""
    return decode_json(dict[str, tuple[str, ...]], text) if text else {}


def is_going_on(row: Row) -> bool:
    """Whether somebody works on a run: a worker whose lease holds, else a process that lives."""
    if row.status != Status.RUNNING:
        return False
    if row.has_lease is not None:
        return bool(row.has_lease)
    return is_alive(row.pid, start=row.process_start, host=row.host)


def build_record(row: Row, rows: list[Row]) -> RunRecord:
    """A run with its events.

    Raises:
        StorageError: They cannot be read.
    """
    events = tuple(build_event(row.correlation_id, event) for event in rows)
    try:
        result = None if row.result is None else decode_json(dict[str, Any], row.result)
    except ValueError as error:
        raise _explain(row.run_id, error) from error
    return RunRecord(
        summary=summarise(row), correlation_id=row.correlation_id, pid=row.pid, result=result, events=events
    )


def build_event(correlation_id: str, row: Row) -> Event:
    """One event of a run.

    Raises:
        StorageError: It cannot be read.
    """
    try:
        data = read_payload(row.kind, row.data)
    except ValueError as error:
        raise _explain(row.run_id, error) from error
    return Event(
        run_id=row.run_id,
        correlation_id=correlation_id,
        sequence=row.sequence,
        at=row.at,
        kind=EventKind(row.kind) if row.kind in _KINDS else row.kind,
        task_id=row.task_id,
        agent=row.agent,
        data=data,
    )


def _explain(run_id: str, error: ValueError) -> StorageError:
    return StorageError(f"the record of run {run_id} cannot be read: {error}", hint="a newer moe may have written it")
