"""Whether somebody has written to a queue's file."""

import threading
from typing import Any

import sqlalchemy as sa


class FileChanges:
    """Tells by SQLite's own counter whether another connection has written to a file; costs a hundredth of a query."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._connection: Any = None

    def __repr__(self) -> str:
        return f"<FileChanges of {self._engine.url.database}>"

    def read(self) -> int:
        """Another number whenever somebody has written."""
        with self._lock:
            if self._connection is None:
                self._connection = self._engine.raw_connection()
            (version,) = self._connection.driver_connection.execute("PRAGMA data_version").fetchone()
            return int(version)

    def close(self) -> None:
        """Give the connection back; with the next look another is opened."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
