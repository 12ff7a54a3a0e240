"""The file `server.db` in the workspace, which several threads and processes read and write."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from moe_core.contracts.errors import StorageError

_FILE = "server.db"
_BUSY_SECONDS = 5.0
_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS keys (
        key_id TEXT NOT NULL PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        digest BLOB NOT NULL,
        scopes TEXT NOT NULL,
        rate TEXT NOT NULL,
        concurrency INTEGER NOT NULL,
        created REAL NOT NULL,
        expires REAL,
        budget TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE TABLE IF NOT EXISTS owners (run_id TEXT NOT NULL PRIMARY KEY, key_id TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS owners_by_key ON owners (key_id, run_id)",
    """
    CREATE TABLE IF NOT EXISTS spending (
        key_id TEXT NOT NULL, period TEXT NOT NULL, tokens INTEGER NOT NULL, PRIMARY KEY (key_id, period)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS holds (
        hold_id TEXT NOT NULL PRIMARY KEY, key_id TEXT NOT NULL, period TEXT NOT NULL, tokens INTEGER NOT NULL,
        expires REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS sessions (
        session_id TEXT NOT NULL PRIMARY KEY, digest BLOB NOT NULL, key_id TEXT NOT NULL, expires REAL NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS users (
        user_id TEXT NOT NULL PRIMARY KEY, user TEXT NOT NULL UNIQUE, name TEXT NOT NULL, groups TEXT NOT NULL,
        seen REAL NOT NULL
    ) WITHOUT ROWID
    """,
)
_LATER = ("ALTER TABLE keys ADD COLUMN budget TEXT NOT NULL DEFAULT ''",)  # columns that older files lack


class ServerFile:
    """One connection to that file, for any thread; made on disk when it is first written to.

    Args:
        folder: The workspace's.
        create: Makes that folder.
    """

    def __init__(self, folder: Path, create: Callable[[], None]) -> None:
        self._path = folder / _FILE
        self._create = create
        self._connection: sqlite3.Connection | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<ServerFile {self._path}>"

    def read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of a query; none while there is no file.

        Raises:
            StorageError: It cannot be read.
        """
        with self._lock, self._mapped_errors():
            if self._connection is None and not self._path.exists():
                return []
            return self._open().execute(query, values).fetchall()

    def write(self, statement: str, *values: object) -> None:
        """Change something.

        Raises:
            StorageError: It cannot be written.
        """
        with self._lock, self._mapped_errors():
            self._open().execute(statement, values)

    @contextmanager
    def transact(self) -> Iterator[sqlite3.Connection]:
        """Several statements, all of them or none, and no other process's between them.

        Raises:
            StorageError: The file cannot be read or written.
        """
        with self._lock, self._mapped_errors():
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def close(self) -> None:
        """Give the file back."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._create()
            with suppress(FileExistsError):  # one that is there is not opened: closing it ends SQLite's locks
                os.close(os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))  # nobody else's to read
            connection = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                for table in _TABLES:
                    connection.execute(table)
                known = {row[1] for row in connection.execute("PRAGMA table_info(keys)")}
                for change in () if "budget" in known else _LATER:
                    connection.execute(change)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"cannot read or write {self._path}: {error}", hint="move the file away") from error


class ServerTable:
    """What is kept in that file.

    Args:
        file: One for all of a process: its own writes then look like nobody else's.
    """

    def __init__(self, file: ServerFile) -> None:
        self._file = file

    @classmethod
    def open(cls, folder: Path, create: Callable[[], None]) -> Self:
        """The same with a file of its own, below a workspace's folder, which `create` makes."""
        return cls(ServerFile(folder, create))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self._file!r}>"

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
