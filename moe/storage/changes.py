"""Telling who follows a run that something was recorded of it, by whichever process."""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from moe_core.contracts.errors import StorageError

_WAIT_SECONDS = 0.5  # until the thread looks whether anybody follows still
_AGAIN_SECONDS = (
    1.0  # until a database that could not be reached is tried again; followers look by themselves meanwhile
)


class RecordWatch(Protocol):
    """An open look at a database."""

    def wait(self, seconds: float) -> Collection[str] | None:
        """The runs that something was written of since the last call, once there are some; None when it may be any.

        Raises:
            StorageError: The database cannot be reached any more.
        """
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class RecordChanges:
    """One thread for all who follow runs in this process; it ends with the last of them."""

    def __init__(self, open_watch: Callable[[], RecordWatch]) -> None:
        self._open_watch = open_watch
        self._followers: list[tuple[str, Callable[[], None]]] = []
        self._lock = threading.Lock()
        self._is_watched = False

    def __repr__(self) -> str:
        return f"<RecordChanges, {len(self._followers)} follow>"

    @contextmanager
    def follow(self, run_id: str, wake: Callable[[], None]) -> Iterator[None]:
        """Be told of a run as long as the block lasts.

        Args:
            run_id: Its whole id.
            wake: Called from a thread when something may have been recorded of it; it must not block. It may be called
                in vain, and is not called while the database cannot be reached.
        """
        follower = (run_id, wake)
        with self._lock:
            self._followers.append(follower)
            if not self._is_watched:
                self._is_watched = True
                threading.Thread(target=self._work, name="moe-changes", daemon=True).start()
        try:
            yield
        finally:
            with self._lock:
                self._followers.remove(follower)

    def _work(self) -> None:
        while self._is_wanted():
            try:
                watch = self._open_watch()
            except StorageError:
                time.sleep(_AGAIN_SECONDS)
                continue
            self._tell(None)  # what was recorded before it was opened
            try:
                while self._is_wanted():
                    self._tell(watch.wait(_WAIT_SECONDS))
            except StorageError:
                time.sleep(_AGAIN_SECONDS)
            finally:
                watch.close()

    def _is_wanted(self) -> bool:
        """Whether anybody follows; when nobody does, the thread is over for whoever comes next."""
        with self._lock:
            self._is_watched = bool(self._followers)
            return self._is_watched

    def _tell(self, names: Collection[str] | None) -> None:
        with self._lock:
            wanted = [wake for run_id, wake in self._followers if names is None or run_id in names]
        for wake in wanted:
            wake()
