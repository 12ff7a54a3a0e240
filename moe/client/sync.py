"""The client for code that is not async."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import partial
from typing import Any, Self

from anyio.from_thread import BlockingPortal, start_blocking_portal


class SyncClient:
    """Has the methods of `MoEClient`, each of which waits. Use it as a context manager, or close it.

    The work is done in an event loop of its own, in a thread.

    Args:
        make: Makes the client, in that loop.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        self._stack = ExitStack()
        self._portal: BlockingPortal = self._stack.enter_context(start_blocking_portal())
        self._client = self._portal.call(make)

    def __repr__(self) -> str:
        return f"<SyncClient of {self._client!r}>"

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        if inspect.isasyncgenfunction(method):
            return lambda *args, **options: self._iterate(method(*args, **options))
        return lambda *args, **options: self._portal.call(partial(method, *args, **options))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back what was opened."""
        try:
            self._portal.call(self._client.close)
        finally:
            self._stack.close()

    def _iterate(self, items: AsyncIterator[Any]) -> Iterator[Any]:
        while True:
            try:
                yield self._portal.call(items.__anext__)
            except StopAsyncIteration:
                return
