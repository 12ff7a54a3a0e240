"""runs.db as a file that several processes read and write: the one place that speaks SQL."""

import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeAlias

from moe.storage.recorder import Write
from moe.storage.run_rows import Owner
from moe.storage.schema import SCHEMA_VERSION, TABLES
from moe_core.contracts.errors import StorageError

BUSY_SECONDS = 10.0  # far longer than any transaction of ours takes
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_ROW_ERRORS = (
    sqlite3.IntegrityError,
    sqlite3.DataError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    UnicodeError,
    OverflowError,
)
# Seconds since 1970 on the clock of the machine whose file it is.
_NOW = "((julianday('now') - 2440587.5) * 86400.0)"
_SELECT_RUNS = """
    SELECT runs.*,
        CASE WHEN status = 'running' THEN (
            SELECT state <> 'lost' AND {now} - beat <= lease_seconds FROM workers WHERE worker_id = process_start
        ) END AS has_lease,
        (SELECT count(*) FROM events WHERE events.run_id = runs.run_id) AS event_count,
        (SELECT at FROM events WHERE events.run_id = runs.run_id ORDER BY sequence DESC LIMIT 1) AS last_at,
        ratings.verdict AS verdict, ratings.note AS note, ratings.at AS rated_at
    FROM runs LEFT JOIN ratings USING (run_id)
""".replace("{now}", _NOW)
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
    FROM conversation_turns JOIN runs USING (run_id) GROUP BY conversation_id ORDER BY last DESC LIMIT ?
"""
_CLAIM_RUN = """
    UPDATE runs SET status = 'running', finished = NULL, pid = ?, process_start = ?, host = ?
    WHERE run_id = ? AND pid = ? AND process_start = ? AND host = ?
"""
_RELEASE_RUN = """
    UPDATE runs SET status = 'queued', pid = 0, process_start = '', host = ''
    WHERE run_id = ? AND process_start = ? AND status = 'running'
"""
_REQUEUE_RUN = """
    UPDATE runs SET status = 'queued', finished = NULL, result = NULL, pid = 0, process_start = '', host = ''
    WHERE run_id = ? AND pid = ? AND process_start = ? AND host = ?
"""
_DELETE_SNAPSHOT = """
    DELETE FROM snapshots
    WHERE digest = (SELECT json_extract(result, '$.graph.digest') FROM runs WHERE run_id = :run_id)
        AND NOT EXISTS (
            SELECT 1 FROM runs WHERE run_id <> :run_id AND json_extract(result, '$.graph.digest') = snapshots.digest
        )
