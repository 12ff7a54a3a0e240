"""The transport that stays in its process: both ends know each other by a name."""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import ClassVar

import anyio

from moe_core import Dispatch, Envelope, Transport, TransportError, hookimpl


class InprocTransport(Transport):
    """Hands envelopes to whoever serves the same address in this process, encoded as they would be elsewhere."""

    name = "inproc"
    summary = "Within one process, for tests and for trying out"
    schemes = ("inproc",)
    _served: ClassVar[dict[str, Dispatch]] = {}

    async def serve(self, dispatch: Dispatch, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Be found at the address."""
        if self.place.url in self._served:
            raise TransportError(f"{self.place.url} is served already", address=self.place.url)
        self._served[self.place.url] = dispatch
        try:
            on_ready()
            await anyio.sleep_forever()
        finally:
            del self._served[self.place.url]

    async def stream(self, envelope: Envelope) -> AsyncGenerator[bytes, None]:
        """Hand it over."""
        dispatch = self._served.get(self.place.url)
        if dispatch is None:
            raise TransportError(
                f"nobody serves {self.place.url} in this process", address=self.place.url, retryable=True
            )
        async with aclosing(dispatch.handle(envelope.encode())) as events:
            async for event in events:
                yield event


@hookimpl
def moe_transports() -> list[type[Transport]]:
    """The transport within a process."""
    return [InprocTransport]
