"""runs.db as SQLite keeps it: connections, tables, errors."""

import os
import re
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from moe.contracts.record import RecordStatus
from moe.storage.file_systems import find_network_type
from moe.storage.schema import MIGRATIONS, SCHEMA_VERSION
from moe.storage.sql import transaction
from moe_core.contracts.errors import StorageError

BUSY_SECONDS = 10.0  # far longer than any transaction of ours takes
_LOOK_SECONDS = 0.01  # a look takes two millionths of a second
_PROBLEMS_MAX = 20  # told at once
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
# Rows that one statement writes, which costs a fifth less a row; more save little, and few runs have so many at once.
_ROWS_TOGETHER = 16
_ROW_OF_MARKS = re.compile(r"(INSERT INTO \w+ \([\w, ]+\) VALUES )(\([?, ]+\))( ON CONFLICT DO NOTHING)?")


class SqliteConnection(sqlite3.Connection):
    """A connection that writes several rows of one table together."""

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]], /) -> sqlite3.Cursor:  # type: ignore[override]
        """Do a statement with each of several rows of values, in order."""
        together = _put_together(statement)
        whole = len(rows) - len(rows) % _ROWS_TOGETHER if together else 0
        if whole:
            groups = (rows[at : at + _ROWS_TOGETHER] for at in range(0, whole, _ROWS_TOGETHER))
            super().executemany(together, [tuple(chain.from_iterable(group)) for group in groups])
        return super().executemany(statement, rows[whole:])


class SqliteWatch:
    """Looks at the number that SQLite counts up with each transaction of another connection; see `RecordWatch`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._mapped_errors():
            self._connection = _connect(path)
            self._version = self._read()

    def __repr__(self) -> str:
        return f"<SqliteWatch of {self._path}>"

    def wait(self, seconds: float) -> Collection[str] | None:
        """Look again and again; which run it was, the number does not tell."""
        until = time.monotonic() + seconds
        with self._mapped_errors():
            while (version := self._read()) == self._version:
                if time.monotonic() >= until:
                    return ()
                time.sleep(_LOOK_SECONDS)
        self._version = version
        return None

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _read(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _explain(error, self._path) from error


class SqliteEngine:
    """A file; see `SqlEngine`."""

    now = "((julianday('now') - 2440587.5) * 86400.0)"
    digest = "json_extract(result, '$.graph.digest')"
    unhurried = ""
    errors = (sqlite3.Error, UnicodeError, OverflowError, OSError)
    row_errors = (
        sqlite3.IntegrityError,
        sqlite3.DataError,
        sqlite3.InterfaceError,
        sqlite3.ProgrammingError,
        UnicodeError,
        OverflowError,
    )

    duplicate_errors = (sqlite3.IntegrityError,)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __repr__(self) -> str:
        return f"<SqliteEngine {self._path}>"

    def connect(self) -> sqlite3.Connection:
        """A connection to the file, whose tables are there."""
        _refuse_network(self._path)
        connection = _connect(self._path)
        try:
            _prepare(connection, self._path)
        except BaseException:
            connection.close()
            raise
        return connection

    def examine(self, *, is_checked: bool) -> RecordStatus:
        """How it stands with the file, which is not changed."""
        status = RecordStatus(
            kind="sqlite",
            place=str(self._path),
            engine=f"SQLite {sqlite3.sqlite_version}",
            version=0,
            current=SCHEMA_VERSION,
        )
        if not self._path.exists():
            return status
        status = replace(status, size=self._path.stat().st_size)
        try:
            with closing(_connect(self._path)) as connection:
                version = int(connection.execute("PRAGMA user_version").fetchone()[0])
                status = replace(status, version=version, runs=_count_runs(connection))
                return replace(status, problems=_check(connection)) if is_checked else status
        except sqlite3.DatabaseError as error:
            if not _error_name(error).startswith(_DAMAGED):
                raise
            return replace(status, problems=(str(error),))

    def watch(self) -> SqliteWatch:
        """An open look at the file."""
        return SqliteWatch(self._path)

    def is_away(self, error: Exception) -> bool:
        """Never: a file has no connection to lose."""
        return False

    def explain(self, error: Exception) -> StorageError:
        """What an error of SQLite's means, and what to do."""
        return _explain(error, self._path)


@lru_cache(64)
def _put_together(statement: str) -> str:
    """An insertion of one row as one of several; "" for any other statement."""
    match = _ROW_OF_MARKS.fullmatch(statement)
    if match is None:
        return ""
    head, row, tail = match.groups(default="")
    return f"{head}{', '.join([row] * _ROWS_TOGETHER)}{tail}"


def _count_runs(connection: sqlite3.Connection) -> int | None:
    has_runs = connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'runs'").fetchone()
    return int(connection.execute("SELECT count(*) FROM runs").fetchone()[0]) if has_runs else None


def _check(connection: sqlite3.Connection) -> tuple[str, ...]:
    """What SQLite finds damaged, and rows that belong to nothing."""
    found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_PROBLEMS_MAX})") if row[0] != "ok"]
    orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(_PROBLEMS_MAX)
    return (*found, *(f"a row of {table} belongs to no row of {parent}" for table, _, parent, _ in orphans))


def _refuse_network(path: Path) -> None:
    kind = find_network_type(path.parent)
    if kind:
        raise StorageError(
            f"{path.parent} lies on a network file system ({kind}), where SQLite's file can be damaged",
            hint="choose a folder of this machine with system.workspace, or system.database: postgresql://…",
        )


def _connect(path: Path) -> sqlite3.Connection:
    """A connection without transactions of its own; a file that is made is nobody else's to read."""
    with suppress(OSError):  # it is there; whatever else is wrong, SQLite says
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, factory=SqliteConnection)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log, safe against a killed process
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Bring the tables of a new or older file to this version, and refuse a file of a later one."""
    if _read_version(connection, path) == SCHEMA_VERSION:
        return
    _switch_to_log(connection)
    with transaction(connection):
        for migration in MIGRATIONS[_read_version(connection, path) :]:  # nothing, where somebody else was first
            for statement in migration:
                connection.execute(statement)
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
    if name.startswith(_DAMAGED):
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
