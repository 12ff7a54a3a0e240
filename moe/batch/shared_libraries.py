"""The documents of several requests, each set opened once for all that ask it."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

import anyio

from moe.app import App
from moe.contracts.documents import ProgressListener
from moe.contracts.request import RunRequest
from moe.rooms import LoadedLibrary
from moe_core.contracts.errors import NameUnknownError

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

    def is_open(self, docs: Key) -> bool:
        """Whether nothing need be read for them."""
        return docs in self._open

    def find_text(self, docs: Key, document_id: str) -> str:
        """The text of a document that is open; "" for any other."""
        loaded = self._open.get(docs)
        if loaded is None:
            return ""
        try:
            return loaded.library.get_document(document_id).text
        except NameUnknownError:
            return ""

    def close(self) -> None:
        """Let go of all; whoever asks next has them read anew."""
        self._open.clear()

    def leave(self, docs: Key) -> None:
        """One line fewer will ask them."""
        self._left[docs] -= 1
        if self._left[docs] <= 0:
            self._open.pop(docs, None)
