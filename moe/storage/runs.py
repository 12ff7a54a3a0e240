"""The record of runs: written as they happen, readable whatever became of them."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from pkgutil import resolve_name
from types import TracebackType
from typing import Any

from moe.contracts.runs import INTERRUPTED, QUEUED, WAITING, RunCounts, RunRating, RunRecord, RunStart, RunSummary
from moe.contracts.waiting import CallDecision, WaitingCall
from moe.contracts.workers import WaitingRun
from moe.storage.changes import RecordChanges
from moe.storage.conversations import ConversationStore
from moe.storage.leases import WorkerLeases
from moe.storage.processes import read_host, read_process_start
from moe.storage.recorder import Recorder
from moe.storage.run_file import RunFile, find_row
from moe.storage.run_memory import RunMemory
from moe.storage.run_rows import Owner, Row, build_event, build_record, build_waiting, is_going_on, summarise
from moe.storage.sql import make_whole
from moe.storage.statements import (
    BEGIN_CONVERSATION,
    CANCEL_RUN,
    END_RUN,
    END_WAITING,
    FENCED_EVENT,
    FENCED_FINISH,
    FENCED_STEP,
    FINISH_RUN,
    INSERT_EVENT,
    INSERT_RUN,
    INSERT_SNAPSHOT,
    INSERT_STEP,
    INSERT_TURN,
    INSERT_VALUE,
    QUEUE_EVENT,
    QUEUE_RUN,
    RATE_RUN,
    SELECT_VALUE,
    SELECT_WAITING,
)
from moe.storage.upkeep import RecordUpkeep
from moe.storage.workspace import Workspace
from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.executor import Needs
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, decode_json, encode_json, from_wire

_NO_SQLITE = ("SQLite", "install a Python that has it")
_PAGE = 1000  # runs that are read at once
_LOWEST = "!"  # sorts before all ids of runs
_NOT_JSON = (TypeError, ValueError, OverflowError, RecursionError)


class RunStore:
    """The runs of a workspace, to write and to read. Use it as a context manager, or close it.

    Writing never waits and never raises: a thread does it within about 20 ms, and the first failure is kept until
    `finish` returns it or `close` raises it. Several stores and processes may write at once.

    Attributes:
        changes: Tells who follows runs that something was recorded of them, by whichever process.
        memory: What was made of the events of runs that are over.
    """

    def __init__(self, workspace: Workspace, *, database: str = "") -> None:
        """Make a store; nothing is opened yet.

        Args:
            workspace: Where the file lies.
            database: Address of a PostgreSQL database in its place.
        """
        self._workspace = workspace
        self._database = database
        self._recorder = Recorder(self._open_to_write)
        self._server: Any = None  # a `PostgresEngine`, once there is one
        self._marks: dict[str, str] = {}
        self.memory = RunMemory()
        self.changes = RecordChanges(lambda: self._open_engine().watch())

    def __repr__(self) -> str:
        return f"<RunStore {'on a server' if self._database else self._workspace.runs_path}>"

    def __enter__(self) -> "RunStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
        if error is None:
            self._raise_failure()

    @property
    def conversations(self) -> ConversationStore:
        """The runs that follow one another."""
        return ConversationStore(self._open_to_read)

    def start(self, record: RunStart) -> None:
        """Record that a run begins. Never raises."""
        values = (
            record.run_id,
            record.correlation_id,
            make_whole(record.question),
            Status.RUNNING.value,
            record.started,
            record.pid,
            read_process_start(record.pid),
            read_host(),
        )
        self._recorder.submit((INSERT_RUN, values))
        self._keep_turn(record)

    def queue(self, record: RunStart, event: Event, needs: Needs | None = None) -> None:
        """Record a run that waits for a worker, with its first event, unless there is one of its id.

        Args:
            record: What is known of it.
            event: Its first.
            needs: What it needs of its worker.

        Raises:
            StorageError: It cannot be recorded.
        """
        question = make_whole(record.question)
        about = (record.run_id, record.correlation_id, question, QUEUED, record.started, record.pid, "", "")
        self._recorder.submit((QUEUE_RUN, (*about, encode_json(needs or {}).decode())))
        self._keep_turn(record)
        self._recorder.submit((QUEUE_EVENT, self._describe_event(event)))
        self.flush()
        self._raise_failure()

    def _keep_turn(self, record: RunStart) -> None:
        if record.conversation_id:
            conversation_id = make_whole(record.conversation_id)
            self._recorder.submit((BEGIN_CONVERSATION, (conversation_id,)))
            self._recorder.submit((INSERT_TURN, (record.run_id, conversation_id)))

    def append(self, event: Event) -> None:
        """Record an event. Never raises and never waits.

        Data that is no JSON is replaced by {"unrecorded": reason}, and the failure kept.
        """
        values = self._describe_event(event)
        mark = self._marks.get(event.run_id)
        self._recorder.submit((INSERT_EVENT, values) if mark is None else (FENCED_EVENT, (*values, event.run_id, mark)))

    def _describe_event(self, event: Event) -> tuple[str | float | None, ...]:
        try:
            data = encode_json(event.data).decode()
        except _NOT_JSON as error:
            reason = f"event {event.sequence} ({event.kind}) of run {event.run_id} holds no JSON: {error}"
            self._recorder.keep_failure(StorageError(reason, hint="put only JSON-like values into an event"))
            data = encode_json({"unrecorded": ascii(str(error))}).decode()
        return (event.run_id, event.sequence, event.at, str(event.kind), event.task_id, event.agent, data)

    def keep_step(self, run_id: str, step: str, outcome: str) -> None:
        """Keep what a step came to, JSON, on disk before anything that is recorded later. Never raises, never waits.

        A step has one outcome: another one for the same step is left out.
        """
        values, mark = (run_id, step, outcome), self._marks.get(run_id)
        self._recorder.submit((INSERT_STEP, values) if mark is None else (FENCED_STEP, (*values, run_id, mark)))

    def read_steps(self, run_id: str) -> dict[str, str]:
        """What a run's steps came to, by step, as JSON.

        Raises:
            StorageError: The record cannot be read.
        """
        file = self._open_to_read()
        return {} if file is None else {row.step: row.outcome for row in file.select_steps(run_id)}

    @property
    def upkeep(self) -> RecordUpkeep:
        """The database itself: its version and how it stands with it."""
        return RecordUpkeep(self._open_engine)

    @property
    def leases(self) -> WorkerLeases:
        """Who works on the runs."""
        return WorkerLeases(self._open_to_write)

    def claim(self, run_id: str, pid: int, *, worker_id: str = "") -> None:
        """Make a run that goes on nowhere this process's.

        Args:
            run_id: Its whole id.
            pid: This process.
            worker_id: The worker's whose it is from now on. What this store records of it counts only as long as that
                is so.

        Raises:
            RequestError: It goes on, is done, or another was quicker.
            StorageError: The record cannot be written.
        """
        now = (pid, worker_id or read_process_start(pid), read_host())
        file = self._open_to_find(run_id)
        try:
            row = find_row(file, run_id)
            _require_open(row)
            if not file.claim_run(run_id, status=row.status, before=_read_owner(row), now=now):
                _require_open(find_row(file, run_id))
                raise RequestError(f"somebody was quicker to go on with run {run_id}", hint=f"moe runs show {run_id}")
        finally:
            file.close()
        if worker_id:
            self._marks[run_id] = worker_id

    def release(self, run_id: str) -> None:
        """Let a worker's run wait for another worker; what is recorded of it here from now on does not count.

        Raises:
            StorageError: The record cannot be written.
        """
        self.flush()
        file = self._open_to_find(run_id)
        try:
            file.release_run(run_id, self._marks.get(run_id, ""))
        finally:
            file.close()

    def requeue(self, run_id: str) -> None:
        """Let a run that was broken off, cancelled or failed wait for a worker.

        Args:
            run_id: Its whole id.

        Raises:
            RequestError: It goes on, is done, or somebody was quicker.
            StorageError: The record cannot be written.
        """
        file = self._open_to_find(run_id)
        try:
            row = find_row(file, run_id)
            _require_open(row)
            if not file.requeue_run(run_id, status=row.status, before=_read_owner(row)):
                _require_open(find_row(file, run_id))
                raise RequestError(f"somebody was quicker to go on with run {run_id}", hint=f"moe runs show {run_id}")
        finally:
            file.close()

    def cancel(self, run_id: str) -> RunSummary:
        """Ask that a run end, whichever process it goes on in; one that goes on nowhere has ended then.

        Args:
            run_id: As for `get_run`.

        Raises:
            NameUnknownError: As `get_run`.
            RequestError: It is over.
            StorageError: The record cannot be written.
        """
        summary = self.get_summary(run_id)
        while summary.status == WAITING and not self._end_waiting(summary.run_id):
            summary = self.get_summary(summary.run_id)  # somebody had it go on meanwhile
        now = time.time()
        if summary.status == WAITING:
            return self.get_summary(summary.run_id)
        if summary.status in (INTERRUPTED, QUEUED):
            before = QUEUED if summary.status == QUEUED else Status.RUNNING.value
            values = (Status.CANCELLED.value, now, summary.run_id, before)
            self._recorder.submit((END_RUN, values))
        elif summary.status == Status.RUNNING:
            self._recorder.submit((CANCEL_RUN, (summary.run_id, now)))
        else:
            raise RequestError(f"run {summary.run_id} is over: it is {summary.status}")
        self.flush()
        self._raise_failure()
        return self.get_summary(summary.run_id)

    def _end_waiting(self, run_id: str) -> bool:
        """End a run that waits for a person; false when it does not any more."""
        file = self._open_to_find(run_id)
        try:
            result = {**_read_result(find_row(file, run_id)), "status": Status.CANCELLED, "waiting": ()}
            return file.change(END_WAITING, (encode_json(result).decode(), time.time(), run_id)) == 1
        finally:
            file.close()

    def find_worker(self, run_id: str) -> str:
        """The worker of this store that a run is claimed for; "" for none."""
        return self._marks.get(run_id, "")

    def decide(
        self,
        run_id: str,
        *,
        waiting: Sequence[WaitingCall],
        left: Sequence[WaitingCall],
        steps: Mapping[str, CallDecision],
        events: Sequence[Event],
    ) -> bool:
        """Keep what a person decided on calls for which a run waits: all of it, or nothing.

        Args:
            run_id: Its whole id.
            waiting: The calls that waited when that was decided.
            left: Those that still do.
            steps: What was decided, by step.
            events: That it was; they are numbered on from the last that is recorded.

        Returns:
            Whether it was kept: not when somebody was quicker.

        Raises:
            StorageError: The record cannot be written.
        """
        file = self._open_to_find(run_id)
        try:
            row = find_row(file, run_id)
            result = _read_result(row)
            if row.status != WAITING or from_wire(tuple[WaitingCall, ...], result["waiting"]) != tuple(waiting):
                return False
            return file.decide_run(
                run_id,
                before=row.result,
                after=encode_json({**result, "waiting": left}).decode(),
                steps={step: encode_json(outcome).decode() for step, outcome in steps.items()},
                events=[self._describe_event(event) for event in events],
            )
        finally:
            file.close()

    def is_cancelled(self, run_id: str) -> bool:
        """Whether somebody has asked that a run end; as far as it is on disk, so that a look costs no writing.

        Raises:
            StorageError: The record cannot be read.
        """
        return self._exists() and self._open().is_cancelled(run_id)

    def delete(self, run_ids: Sequence[str]) -> None:
        """Delete runs, with all that is kept of them.

        Raises:
            StorageError: The record cannot be written.
        """
        file = self._open_to_read()
        if file is not None:
            file.delete_runs(run_ids)
            file.close()

    def keep_snapshot(self, digest: str, data: str) -> None:
        """Keep a snapshot, JSON, once for all runs that have the same. Never raises and never waits."""
        self._recorder.submit((INSERT_SNAPSHOT, (digest, data)))

    def find_snapshot(self, digest: str) -> str | None:
        """A snapshot's JSON; None when there is none.

        Raises:
            StorageError: The record cannot be read.
        """
        file = self._open_to_read()
        return None if file is None else file.find_snapshot(digest)

    def keep_value(self, run_id: str, digest: str, data: str) -> None:
        """Keep a large value of a run, JSON, as long as the run. Never raises and never waits."""
        self._recorder.submit((INSERT_VALUE, (run_id, digest, data)))

    def find_value(self, run_id: str, digest: str) -> str | None:
        """A value that a run kept, as JSON; None when it kept none of that digest.

        Raises:
            StorageError: The record cannot be read.
        """
        file = self._open_to_read()
        rows = [] if file is None else file.read(SELECT_VALUE, (run_id, digest))
        return rows[0].data if rows else None

    def finish(self, run_id: str, status: str, result_json: str) -> StorageError | None:
        """Record how a run ended, and wait until all of it is on disk. Never raises.

        Args:
            status: A `Status`.
            result_json: The result, a JSON object.

        Returns:
            The first failure to record anything, or None. It counts as told: `close` will not raise it.
        """
        self._submit_end(run_id, status, result_json)
        self.flush()
        return self._recorder.take_failure()

    async def settle_end(self, run_id: str, status: str, result_json: str) -> StorageError | None:
        """Do as `finish` does, and let the event loop go on while it waits."""
        self._submit_end(run_id, status, result_json)
        await resolve_name("moe.storage.settling:settle")(self._recorder)
        return self._recorder.take_failure()

    def _submit_end(self, run_id: str, status: str, result_json: str) -> None:
        values, mark = (str(status), time.time(), result_json, run_id), self._marks.pop(run_id, None)
        self._recorder.submit((FINISH_RUN, values) if mark is None else (FENCED_FINISH, (*values, mark)))

    def rate(self, run_id: str, rating: RunRating) -> RunSummary:
        """Keep what the user thinks of a run, in place of what was kept of it before; the run with it.

        Args:
            run_id: As for `get_run`.

        Raises:
            NameUnknownError: As `get_run`.
            RequestError: It is not over.
            StorageError: It cannot be kept.
        """
        summary = self.get_summary(run_id)
        if summary.status in (Status.RUNNING, WAITING):
            raise RequestError(f"run {summary.run_id} is not over yet", hint="rate it when it has ended")
        values = (summary.run_id, rating.verdict, make_whole(rating.note), rating.at)
        self._recorder.submit((RATE_RUN, values))
        self.flush()
        self._raise_failure()
        return self.get_summary(summary.run_id)

    def flush(self) -> None:
        """Wait until everything so far is on disk, or has failed."""
        self._recorder.flush()

    def close(self) -> None:
        """Write what is left and stop.

        Raises:
            StorageError: Something could not be recorded, and `finish` has not told.
        """
        self._end()
        self._raise_failure()

    def list_runs(self, limit: int = 20, *, before: str = "", started: float = 0.0) -> list[RunSummary]:
        """The newest runs, newest first; none when nothing was ever recorded.

        Args:
            limit: So many at most.
            before: Only runs that began before the one of that whole id; "" for all.
            started: When that one began, Unix time in seconds, for when it is deleted meanwhile.

        Raises:
            StorageError: The record cannot be read.
        """
        file = self._open_to_read()
        if file is None:
            return []
        try:
            return [summarise(row) for row in file.select_runs(limit, before=before, started=started)]
        finally:
            file.close()

    def list_since(self, since: float, *, until: float | None = None) -> list[RunSummary]:
        """The runs that began then or later, newest first; before `until`, where that is given.

        Raises:
            StorageError: The record cannot be read.
        """
        found: list[RunSummary] = []
        before, started = ("", 0.0) if until is None else (_LOWEST, until)
        while True:
            page = self.list_runs(_PAGE, before=before, started=started)
            found += [run for run in page if run.started >= since]
            if len(page) < _PAGE or page[-1].started < since:
                return found
            before, started = page[-1].run_id, page[-1].started

    def get_run(self, run_id: str, *, after: int = 0, most: int | None = None) -> RunRecord:
        """One run with its events.

        Args:
            run_id: Its id, a beginning that no other run shares, or "last" for the newest.
            after: Only events with a greater number.
            most: So many of them, from the first on; None for all.

        Raises:
            NameUnknownError: None has it, or several begin with it; near ones are named.
            StorageError: The record cannot be read.
        """
        file = self._open_to_find(run_id)
        try:
            row = find_row(file, run_id)
            rows = file.select_events(row.run_id, after=after, most=most)
        finally:
            file.close()
        return build_record(row, rows)

    def get_summary(self, run_id: str) -> RunSummary:
        """One run without its events; arguments and errors are those of `get_run`."""
        file = self._open_to_find(run_id)
        try:
            return summarise(find_row(file, run_id))
        finally:
            file.close()

    def list_waiting(self) -> list[WaitingRun]:
        """The runs that wait for a worker, oldest first.

        Raises:
            StorageError: The record cannot be read.
        """
        file = self._open_to_read()
        return [] if file is None else list(map(build_waiting, file.read(SELECT_WAITING, (QUEUED,))))

    def stream_events(self, kinds: Collection[EventKind], *, run_id: str = "", since: float = 0.0) -> Iterator[Event]:
        """The events of some kinds, run by run, each read when it is asked for.

        Args:
            kinds: Which.
            run_id: Of that run only, its whole id; "" for all.
            since: Of runs that began then or later, Unix time in seconds.

        Raises:
            StorageError: The record cannot be read.
        """
        file = self._open_to_read()
        if file is None:
            return
        for row in file.stream_events([kind.value for kind in kinds], run_id=run_id, since=since):
            yield build_event(row.correlation_id, row)

    def count_runs(self, *, run_id: str = "", since: float = 0.0) -> RunCounts:
        """How many runs there are, and how many were rated how; arguments and errors as for `stream_events`."""
        file = self._open_to_read()
        if file is None:
            return RunCounts()
        row = file.count_runs(run_id=run_id, since=since)
        return RunCounts(total=row.total, good=row.good, bad=row.bad)

    def _end(self) -> None:
        self._recorder.close()
        if self._server is not None:
            self._server.close()

    def _open_to_write(self) -> RunFile:
        if not self._database:
            self._workspace.create()
        return self._open()

    def _open_to_read(self) -> RunFile | None:
        self.flush()
        return self._open() if self._exists() else None

    def _exists(self) -> bool:
        return bool(self._database) or self._workspace.runs_path.exists()

    def _open_to_find(self, run_id: str) -> RunFile:
        file = self._open_to_read()
        if file is None:
            raise NameUnknownError("run", run_id, hint="no run is recorded here yet")
        return file

    def _open(self) -> RunFile:
        engine = self._open_engine()
        file: RunFile = resolve_name("moe.storage.database:RunDatabase")(engine)
        return file

    def _open_engine(self) -> Any:
        # By name, so that a command which records nothing does not import SQLite.
        try:
            if self._database:
                if self._server is None:
                    self._server = resolve_name("moe.storage.postgres_engine:PostgresEngine")(self._database)
                return self._server
            return resolve_name("moe.storage.sqlite_engine:SqliteEngine")(self._workspace.runs_path)
        except ImportError as error:
            what, hint = ("PostgreSQL", "pip install 'moe-core[durable]'") if self._database else _NO_SQLITE
            raise StorageError(f"{what} cannot be spoken to: {error}", hint=hint) from error

    def _raise_failure(self) -> None:
        failure = self._recorder.take_failure()
        if failure is not None:
            raise failure


def _read_owner(row: Row) -> Owner:
    return (row.pid, row.process_start, row.host)


def _require_open(row: Row) -> None:
    """Refuse a run that nobody may take up.

    Raises:
        RequestError: It goes on, or is done.
    """
    if row.status == Status.DONE:
        raise RequestError(f"run {row.run_id} is done", hint=f"moe runs show {row.run_id}")
    if is_going_on(row):
        raise RequestError(
            f"run {row.run_id} goes on in process {row.pid}{'' if row.host == read_host() else f' on {row.host}'}",
            hint=f"moe runs cancel {row.run_id} ends it",
        )


def _read_result(row: Row) -> JsonObject:
    """What a run ended with, or had when it began to wait."""
    try:
        return decode_json(dict[str, Any], row.result or "{}")
    except ValueError as error:
        raise StorageError(f"the record of run {row.run_id} cannot be read: {error}") from error
