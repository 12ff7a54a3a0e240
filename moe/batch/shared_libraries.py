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

Key: TypeAlias = tuple[tuple[str, ...], str | None]


class SharedLibraries:
    """Opens documents when they are first asked, and lets go of them when no line is left that asks them."""

    def __init__(self, app: App, requests: Iterable[RunRequest], *, on_progress: ProgressListener | None) -> None:
        self._app = app
        self._on_progress = on_progress
        self._left = Counter(map(_name_documents, requests))
        self._open: dict[Key, LoadedLibrary] = {}
        self._locks: dict[Key, anyio.Lock] = {}

    def __repr__(self) -> str:
        return f"<SharedLibraries, {len(self._open)} open>"

    async def find(self, request: RunRequest) -> LoadedLibrary | None:
        """The documents of a request; None when there are none at all.

        Raises:
            DocumentError: They cannot be read.
            NameUnknownError: There is no such collection.
            StorageError: The index is damaged.
        """
        key = docs, collection = _name_documents(request)
        async with self._locks.setdefault(key, anyio.Lock()):
            if key not in self._open:
                library = await self._app.read_library(docs, collection=collection, on_progress=self._on_progress)
                if library is None:
                    return None
                self._open[key] = library
            return self._open[key]

    def is_open(self, request: RunRequest) -> bool:
        """Whether nothing need be read for a request."""
        return _name_documents(request) in self._open

    def find_text(self, request: RunRequest, document_id: str) -> str:
        """The text of a document that is open for a request; "" for any other."""
        loaded = self._open.get(_name_documents(request))
        if loaded is None:
            return ""
        try:
            return loaded.library.get_document(document_id).text
        except NameUnknownError:
            return ""

    def close(self) -> None:
        """Let go of all; whoever asks next has them read anew."""
        self._open.clear()

    def leave(self, request: RunRequest) -> None:
        """This request has been answered; documents that no other one asks are let go of."""
        key = _name_documents(request)
        self._left[key] -= 1
        if self._left[key] <= 0:
            self._open.pop(key, None)


def _name_documents(request: RunRequest) -> Key:
    return request.docs, request.collection
