"""Requests that may come again: what an Idempotency-Key has stood for."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakValueDictionary

_MOST = 10_000  # keys that are remembered; a caller repeats a request within seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRequest:
    """The run that came of a request, and the digest of its body."""

    run_id: str
    digest: str


class KeptRequests:
    """What keys have stood for since the server started."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, KeptRequest] = OrderedDict()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def __repr__(self) -> str:
        return f"<KeptRequests, {len(self._kept)} keys>"

    def hold(self, key: str) -> asyncio.Lock:
        """What keeps two requests of one key from being taken side by side."""
        return self._locks.setdefault(key, asyncio.Lock())

    def find(self, key: str) -> KeptRequest | None:
        """What a key stands for; None for a new one."""
        return self._kept.get(key)

    def keep(self, key: str, run_id: str, digest: str) -> None:
        """Have a key stand for a run."""
        self._kept[key] = KeptRequest(run_id=run_id, digest=digest)
        while len(self._kept) > _MOST:
            self._kept.popitem(last=False)
