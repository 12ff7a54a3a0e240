"""A limit of time that is insisted on: who does not stop at the first word is told again."""

import asyncio
from types import TracebackType
from typing import Self

AGAIN_SECONDS = 1.0  # between two words: what tidies up when it is told once may be done by then
WORDS_MAX = 60  # then it is left to the run's own deadline


class TimeLimit:
    """Cancels what is awaited within it when its time is over, and again each second until it stops.

    As `asyncio.timeout`, which tells once: code that catches the word, as a broad `except` around a retry does, would
    go on for as long as it likes.

    Raises:
        TimeoutError: At the end of the block, when it stopped for that.
    """

    __slots__ = ("_cancelling", "_handle", "_seconds", "_task", "_words")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._words = 0

    def __repr__(self) -> str:
        return f"<TimeLimit of {self._seconds:g} s, told {self._words} times>"

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None, "a call is made by a task"
        self._task = task
        self._cancelling = task.cancelling()
        self._handle = asyncio.get_running_loop().call_later(max(0.0, self._seconds), self._tell)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._handle.cancel()
        if not self._words:
            return
        for _ in range(self._words):
            left = self._task.uncancel()
        if left <= self._cancelling and kind is not None and issubclass(kind, asyncio.CancelledError):
            raise TimeoutError from error

    def _tell(self) -> None:
        self._words += 1
        self._task.cancel()
        if self._words < WORDS_MAX:
            self._handle = asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._tell)
