"""Time that passes only while a test's tasks wait, so that no pause of the machine counts, and no wait takes long."""

import asyncio
import selectors
import time
from typing import Any

import anyio.to_thread
import pytest


class VirtualTime:
    """A clock that an event loop moves on to what is due next, whenever none of its tasks can go on.

    It is for what happens in one process: servers and processes know nothing of it. What is done in a thread takes no
    time.
    """

    def __init__(self) -> None:
        self.now = time.time()
        self.in_threads = 0

    def install(self, monkeypatch: pytest.MonkeyPatch) -> tuple[str, dict[str, Any]]:
        """Have `time.time` tell it and await threads by it; what `anyio_backend` is then."""
        in_thread = anyio.to_thread.run_sync

        async def run_sync(*arguments: Any, **options: Any) -> Any:
            self.in_threads += 1
            try:
                return await in_thread(*arguments, **options)
            finally:
                self.in_threads -= 1

        monkeypatch.setattr(anyio.to_thread, "run_sync", run_sync)
        monkeypatch.setattr(time, "time", lambda: self.now)
        return "asyncio", {"loop_factory": lambda: _VirtualLoop(self)}


class _VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self, clock: VirtualTime) -> None:
        self._virtual = clock
        super().__init__(_VirtualSelector(clock))

    def time(self) -> float:
        return self._virtual.now


class _VirtualSelector(selectors.DefaultSelector):  # type: ignore[misc, valid-type]
    def __init__(self, clock: VirtualTime) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or self._clock.in_threads:
            return super().select(None if timeout is None or timeout > 0 else 0)
        self._clock.now += max(0.0, timeout) + (1e-6 if timeout > 0 else 0)  # more than a time of this size can lose
        return super().select(0)
