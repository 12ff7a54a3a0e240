"""The client for code that is not async."""

import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from functools import partial
from threading import Thread
from typing import Any, Self

import anyio
from anyio.from_thread import BlockingPortal


class SyncClient:
    """Has the methods of `MoEClient`, each of which waits. Use it as a context manager, or close it.

    The work is done in an event loop of its own, in a thread, which a program that ends does not wait for.

    Args:
        make: Makes the client, in that loop.
    """

    def __init__(self, make: Callable[[], Any]) -> None:
        opened: Future[BlockingPortal] = Future()
        self._thread = Thread(target=anyio.run, args=(_serve, opened), daemon=True, name="moe client")
        self._thread.start()
        self._portal = opened.result()
        try:
            self._client = self._portal.call(make)
        except BaseException:
            self._end()
            raise

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
            self._end()

    def _end(self) -> None:
        if self._thread.is_alive():
            self._portal.call(self._portal.stop)
            self._thread.join()

    def _iterate(self, items: AsyncIterator[Any]) -> Iterator[Any]:
        while True:
            try:
                yield self._portal.call(items.__anext__)
            except StopAsyncIteration:
                return


async def _serve(opened: "Future[BlockingPortal]") -> None:
    """Do what is asked for from other threads, until told to stop."""
    async with BlockingPortal() as portal:
        opened.set_result(portal)
        await portal.sleep_until_stopped()
