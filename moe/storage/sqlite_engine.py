"""runs.db as SQLite keeps it: connections, tables, errors."""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from moe.storage.file_systems import find_network_type
from moe.storage.schema import SCHEMA_VERSION, TABLES
from moe.storage.sql import transaction
from moe_core.contracts.errors import StorageError

BUSY_SECONDS = 10.0  # far longer than any transaction of ours takes
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


class SqliteEngine:
    """A file; see `SqlEngine`."""

    now = "((julianday('now') - 2440587.5) * 86400.0)"
    digest = "json_extract(result, '$.graph.digest')"
    errors = (sqlite3.Error, UnicodeError, OverflowError, OSError)
    row_errors = (
        sqlite3.IntegrityError,
        sqlite3.DataError,
        sqlite3.InterfaceError,
        sqlite3.ProgrammingError,
        UnicodeError,
        OverflowError,
    )

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

    def explain(self, error: Exception) -> StorageError:
        """What an error of SQLite's means, and what to do."""
        return _explain(error, self._path)


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
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")  # with a write-ahead log, safe against a killed process
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in a new file, and refuse a file of a later version."""
    if _read_version(connection, path) == SCHEMA_VERSION:
        return
    _switch_to_log(connection)
    with transaction(connection):
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
