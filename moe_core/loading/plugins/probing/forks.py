"""Trying each plugin in a fork of this process, several at once, each with a limit of time."""

import faulthandler
import gc
import json
import os
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from os import _exit  # before a plugin can put something else in its place
from pathlib import Path
from typing import Any, NoReturn

import msgspec

from moe_core.contracts.plugin import PluginInfo, Problem
from moe_core.loading.plugins.intake import LoadedPlugin
from moe_core.loading.plugins.probing.endings import explain_ending, explain_hang
from moe_core.loading.plugins.probing.orphans import end_with_parent, kill_others
from moe_core.loading.plugins.probing.trial import try_target
from moe_core.loading.plugins.records import make_record
from moe_core.loading.plugins.stamps import take_stamps
from moe_core.loading.plugins.targets import Target

_MOST = 64  # at once, those that only wait among them
_SLOW_SECONDS = 0.5  # after this a plugin probably waits, and the next one may start
_LONGEST_STRETCH = 4
_POLL_SECONDS = 0.004
_TRACE_SHARE = 0.8  # of its time, after which is written down where the plugin is


class _Trial(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    target: Target
    since: float


@dataclass(slots=True, kw_only=True)
class Forks:
    """The plugins that are being tried.

    Attributes:
        seconds: How long each has; on a machine that others keep busy, up to four times that.
        folder: An empty folder for what the forks write.
    """

    seconds: float
    folder: Path
    _running: dict[int, _Trial] = field(default_factory=dict)

    def __post_init__(self) -> None:
        load = os.getloadavg()[0] / (os.cpu_count() or 1)
        self.seconds = round(self.seconds * min(max(load, 1.0), _LONGEST_STRETCH), 1)

    def run(self, targets: Sequence[Target]) -> Iterator[tuple[int, dict[str, Any]]]:
        """Try them; the number and the record of each, once it is known."""
        gc.freeze()  # what is in memory now is shared with the forks as long as nobody touches it
        waiting = deque(enumerate(targets))
        while waiting or self._running:
            while waiting and self._has_room():
                self._start(*waiting.popleft())
            if (ended := self._reap()) is None:
                time.sleep(_POLL_SECONDS)
            else:
                yield ended

    def kill(self) -> None:
        """End all that run, with every process that they have started."""
        for pid in self._running:
            _kill_group(pid)
        kill_others(())

    def _has_room(self) -> bool:
        now = time.monotonic()
        busy = sum(now - trial.since < _SLOW_SECONDS for trial in self._running.values())
        return busy < 2 * (os.cpu_count() or 1) and len(self._running) < _MOST

    def _start(self, number: int, target: Target) -> None:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._try(number, target, parent)
        self._running[pid] = _Trial(number=number, target=target, since=time.monotonic())

    def _try(self, number: int, target: Target, parent: int) -> NoReturn:
        """In the fork: try the plugin, and end."""
        code = 70  # as sysexits.h calls an error of the program's own
        try:
            end_with_parent(signal.SIGKILL, parent)
            os.setsid()
            _close_standard_streams()
            trace = (self.folder / f"{number}.trace").open("w")
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, self.seconds * 2 + 1)  # should the parent die unseen
            faulthandler.enable(trace)
            faulthandler.dump_traceback_later(self.seconds * _TRACE_SHARE, file=trace)
            text = json.dumps(try_target(target))
            half = self.folder / f"{number}.half"
            half.write_text(text, encoding="utf-8")
            half.rename(self.folder / f"{number}.json")
            code = 0
        finally:
            _exit(code)

    def _reap(self) -> tuple[int, dict[str, Any]] | None:
        """Take in one that has ended, or end one whose time is up; None if there is none."""
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid in self._running:
            _kill_group(pid)  # what it has started
            trial = self._running.pop(pid)
            kill_others(self._running)  # and those that have left its group
            return trial.number, self._read(trial) or self._explain(trial, status)
        now = time.monotonic()
        for pid, trial in self._running.items():
            if now - trial.since > self.seconds:
                _kill_group(pid)
                os.waitpid(pid, 0)
                del self._running[pid]
                kill_others(self._running)
                return trial.number, self._explain(trial, None)
        return None

    def _read(self, trial: _Trial) -> dict[str, Any] | None:
        with suppress(OSError, ValueError):
            found = json.loads((self.folder / f"{trial.number}.json").read_bytes())
            return found if isinstance(found, dict) else None
        return None

    def _explain(self, trial: _Trial, status: int | None) -> dict[str, Any]:
        trace = ""
        with suppress(OSError):
            trace = (self.folder / f"{trial.number}.trace").read_text("utf-8", "replace")
        source = trial.target.source
        if status is None:
            problem = explain_hang(source, trace, seconds=self.seconds)
        else:
            problem = explain_ending(source, trace, status=status)
        return make_failed_record(trial.target, problem)


def make_failed_record(target: Target, problem: Problem) -> dict[str, Any]:
    """The record of a plugin that could not be read at all."""
    info = PluginInfo(source=target.source, state="failed", problems=(problem,))
    return make_record(LoadedPlugin(info=info), take_stamps(target.list_all_files()), seconds=None)


def _close_standard_streams() -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # nothing of it is left
        os.killpg(pid, signal.SIGKILL)
