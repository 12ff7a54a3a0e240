"""Worker processes that are begun anew when they die or no longer answer."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from moe.cli.outcome import tell
from moe.contracts.workers import WorkerSummary

LOOK_SECONDS = 0.5
PAUSE_SECONDS_MAX = 30.0
_STEADY_SECONDS = 60.0  # who lived so long has no fault that comes back at once


@dataclass(slots=True)
class _Post:
    """One of the workers that there are to be, whichever process it is now."""

    process: "subprocess.Popen[bytes] | None" = None
    since: float = 0.0
    failures: int = 0
    not_before: float = 0.0
    is_done: bool = False


@dataclass
class Supervisor:
    """Keeps a number of worker processes alive until it is told to stop.

    Attributes:
        command: Begins a worker.
        size: How many.
        list_workers: What is known of all workers.
        now: A clock that never goes back, in seconds.
    """

    command: Sequence[str]
    size: int
    list_workers: Callable[[], Sequence[WorkerSummary]]
    now: Callable[[], float] = time.monotonic
    is_stopping: bool = False
    _posts: list[_Post] = field(default_factory=list)

    def look(self) -> None:
        """Begin who is missing, after a pause that doubles with each failure in a row, and kill who is silent."""
        if not self._posts:
            self._posts = [_Post() for _ in range(self.size)]
        silent = {one.lease.pid for one in self.list_workers() if one.silent_seconds > 2 * one.lease.lease_seconds}
        for post in self._posts:
            process = post.process
            if process is not None and process.poll() is None:
                if process.pid in silent:
                    tell(f"worker process {process.pid} does not answer: it is killed")
                    process.kill()
                continue
            self._note_end(post)
            if not self.is_stopping and not post.is_done and self.now() >= post.not_before:
                # In a session of its own: Ctrl-C reaches the supervisor alone, which hands it on once.
                post.process = subprocess.Popen(self.command, start_new_session=True)  # noqa: S603 - moe itself
                post.since = self.now()

    def stop(self, number: int) -> None:
        """Hand a signal on; the second one ends workers at once."""
        self.is_stopping = True
        for post in self._posts:
            if post.process is not None and post.process.poll() is None:
                post.process.send_signal(number)

    def is_over(self) -> bool:
        """Whether it was told to stop, or all workers were asked to drain, and none is left."""
        is_ending = self.is_stopping or (bool(self._posts) and all(post.is_done for post in self._posts))
        return is_ending and all(one.process is None or one.process.poll() is not None for one in self._posts)

    def run(self) -> None:
        """Look again and again until it is over."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda told, _: self.stop(told))
        while not self.is_over():
            self.look()
            time.sleep(LOOK_SECONDS)

    def _note_end(self, post: _Post) -> None:
        process, post.process = post.process, None
        if process is None or self.is_stopping:
            return
        if process.returncode == 0:  # somebody asked it to drain
            post.is_done = True
            return
        post.failures = 1 if self.now() - post.since > _STEADY_SECONDS else post.failures + 1
        pause = min(PAUSE_SECONDS_MAX, 2.0 ** (post.failures - 1))
        post.not_before = self.now() + pause
        tell(f"worker process {process.pid} ended with {process.returncode}; another begins in {pause:g} s")


def make_command(words: Sequence[str]) -> list[str]:
    """Begins moe with these words, in a process of its own."""
    return [sys.executable, "-m", "moe", *words]
