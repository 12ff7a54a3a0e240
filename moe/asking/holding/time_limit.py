"""Limits of time: they cost nothing where the answer is there at once, and are insisted on where work goes on."""

import asyncio
import types
from collections.abc import Awaitable, Generator
from typing import Any, Self, TypeVar

T = TypeVar("T")

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
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: types.TracebackType | None
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


@types.coroutine
def answer_within(work: Awaitable[T], seconds: float) -> Generator[Any, Any, T]:
    """What is awaited, within a time from now.

    It begins here and now. A timer, which costs more than a short call's own steps, is set when it first waits.

    Raises:
        TimeoutError: It was not there in time, and was told so, as by `TimeLimit`.
    """
    until = asyncio.get_running_loop().time() + seconds
    steps: Generator[Any, Any, T] = work.__await__()
    try:
        waits_for = steps.send(None)
    except StopIteration as end:
        answer: T = end.value
        return answer
    return (yield from _finish_by(steps, waits_for, until).__await__())


async def _finish_by(steps: Generator[Any, Any, T], waits_for: Any, until: float) -> T:
    async with TimeLimit(until - asyncio.get_running_loop().time()):  # a scope of anyio's costs three times as much
        return await _go_on(steps, waits_for)


@types.coroutine
def _go_on(steps: Generator[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """The rest of what waits for something; cancellation reaches it where it waits."""
    while True:
        try:
            try:
                sent = yield waits_for
            except BaseException as error:  # noqa: BLE001 - it is handed on as it is
                waits_for = steps.throw(error)
            else:
                waits_for = steps.send(sent)
        except StopIteration as end:
            answer: T = end.value
            return answer
