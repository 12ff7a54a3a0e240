"""The file of keys in the workspace, with which key asked for which run."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moe.server.keys.key import ApiKey, find_key_id, hash_secret, make_secret
from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError

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
        expires REAL
    )
    """,
    "CREATE TABLE IF NOT EXISTS owners (run_id TEXT NOT NULL PRIMARY KEY, key_id TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS owners_by_key ON owners (key_id, run_id)",
)
_NOBODY = ApiKey(key_id="", name="", digest=hash_secret(""), scopes=(), created=0.0)


class KeyStore:
    """Keys, and the runs they asked for. Of one thread.

    Args:
        folder: The workspace's.
        create: Makes that folder.
    """

    def __init__(self, folder: Path, create: Callable[[], None]) -> None:
        self._path = folder / _FILE
        self._create = create
        self._connection: sqlite3.Connection | None = None
        self._seen = -1
        self._keys: dict[str, ApiKey] = {}

    def __repr__(self) -> str:
        return f"<KeyStore {self._path}>"

    def create(
        self,
        name: str,
        *,
        scopes: Sequence[str],
        rate: str = "",
        concurrency: int = 0,
        expires: float | None = None,
    ) -> tuple[ApiKey, str]:
        """Make a key; the key itself, which is kept nowhere, with it.

        Raises:
            RequestError: There is one of that name.
            StorageError: It cannot be kept.
        """
        secret, key_id = make_secret()
        key = ApiKey(
            key_id=key_id,
            name=name,
            digest=hash_secret(secret),
            scopes=tuple(scopes),
            rate=rate,
            concurrency=concurrency,
            created=time.time(),
            expires=expires,
        )
        if any(known.name == name for known in self.list_keys()):
            raise RequestError(f"there is a key named {name!r}", hint=f"moe keys revoke {name}, or take another name")
        values = (key_id, name, key.digest, " ".join(scopes), rate, concurrency, key.created, expires)
        self._write("INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?)", *values)
        return key, secret

    def list_keys(self) -> list[ApiKey]:
        """All keys, oldest first; also those whose time is up."""
        self._refresh()
        return sorted(self._keys.values(), key=lambda key: key.created)

    def revoke(self, name: str) -> ApiKey:
        """Have a key count no more.

        Args:
            name: Its name, or the part of it by which it is found.

        Raises:
            NameUnknownError: There is none.
        """
        keys = self.list_keys()
        key = next((key for key in keys if name in (key.name, key.key_id)), None)
        if key is None:
            raise NameUnknownError("key", name, hint=f"there are: {', '.join(key.name for key in keys) or 'none'}")
        self._write("DELETE FROM keys WHERE key_id = ?", key.key_id)
        return key

    def find(self, secret: str) -> ApiKey | None:
        """Whose key that is; None for nobody's."""
        self._refresh()
        key = self._keys.get(find_key_id(secret), _NOBODY)
        return key if key.fits(secret) and key is not _NOBODY else None

    def has_keys(self) -> bool:
        """Whether there is any."""
        self._refresh()
        return bool(self._keys)

    def own(self, run_id: str, key_id: str) -> None:
        """Keep which key asked for a run."""
        self._write("INSERT OR REPLACE INTO owners VALUES (?, ?)", run_id, key_id)

    def find_owner(self, run_id: str) -> str:
        """The key that asked for a run; "" for none."""
        rows = self._read("SELECT key_id FROM owners WHERE run_id = ?", run_id)
        return str(rows[0][0]) if rows else ""

    def list_owned(self, key_id: str, *, before: str, limit: int) -> list[str]:
        """The runs of a key, newest first, from before one on; their ids sort by time."""
        query = "SELECT run_id FROM owners WHERE key_id = ? AND (? = '' OR run_id < ?) ORDER BY run_id DESC LIMIT ?"
        return [str(row[0]) for row in self._read(query, key_id, before, before, limit)]

    def _refresh(self) -> None:
        """Read the keys again if another process has changed them."""
        version = self._read("PRAGMA data_version")
        if not version or version[0][0] == self._seen:
            return
        self._seen = version[0][0]
        self._keys = {
            row[0]: ApiKey(
                key_id=row[0],
                name=row[1],
                digest=row[2],
                scopes=tuple(row[3].split()),
                rate=row[4],
                concurrency=row[5],
                created=row[6],
                expires=row[7],
            )
            for row in self._read("SELECT * FROM keys")
        }

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        if self._connection is None and not self._path.exists():
            return []
        with self._mapped_errors():
            return self._open().execute(query, values).fetchall()

    def _write(self, statement: str, *values: object) -> None:
        with self._mapped_errors():
            self._open().execute(statement, values)
        self._seen = -1  # one's own changes do not count up the version

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._create()
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))  # nobody else's to read
            connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = NORMAL")
                for table in _TABLES:
                    connection.execute(table)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection

    def close(self) -> None:
        """Give the file back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"cannot read or write {self._path}: {error}", hint="move the file away") from error
