"""What all providers of one event loop share: connections, and what was learnt about servers."""

from typing import Any

import msgspec
from anyio.lowlevel import RunVar


class Shared(msgspec.Struct):
    """What all providers of one event loop share: connections by proxy, and what was learnt about servers."""

    transports: dict[str | None, Any] = msgspec.field(default_factory=dict)
    users: int = 0
    memories: dict[tuple[str, type], Any] = msgspec.field(default_factory=dict)


_shared: RunVar[Shared] = RunVar("moe_serving")


def find_shared() -> Shared | None:
    """What this event loop's providers share; None before any asked a server."""
    return _shared.get(None)


def get_shared() -> Shared:
    """What this event loop's providers share, made when there is none."""
    shared = _shared.get(None)
    if shared is None:
        shared = Shared()
        _shared.set(shared)
    return shared
