"""The documents of a batch, each set opened once for all lines that ask it."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

import anyio

from moe.app import App
from moe.contracts.documents import ProgressListener
from moe.contracts.request import RunRequest
from moe.rooms import LoadedLibrary

Key: TypeAlias = tuple[str, ...]


class SharedLibraries:
    """Opens documents when they are first asked, and lets go of them when no line is left that asks them."""

    def __init__(self, app: App, requests: Iterable[RunRequest], *, on_progress: ProgressListener | None) -> None:
        self._app = app
        self._on_progress = on_progress
        self._left = Counter(request.docs for request in requests)
        self._open: dict[Key, LoadedLibrary] = {}
        self._locks: dict[Key, anyio.Lock] = {}

    def __repr__(self) -> str:
        return f"<SharedLibraries, {len(self._open)} open>"

    async def find(self, docs: Key) -> LoadedLibrary | None:
        """The documents of a request; None when there are none at all.

        Raises:
            DocumentError: They cannot be read.
            StorageError: The index is damaged.
        """
        async with self._locks.setdefault(docs, anyio.Lock()):
            if docs not in self._open:
                library = await self._app.read_library(docs, on_progress=self._on_progress)
                if library is None:
                    return None
                self._open[docs] = library
            return self._open[docs]

    def leave(self, docs: Key) -> None:
        """One line fewer will ask them."""
        self._left[docs] -= 1
        if self._left[docs] <= 0:
            self._open.pop(docs, None)
