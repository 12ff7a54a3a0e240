"""Looks at a queue's file that are spared while nobody has written to it: an idle worker looks often."""

import threading
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

_ALL_THE_SAME_SECONDS = 5.0  # after which it is looked all the same: something may come to be due by time alone


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


def spare_looks(database: Any, changes: FileChanges) -> None:
    """Have the engine's looks for its queues, and for tasks to begin, answered as before while nothing was written."""
    database.get_queue = _remember(database.get_queue, changes, lambda name, **_: name)
    database.list_queues = _remember(database.list_queues, changes, lambda **_: "")
    database.start_queued_workflows = _remember(
        database.start_queued_workflows,
        changes,
        lambda queue, *how, **_: (queue.name, how[2:]),
        is_kept=lambda found: not found[0],  # what was begun is begun once
    )


def _remember(
    look: Callable[..., Any],
    changes: FileChanges,
    find_key: Callable[..., object],
    *,
    is_kept: Callable[[Any], bool] = lambda found: True,
) -> Callable[..., Any]:
    known: dict[object, tuple[int, float, Any]] = {}

    def look_if_changed(*values: Any, **named: Any) -> Any:
        key, version = find_key(*values, **named), changes.read()  # read first: what is written meanwhile counts as new
        before = known.get(key)
        if before is not None and before[0] == version and time.monotonic() < before[1]:
            return before[2]
        found = look(*values, **named)
        known.pop(key, None)
        if is_kept(found):
            known[key] = version, time.monotonic() + _ALL_THE_SAME_SECONDS, found
        return found

    return look_if_changed
