"""The record of runs as a database that several processes read and write."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from types import SimpleNamespace
from typing import Any, TypeAlias

from moe.storage.recorder import NothingWrittenError, Values, Write
from moe.storage.run_rows import Owner
from moe.storage.sql import SqlConnection, SqlEngine, make_whole, transaction
from moe.storage.statements import APART, APPEND_EVENT, DECIDE_RUN, INSERT_STEP

_SELECT_RUNS = """
    SELECT runs.*,
        CASE WHEN status = 'running' THEN (
            SELECT state <> 'lost' AND {now} - beat <= lease_seconds FROM workers WHERE worker_id = process_start
        ) END AS has_lease,
        (SELECT count(*) FROM events WHERE events.run_id = runs.run_id) AS event_count,
        (SELECT at FROM events WHERE events.run_id = runs.run_id ORDER BY sequence DESC LIMIT 1) AS last_at,
        ratings.verdict AS verdict, ratings.note AS note, ratings.at AS rated_at
    FROM runs LEFT JOIN ratings USING (run_id)
"""
_BEFORE = "WHERE (? = '' OR (started, runs.run_id) < (coalesce((SELECT started FROM runs WHERE run_id = ?), ?), ?))"
# CROSS: runs are few, so that they are looked through first.
_STREAM_EVENTS = """
    SELECT events.*, runs.correlation_id FROM runs CROSS JOIN events ON events.run_id = runs.run_id
    WHERE runs.started >= ? AND (? = '' OR runs.run_id = ?) AND events.kind IN
"""
_COUNT_RUNS = """
    SELECT count(*) AS total,
        count(CASE verdict WHEN 'good' THEN 1 END) AS good,
        count(CASE verdict WHEN 'bad' THEN 1 END) AS bad
    FROM runs LEFT JOIN ratings USING (run_id)
    WHERE runs.started >= ? AND (? = '' OR runs.run_id = ?)
"""
_SELECT_CONVERSATIONS = """
    SELECT conversation_id, count(*) AS turns, min(started) AS started, max(started) AS last,
        (SELECT first.question FROM conversation_turns AS turn JOIN runs AS first USING (run_id)
            WHERE turn.conversation_id = conversation_turns.conversation_id ORDER BY first.started LIMIT 1) AS question
    FROM conversation_turns JOIN runs USING (run_id) WHERE substr(conversation_id, 1, ?) = ? GROUP BY conversation_id
    HAVING ? = '' OR (max(started), conversation_id) < (?, ?) ORDER BY last DESC, conversation_id DESC LIMIT ?
"""
_CLAIM_RUN = """
    UPDATE runs SET status = 'running', finished = NULL, result = NULL, pid = ?, process_start = ?, host = ?
    WHERE run_id = ? AND status = ? AND pid = ? AND process_start = ? AND host = ?
"""
_RELEASE_RUN = """
    UPDATE runs SET status = 'queued', pid = 0, process_start = '', host = ''
    WHERE run_id = ? AND process_start = ? AND status = 'running'
"""
_REQUEUE_RUN = """
    UPDATE runs SET status = 'queued', finished = NULL, result = NULL, pid = 0, process_start = '', host = ''
    WHERE run_id = ? AND status = ? AND pid = ? AND process_start = ? AND host = ?
"""
_DELETE_SNAPSHOT = """
    DELETE FROM snapshots
    WHERE digest = (SELECT {digest} FROM runs WHERE run_id = ?)
        AND NOT EXISTS (SELECT 1 FROM runs WHERE run_id <> ? AND {digest} = snapshots.digest)
