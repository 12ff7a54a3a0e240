"""runs.db as a file that several processes read and write: the one place that speaks SQL.

Imported when storage is used, and not before: SQLAlchemy takes longer to import than many a command to run.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, Row, Select, create_engine, func, select
from sqlalchemy import event as hooks
from sqlalchemy.engine import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError

from moe.storage.recorder import Write
from moe.storage.schema import SCHEMA_VERSION, events, metadata, runs
from moe_core.contracts.errors import StorageError

BUSY_SECONDS = 10.0
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
_ROW_ERRORS = (IntegrityError, DataError, InterfaceError, UnicodeError, OverflowError)


class RunDatabase:
    """One connection to runs.db for writing, and short ones for reading.

    Raises:
        StorageError: From every method: the file cannot be opened, read or written; the hint says what to do.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._engine = _create_engine(path)
        self._writer: Connection | None = None

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

    def select_runs(self, limit: int) -> list[Row[Any]]:
        """The newest runs, as rows of `runs` with `event_count` and `last_at`."""
        query = _select_runs().order_by(runs.c.started.desc(), runs.c.run_id.desc()).limit(limit)
        return self._read(query)

    def find_run(self, run_id: str) -> Row[Any] | None:
        """One run, as `select_runs` has it."""
        found = self._read(_select_runs().where(runs.c.run_id == run_id))
        return found[0] if found else None

    def select_run_ids(self, prefix: str = "", *, limit: int) -> list[str]:
        """Ids of the newest runs that start with a prefix."""
        starts = func.substr(runs.c.run_id, 1, len(prefix)) == prefix
        query = select(runs.c.run_id).where(starts).order_by(runs.c.started.desc()).limit(limit)
        return [row.run_id for row in self._read(query)]

    def select_events(self, run_id: str) -> list[Row[Any]]:
        """The events of a run, in order."""
        return self._read(select(events).where(events.c.run_id == run_id).order_by(events.c.sequence))

    def close(self) -> None:
        """Give back the connection."""
        with self._mapped_errors():
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            self._engine.dispose()

    def _write_apart(self, connection: Connection, writes: Sequence[Write]) -> None:
        first: Exception | None = None
        for write in writes:
            try:
                _write_together(connection, [write])
            except _ROW_ERRORS as error:
                first = first or error
        if first is not None:
            raise first

    def _open_writer(self) -> Connection:
        if self._writer is None:
            connection = self._engine.connect()
            try:
                _prepare(connection, self._path)
            except BaseException:
                connection.close()
                raise
            self._writer = connection
        return self._writer

    def _read(self, query: Select[Any]) -> list[Row[Any]]:
        with self._mapped_errors(), self._engine.connect() as connection:
            _prepare(connection, self._path)
            return list(connection.execute(query))

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise _explain(error.orig, self._path) from error
        except (sqlite3.Error, UnicodeError, OverflowError, OSError) as error:
            raise _explain(error, self._path) from error


def _create_engine(path: Path) -> Engine:
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})

    @hooks.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log, safe against a killed process
        cursor.close()

    return engine


def _write_together(connection: Connection, writes: Sequence[Write]) -> None:
    with connection.begin():
        for statement, group in groupby(writes, key=itemgetter(0)):
            connection.exec_driver_sql(statement, [values for _, values in group])


def _select_runs() -> Select[Any]:
    mine = events.c.run_id == runs.c.run_id
    count = select(func.count()).select_from(events).where(mine).scalar_subquery()
    last = select(events.c.at).where(mine).order_by(events.c.sequence.desc()).limit(1).scalar_subquery()
    return select(runs, count.label("event_count"), last.label("last_at"))


def _prepare(connection: Connection, path: Path) -> None:
    """Make the tables in a new file, and refuse a file of a later version."""
    if _read_version(connection, path) == SCHEMA_VERSION:
        return
    _switch_to_log(connection)
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    if _read_version(connection, path, within=True) != SCHEMA_VERSION:  # nobody else was first
        metadata.create_all(connection)
        connection.exec_driver_sql(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.commit()


def _read_version(connection: Connection, path: Path, *, within: bool = False) -> int:
    version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if not within:
        connection.rollback()
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"{path} was written by a newer moe (its version is {version}, this moe reads {SCHEMA_VERSION})",
            hint="upgrade moe, or choose another folder with system.workspace",
        )
    return version


def _switch_to_log(connection: Connection) -> None:
    """Turn the write-ahead log on; SQLite does not wait here when another process does the same."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        except OperationalError as error:
            connection.rollback()
            if not _error_name(error.orig).startswith(_BUSY) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            connection.rollback()
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