"""

Row: TypeAlias = Any
"""Columns as attributes."""


class RunDatabase:
    """One connection to runs.db for writing, and short ones for reading.

    Raises:
        StorageError: From every method: the file cannot be opened, read or written; the hint says what to do.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: sqlite3.Connection | None = None

    def __repr__(self) -> str:
        return f"<RunDatabase {self._path}>"

    def write(self, writes: Sequence[Write]) -> None:
        """Write all in one transaction; when a row is at fault, all but the faulty ones."""
        with self._mapped_errors():
            connection = self._open_writer()
            try:
                _write_together(connection, writes)
            except _ROW_ERRORS:
                if len(writes) == 1:
                    raise
                self._write_apart(connection, writes)

    def select_runs(self, limit: int) -> list[Row]:
        """The newest runs, as rows of `runs` with `event_count`, `last_at` and the rating."""
        return self._read(f"{_SELECT_RUNS} ORDER BY started DESC, run_id DESC LIMIT ?", limit)

    def find_run(self, run_id: str) -> Row | None:
        """One run, as `select_runs` has it."""
        found = self._read(f"{_SELECT_RUNS} WHERE run_id = ?", run_id)
        return found[0] if found else None

    def select_run_ids(self, prefix: str = "", *, limit: int) -> list[str]:
        """Ids of the newest runs that start with a prefix."""
        query = "SELECT run_id FROM runs WHERE substr(run_id, 1, ?) = ? ORDER BY started DESC LIMIT ?"
        return [row.run_id for row in self._read(query, len(prefix), prefix, limit)]

    def select_events(self, run_id: str, *, after: int = 0) -> list[Row]:
        """The events of a run with a greater number, in order."""
        return self._read("SELECT * FROM events WHERE run_id = ? AND sequence > ? ORDER BY sequence", run_id, after)

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

    def select_conversations(self, limit: int) -> list[Row]:
        """Conversations with `turns`, `started`, `last` and the first `question`, the one that went on last first."""
        return self._read(_SELECT_CONVERSATIONS, limit)

    def select_turns(self, conversation_id: str) -> list[Row]:
        """The runs of a conversation, as `select_runs` has them, the oldest first."""
        turns = "run_id IN (SELECT run_id FROM conversation_turns WHERE conversation_id = ?)"
        return self._read(f"{_SELECT_RUNS} WHERE {turns} ORDER BY started, run_id", conversation_id)

    def find_conversation(self, run_id: str) -> str | None:
        """The conversation of a run."""
        found = self._read("SELECT conversation_id FROM conversation_turns WHERE run_id = ?", run_id)
        return found[0].conversation_id if found else None

    def claim_run(self, run_id: str, *, before: Owner, now: Owner) -> bool:
        """Make a run another process's; false when it is no longer whose it was."""
        with self._mapped_errors():
            connection = self._open_writer()
            with _transaction(connection):
                connection.execute("DELETE FROM cancellations WHERE run_id = ?", (run_id,))
                return connection.execute(_CLAIM_RUN, (*now, run_id, *before)).rowcount == 1

    def release_run(self, run_id: str, mark: str) -> bool:
        """Let a worker's run wait for another one; false when it is no longer that worker's."""
        return self.change(_RELEASE_RUN, (run_id, mark)) == 1

    def requeue_run(self, run_id: str, *, before: Owner) -> bool:
        """Let a run that goes on nowhere wait for a worker; false when it is no longer whose it was."""
        with self._mapped_errors():
            connection = self._open_writer()
            with _transaction(connection):
                connection.execute("DELETE FROM cancellations WHERE run_id = ?", (run_id,))
                return connection.execute(_REQUEUE_RUN, (run_id, *before)).rowcount == 1

    def change(self, statement: str, values: Sequence[str | float]) -> int:
        """Do one statement, in which {now} is the time on the database's clock; how many rows it changed."""
        with self._mapped_errors():
            connection = self._open_writer()
            with _transaction(connection):
                return connection.execute(statement.replace("{now}", _NOW), values).rowcount

    def read(self, query: str, values: Sequence[str | float]) -> list[Row]:
        """The rows of one query, in which {now} is the time on the database's clock."""
        return self._read(query.replace("{now}", _NOW), *values)

    def is_cancelled(self, run_id: str) -> bool:
        """Whether somebody has asked that a run end."""
        return bool(self._read("SELECT run_id FROM cancellations WHERE run_id = ?", run_id))

    def delete_runs(self, run_ids: Sequence[str]) -> None:
        """Delete runs with all that belongs to them, and the snapshots that no other run has."""
        with self._mapped_errors():
            connection = self._open_writer()
            with _transaction(connection):
                for run_id in run_ids:
                    connection.execute(_DELETE_SNAPSHOT, {"run_id": run_id})
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

    def _write_apart(self, connection: sqlite3.Connection, writes: Sequence[Write]) -> None:
        first: Exception | None = None
        for write in writes:
            try:
                _write_together(connection, [write])
            except _ROW_ERRORS as error:
                first = first or error
        if first is not None:
            raise first

    def _open_writer(self) -> sqlite3.Connection:
        if self._writer is None:
            connection = _connect(self._path)
            try:
                _prepare(connection, self._path)
            except BaseException:
                connection.close()
                raise
            self._writer = connection
        return self._writer

    def _read(self, query: str, *values: str | float) -> list[Row]:
        return list(self._iterate(query, *values))

    def _iterate(self, query: str, *values: str | float) -> Iterator[Row]:
        """The rows of a query, each read when it is asked for."""
        with self._mapped_errors(), closing(_connect(self._path)) as connection:
            _prepare(connection, self._path)
            cursor = connection.execute(query, values)
            names = [column[0] for column in cursor.description]
            for row in cursor:
                yield SimpleNamespace(**dict(zip(names, row, strict=True)))

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeError, OverflowError, OSError) as error:
            raise _explain(error, self._path) from error


def _connect(path: Path) -> sqlite3.Connection:
    """A connection without transactions of its own."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log, safe against a killed process
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _write_together(connection: sqlite3.Connection, writes: Sequence[Write]) -> None:
    with _transaction(connection):
        for statement, group in groupby(writes, key=itemgetter(0)):
            connection.executemany(statement, [values for _, values in group])


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new file, and refuse a file of a later version."""
    if _read_version(connection, path) == SCHEMA_VERSION:
        return
    _switch_to_log(connection)
    with _transaction(connection):
        if _read_version(connection, path) != SCHEMA_VERSION:  # nobody else was first
            for table in TABLES:
                connection.execute(table)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _read_version(connection: sqlite3.Connection, path: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"{path} was written by a newer moe (its version is {version}, this moe reads {SCHEMA_VERSION})",
            hint="upgrade moe, or choose another folder with system.workspace",
        )
    return version


def _switch_to_log(connection: sqlite3.Connection) -> None:
    """Turn the write-ahead log on; SQLite does not wait here when another process does the same."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not _error_name(error).startswith(_BUSY) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _explain(error: object, path: Path) -> StorageError:
    name = _error_name(error)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return StorageError(f"{path} is damaged: {error}", hint="move the file away; moe makes a new one")
    if name.startswith("SQLITE_FULL"):
        return StorageError(f"no room to write {path}: {error}", hint="free some disk space")
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
        return StorageError(
            f"cannot open or write {path}: {error}",
            hint="make the folder writable, choose another with system.workspace, or set system.record to false",
        )
    if name.startswith(_BUSY):
        return StorageError(
            f"{path} stayed locked for {BUSY_SECONDS:g} s", hint="another process holds it; end it, or try again"
        )
    if name.startswith("SQLITE_IOERR"):
        return StorageError(f"the disk refused {path}: {error}", hint="check the disk and the space left on it")
    return StorageError(f"cannot record in {path}: {error}", hint="move the file away if this goes on")


def _error_name(error: object) -> str:
    return str(getattr(error, "sqlite_errorname", ""))
