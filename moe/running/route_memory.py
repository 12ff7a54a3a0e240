"""What is remembered of how Belters did: what users said of runs, and lately failed tasks; the router heeds it."""

import os
import time
from collections.abc import Callable, Iterable, Mapping

import msgspec
from msgspec.structs import replace

from moe.storage.workspace import Workspace
from moe.storage.writer_lock import WriterLock
from moe_core.contracts.errors import StorageError
from moe_core.contracts.wire import decode_json, encode_json

_FADE = 0.98  # chosen: of what a rating counts when the next one is there; half of it after 34
_FORGET_SECONDS = 86_400.0  # chosen: after which a failure counts half; a server that was down is back, usually
_WAIT_SECONDS = 2.0


class BelterMemory(msgspec.Struct, frozen=True, kw_only=True):
    """How one Belter did.

    Attributes:
        good: Runs that were rated good, faded.
        bad: Runs that were rated bad, faded.
        failed: Tasks that failed, faded by time.
        failed_at: When `failed` was counted, Unix time.
    """

    good: float = 0.0
    bad: float = 0.0
    failed: float = 0.0
    failed_at: float = 0.0

    def rate(self, now: float) -> float:
        """Its success, in [0, 1]; 0.5 where nothing is known."""
        bad = self.bad + self.count_failed(now)
        return (1 + self.good) / (2 + self.good + bad)

    def count_failed(self, now: float) -> float:
        """What its failures count now."""
        left: float = 0.5 ** (max(0.0, now - self.failed_at) / _FORGET_SECONDS)
        return self.failed * left

    def take_rating(self, *, is_good: bool, was_good: bool | None) -> "BelterMemory":
        """The same with one more rating, in place of an earlier one of the same run if there was one."""
        good, bad = self.good, self.bad
        if was_good is None:
            good, bad = good * _FADE, bad * _FADE
        else:
            good, bad = max(0.0, good - was_good), max(0.0, bad - (not was_good))
        return replace(self, good=good + is_good, bad=bad + (not is_good))


class RouteMemory(msgspec.Struct, frozen=True, kw_only=True):
    """Kept in the workspace, beside the record of runs.

    Attributes:
        workspace: Where.
        clock: Unix time.
    """

    workspace: Workspace
    clock: Callable[[], float] = time.time

    @property
    def path(self) -> str:
        """The file."""
        return str(self.workspace.folder / "routes.json")

    def read(self) -> dict[str, float]:
        """By Belter, its success so far, in [0, 1]; {} where nothing is known, or the file cannot be read."""
        now = self.clock()
        return {name: round(one.rate(now), 4) for name, one in self._load().items()}

    def rate(self, belters: Iterable[str], *, is_good: bool, was_good: bool | None = None) -> None:
        """Take in what a user says of a run.

        Args:
            belters: Who worked on it, by the router's choice.
            is_good: What is said.
            was_good: What was said of it before; None for nothing.

        Raises:
            StorageError: It cannot be kept.
        """
        if was_good is not is_good:
            self._change(belters, lambda one: one.take_rating(is_good=is_good, was_good=was_good))

    def fail(self, belters: Iterable[str]) -> None:
        """Take in that tasks of Belters failed.

        Raises:
            StorageError: It cannot be kept.
        """
        now = self.clock()
        self._change(belters, lambda one: replace(one, failed=one.count_failed(now) + 1, failed_at=now))

    def _change(self, belters: Iterable[str], change: Callable[[BelterMemory], BelterMemory]) -> None:
        names = sorted(set(belters))
        if not names:
            return
        self.workspace.create()
        path, folder = self.path, self.workspace.folder
        try:
            with WriterLock(folder / "routes.lock", what="routes", wait_seconds=_WAIT_SECONDS):
                known = self._load()
                changed = {name: change(known.get(name, BelterMemory())) for name in names}
                pending = folder / "routes.pending"
                pending.write_bytes(encode_json({**known, **changed}))
                os.replace(pending, path)
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror}", hint="make the folder writable") from error

    def _load(self) -> Mapping[str, BelterMemory]:
        try:
            with open(self.path, "rb") as file:
                return decode_json(dict[str, BelterMemory], file.read(1 << 20))
        except (OSError, ValueError):  # it was put there whole: what cannot be read is nobody's, or damaged
            return {}
