"""The change of a collection, followed."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable

from moe.server.collections.desk import CollectionChange
from moe.server.streams.feed import encode_end
from moe_core.contracts.wire import encode_json

_LOOK_SECONDS = 0.1  # between two looks at how far it is
_OVER = ("done", "failed")


async def follow_change(
    change: CollectionChange | None, *, heartbeat_seconds: float, is_stopping: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """Frames that each tell how far a change is, until it is done or has failed; None is over already.

    Args:
        change: Looked at again and again: whoever does it writes into it.
        heartbeat_seconds: Silence after which a comment is sent.
        is_stopping: Whether the server stops.
    """
    told, spoken = b"", time.monotonic()
    while change is not None:
        is_over, now = change.status in _OVER, encode_json(change)
        if now != told:
            yield b"event: collection.%b\ndata: %b\n\n" % (change.status.encode(), now)
            told, spoken = now, time.monotonic()
        if is_over:
            break
        if is_stopping():
            yield encode_end("server.stopping", {"hint": "come back to see how it went on"})
            return
        if time.monotonic() - spoken > heartbeat_seconds:
            yield b": still here\n\n"
            spoken = time.monotonic()
        await asyncio.sleep(_LOOK_SECONDS)
    yield encode_end("stream.end", {"status": "done" if change is None else change.status})