"""

AWAY_SECONDS = 10.0  # that a database which was there is waited for, as when its server is begun anew
_AGAIN_SECONDS = 0.2

Row: TypeAlias = Any
"""Columns as attributes."""


class RunDatabase:
    """One connection for writing, and short ones for reading.

    Raises:
        StorageError: From every method: the file cannot be opened, read or written; the hint says what to do.
    """

    def __init__(self, engine: SqlEngine) -> None:
        self._engine = engine
        self._writer: SqlConnection | None = None
        self._is_unsure = False  # whether what a lost connection was writing is written

    def __repr__(self) -> str:
        return f"<RunDatabase of {self._engine!r}>"

    def write(self, writes: Sequence[Write]) -> None:
        """Write all in one transaction; when a row is at fault, all but the faulty ones.

        A database whose connection is lost is waited for.

        Raises:
            NothingWrittenError: None of them is written.
        """
        until, was_open = time.monotonic() + AWAY_SECONDS, self._writer is not None
        while True:
            try:
                self._write(writes)
            except self._engine.row_errors as error:
                raise self._engine.explain(error) from error
            except self._engine.errors as error:
                is_away = self._engine.is_away(error)
                self._is_unsure |= is_away
                self._lose_writer()
                if not (is_away and was_open and time.monotonic() < until):
                    told = self._engine.explain(error)
                    raise NothingWrittenError(told.message, hint=told.hint) from error
                time.sleep(_AGAIN_SECONDS)
            else:
                self._is_unsure = False
                return

    def select_runs(self, limit: int, *, before: str = "", started: float = 0.0) -> list[Row]:
        """The newest runs, or those before one, as rows of `runs` with `event_count`, `last_at` and the rating."""
        query = f"{_SELECT_RUNS} {_BEFORE} ORDER BY started DESC, run_id DESC LIMIT ?"
        return self._read(query, before, before, started, before, limit)

    def find_run(self, run_id: str) -> Row | None:
        """One run, as `select_runs` has it."""
        found = self._read(f"{_SELECT_RUNS} WHERE run_id = ?", run_id)
        return found[0] if found else None

    def select_run_ids(self, prefix: str = "", *, limit: int) -> list[str]:
        """Ids of the newest runs that start with a prefix."""
        query = "SELECT run_id FROM runs WHERE substr(run_id, 1, ?) = ? ORDER BY started DESC LIMIT ?"
        return [row.run_id for row in self._read(query, len(prefix), prefix, limit)]

    def select_events(self, run_id: str, *, after: int = 0, most: int | None = None) -> list[Row]:
        """The events of a run with a greater number, in order; so many at most."""
        query = "SELECT * FROM events WHERE run_id = ? AND sequence > ? ORDER BY sequence"
        if most is None:
            return self._read(query, run_id, after)
        return self._read(f"{query} LIMIT ?", run_id, after, most)

    def stream_events(self, kinds: Collection[str], *, run_id: str, since: float) -> Iterator[Row]:
        """The events of those kinds with `correlation_id`, of one run or of all that began then or later."""
        marks = ", ".join("?" * len(kinds))
        return self._iterate(f"{_STREAM_EVENTS} ({marks})", since, run_id, run_id, *kinds)

    def count_runs(self, *, run_id: str, since: float) -> Row:
        """How many runs these are in `total`, and how many of them are rated `good` and `bad`."""
        return self._read(_COUNT_RUNS, since, run_id, run_id)[0]

    def select_steps(self, run_id: str) -> list[Row]:
        """What a run's steps came to, as rows with `step` and `outcome`."""
        return self._read("SELECT step, outcome FROM steps WHERE run_id = ?", run_id)

    def select_conversations(self, limit: int, *, prefix: str = "", before: str = "", last: float = 0.0) -> list[Row]:
        """Conversations with `turns`, `started`, `last` and the first `question`, the one that went on last first."""
        return self._read(_SELECT_CONVERSATIONS, len(prefix), prefix, before, last, before, limit)

    def select_turns(self, conversation_id: str) -> list[Row]:
        """The runs of a conversation, as `select_runs` has them, the oldest first."""
        turns = "run_id IN (SELECT run_id FROM conversation_turns WHERE conversation_id = ?)"
        return self._read(f"{_SELECT_RUNS} WHERE {turns} ORDER BY started, run_id", conversation_id)

    def select_conversation_ids(self, prefix: str = "", *, limit: int) -> list[str]:
        """Ids of conversations that start with a prefix."""
        query = "SELECT DISTINCT conversation_id FROM conversation_turns WHERE substr(conversation_id, 1, ?) = ?"
        found = self._read(f"{query} ORDER BY conversation_id LIMIT ?", len(prefix), prefix, limit)
        return [row.conversation_id for row in found]

    def find_conversation(self, run_id: str) -> str | None:
        """The conversation of a run."""
        found = self._read("SELECT conversation_id FROM conversation_turns WHERE run_id = ?", run_id)
        return found[0].conversation_id if found else None

    def claim_run(self, run_id: str, *, status: str, before: Owner, now: Owner) -> bool:
        """Make a run another process's; false when it is no longer whose and what it was."""
        return self._take(run_id, _CLAIM_RUN, (*now, run_id, status, *before))

    def release_run(self, run_id: str, mark: str) -> bool:
        """Let a worker's run wait for another one; false when it is no longer that worker's."""
        return self.change(_RELEASE_RUN, (run_id, mark)) == 1

    def requeue_run(self, run_id: str, *, status: str, before: Owner) -> bool:
        """Let a run that goes on nowhere wait for a worker; false when it is no longer whose and what it was."""
        return self._take(run_id, _REQUEUE_RUN, (run_id, status, *before))

    def decide_run(
        self, run_id: str, *, before: str, after: str, steps: Mapping[str, str], events: Sequence[Values]
    ) -> bool:
        """Keep what was decided on a run that waits, in one transaction; false when it waits for something else now.

        Args:
            run_id: The run.
            before: Its result as it was when that was decided.
            after: The result in its place.
            steps: What was decided.
            events: Rows of `events` with any number in the place of theirs.
        """
        with self._mapped_errors():
            connection = self._open_writer()
            with transaction(connection):
                if connection.execute(DECIDE_RUN, (after, run_id, before)).rowcount != 1:
                    return False
                for step, outcome in steps.items():
                    connection.execute(INSERT_STEP, (run_id, step, outcome))
                for _, _, *told in events:
                    connection.execute(APPEND_EVENT, (run_id, *told, run_id))
                return True

    def _take(self, run_id: str, statement: str, values: Sequence[str | float]) -> bool:
        """Change whose a run is, and forget that it was to end; nothing of it when it is no longer as it was read."""
        with self._mapped_errors():
            connection = self._open_writer()
            with transaction(connection):
                if connection.execute(statement, values).rowcount != 1:
                    return False
                connection.execute("DELETE FROM cancellations WHERE run_id = ?", (run_id,))
                return True

    def change(self, statement: str, values: Sequence[str | float], *, is_lasting: bool = True) -> int:
        """Do one statement, in which {now} is the time on the database's clock; how many rows it changed.

        One that is not lasting may be forgotten by a server that breaks down within a second.
        """
        with self._mapped_errors():
            connection = self._open_writer()
            with transaction(connection):
                if self._engine.unhurried and not is_lasting:
                    connection.execute(self._engine.unhurried)
                return int(connection.execute(self._fill(statement), _make_values(values)).rowcount)

    def read(self, query: str, values: Sequence[str | float]) -> list[Row]:
        """The rows of one query, in which {now} is the time on the database's clock."""
        return self._read(query, *values)

    def is_cancelled(self, run_id: str) -> bool:
        """Whether somebody has asked that a run end."""
        return bool(self._read("SELECT run_id FROM cancellations WHERE run_id = ?", run_id))

    def delete_runs(self, run_ids: Sequence[str]) -> None:
        """Delete runs with all that belongs to them, and the snapshots that no other run has."""
        with self._mapped_errors():
            connection = self._open_writer()
            with transaction(connection):
                for run_id in run_ids:
                    connection.execute(self._fill(_DELETE_SNAPSHOT), (run_id, run_id))
                    connection.execute("DELETE FROM runs WHERE run_id = ?", (run_id,))

    def find_snapshot(self, digest: str) -> str | None:
        """The snapshot of that digest, as JSON."""
        found = self._read("SELECT data FROM snapshots WHERE digest = ?", digest)
        return found[0].data if found else None

    def close(self) -> None:
        """Give back the connection."""
        with self._mapped_errors():
            if self._writer is not None:
                self._writer.close()
                self._writer = None

    def _write(self, writes: Sequence[Write]) -> None:
        connection = self._open_writer()
        try:
            _write_together(connection, writes)
        except self._engine.row_errors:
            if len(writes) == 1 and not self._is_unsure:
                raise
            self._write_apart(connection, writes)

    def _write_apart(self, connection: SqlConnection, writes: Sequence[Write]) -> None:
        first: Exception | None = None
        for write in writes:
            try:
                _write_together(connection, [write])
            except self._engine.row_errors as error:
                if not (self._is_unsure and isinstance(error, self._engine.duplicate_errors)):
                    first = first or error
        if first is not None:
            raise first

    def _lose_writer(self) -> None:
        """Give a connection up that may be broken."""
        writer, self._writer = self._writer, None
        if writer is not None:
            with suppress(*self._engine.errors):
                writer.close()

    def _open_writer(self) -> SqlConnection:
        if self._writer is None:
            self._writer = self._engine.connect()
        return self._writer

    def _read(self, query: str, *values: str | float) -> list[Row]:
        return list(self._iterate(query, *values))

    def _iterate(self, query: str, *values: str | float) -> Iterator[Row]:
        """The rows of a query, each read when it is asked for."""
        with self._mapped_errors(), closing(self._engine.connect()) as connection:
            cursor = connection.execute(self._fill(query), _make_values(values))
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield SimpleNamespace(**dict(zip(names, row, strict=True)))

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except self._engine.errors as error:
            raise self._engine.explain(error) from error

    def _fill(self, statement: str) -> str:
        """A statement with what this database says otherwise than others."""
        return statement.replace("{now}", self._engine.now).replace("{digest}", self._engine.digest)


def _write_together(connection: SqlConnection, writes: Sequence[Write]) -> None:
    with transaction(connection):
        for statement, rows in _gather(writes):
            connection.executemany(statement, rows)


def _gather(writes: Sequence[Write]) -> Iterator[tuple[str, list[Values]]]:
    """The writes by statement, in order but for rows that do not depend on one another: those are written together."""
    gathered: dict[str, list[Values]] = {}
    for statement, values in writes:
        if statement not in APART:
            yield from gathered.items()
            yield statement, [values]
            gathered = {}
        else:
            gathered.setdefault(statement, []).append(values)
    yield from gathered.items()


def _make_values(values: Sequence[str | float]) -> tuple[str | float, ...]:
    """Values as any database takes them; what somebody typed may be no text, and is then not found."""
    return tuple(make_whole(value) if isinstance(value, str) else value for value in values)
