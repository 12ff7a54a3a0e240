"""A second request beside a slow first one: the first answer wins, the other request is cancelled."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

T = TypeVar("T")


async def ask_twice(
    ask: Callable[[], Awaitable[T]],
    *,
    after_seconds: float,
    second: Callable[[], Callable[[], Awaitable[T]] | None],
) -> T:
    """Ask; when there is no answer after a while, ask beside it.

    Args:
        ask: The first request.
        after_seconds: How long it has for itself.
        second: Called once it has taken that long; gives the second request, or None when there is no room for one.

    Raises:
        Exception: The first request's failure, when no request brings an answer. A failure before the second began is
            raised at once.
    """
    answers: list[T] = []
    failures: dict[int, Exception] = {}
    changed = [anyio.Event()]

    async def run(place: int, request: Callable[[], Awaitable[T]]) -> None:
        try:
            answers.append(await request())
        except Exception as error:  # noqa: BLE001 - handed to the caller below, as it was
            failures[place] = error
        changed[0].set()

    async with anyio.create_task_group() as group:
        group.start_soon(run, 0, ask)
        with anyio.move_on_after(after_seconds):
            await changed[0].wait()
        beside = None if answers or failures else second()
        if beside is not None:
            group.start_soon(run, 1, beside)
        while not answers and len(failures) < (1 if beside is None else 2):
            await changed[0].wait()
            changed[0] = anyio.Event()
        group.cancel_scope.cancel()
    if answers:
        return answers[0]
    raise failures[min(failures)]
