"""Collections as callers see them: filled, looked at, deleted."""

import asyncio
from asyncio import to_thread
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import msgspec

from moe.app import App
from moe.contracts.collections import CollectionContent, CollectionFile
from moe.contracts.index import IndexChange, IndexProgress
from moe.server.collections.names import check_name, list_kept, make_own, show_name
from moe.server.collections.upload import SentFile, UploadFolder
from moe.server.docs_guard import DocsGuard
from moe.server.keys.access import Access
from moe.server.pool.job import JobEnd, PoolJob
from moe.server.pool.messages import WorkerOrder
from moe.server.pool.pool import RunPool
from moe.server.problems import ProblemError
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.evidence import Document
from moe_core.contracts.task import Status
from moe_core.contracts.wire import decode_json

_REMEMBERED = 1000  # changes of collections that are told of
_WAITING_MAX = 50  # changes that wait for the one at hand


class CollectionChange(msgspec.Struct, kw_only=True):
    """One change of a collection, on its way.

    Attributes:
        status: waiting, indexing, done or failed.
        progress: How far indexing is, as `moe` tells it elsewhere.
        change: What it did.
        problem: Why it failed: code, message and hint.
    """

    status: str = "waiting"
    progress: IndexProgress | None = None
    change: IndexChange | None = None
    problem: dict[str, str | None] | None = None


class CollectionState(msgspec.Struct, frozen=True, kw_only=True):
    """A collection as it is now.

    Attributes:
        name: What the caller calls it.
        status: ready; waiting or indexing while it is changed; failed when nothing of it is there.
        version: Of what it holds; "" before the first files are in it.
        files: What it holds.
        last_change: The newest change of it since the server started.
    """

    name: str
    status: str
    version: str = ""
    files: tuple[CollectionFile, ...] = ()
    last_change: CollectionChange | None = None


@dataclass(slots=True, kw_only=True)
class CollectionDesk:
    """What can be asked of collections.

    Attributes:
        app: Whose collections.
        pool: Who reads and indexes files: in a worker, so that nobody waits for it.
        guard: Which of the server's own files may be taken in.
    """

    app: App
    pool: RunPool
    guard: DocsGuard
    _changes: OrderedDict[str, CollectionChange] = field(default_factory=OrderedDict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _waiting: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def add(
        self, name: str, files: Sequence[SentFile], access: Access, *, docs: Sequence[str] = ()
    ) -> "asyncio.Task[None]":
        """Have files taken into a collection; what ends when they are in it, or cannot be.

        Args:
            name: The collection's.
            files: What was sent.
            access: Who sent it.
            docs: Files and folders of the server's own.

        Raises:
            RequestError: No collection can have that name.
            DocumentError: A file is of a kind that is not read.
            ProblemError: Too many changes wait, or the server's own files are not for everybody.
        """
        check_name(name)
        self._refuse_when_full()
        await to_thread(self.guard.check, docs)
        paths = await to_thread(self._keep, files) if files else []
        order = self._make_order(make_own(name, access), docs=(*map(str, paths), *docs))
        return self._begin(order, access, paths)

    async def remove(self, name: str, document: str, access: Access) -> "asyncio.Task[None]":
        """Have a file taken out of a collection.

        Raises:
            NameUnknownError: There is no such collection or file.
            RequestError: Nothing would be left.
            ProblemError: Too many changes wait.
        """
        kept = await to_thread(self._get_own, name, access)
        names = [file.name for file in kept.files]
        if document not in names:
            raise NameUnknownError("file", document, near=get_close_matches(document, names, n=3, cutoff=0.5))
        if len(names) == 1:
            raise RequestError("nothing would be left", hint=f"DELETE /api/v1/collections/{name} deletes it")
        self._refuse_when_full()
        return self._begin(self._make_order(kept.name, removed=(document,)), access, ())

    async def delete(self, name: str, access: Access) -> None:
        """Delete a collection.

        Raises:
            NameUnknownError: There is none of that name that is the caller's.
            RequestError: It is being changed.
        """
        kept = await to_thread(self._get_own, name, access)
        change = self._changes.get(kept.name)
        if change is not None and change.status in ("waiting", "indexing"):
            raise RequestError(f"the collection {name} is being changed", hint="wait until its status is ready")
        await to_thread(self.app.collections.delete, kept.name)
        self._changes.pop(kept.name, None)

    async def describe(self, name: str, access: Access) -> CollectionState:
        """A collection as it is now.

        Raises:
            NameUnknownError: There is none of that name that may be seen.
        """
        own = make_own(name, access)
        change = self._changes.get(own)
        try:
            content = await to_thread(self._get, name, access)
        except NameUnknownError:
            if change is None or change.status == "done":  # deleted since, by somebody else
                raise
            return CollectionState(name=name, status=change.status, last_change=change)
        return self._describe(content, access)

    async def list_all(self, access: Access) -> list[CollectionState]:
        """The collections that may be seen, by name; the caller's own in place of the project's of the same name."""
        found = {
            shown: content
            for content in sorted(await to_thread(self.app.collections.list), key=lambda one: "." in one.name)
            if (shown := show_name(content.name, access))
        }
        return [self._describe(found[name], access) for name in sorted(found)]

    async def read(self, name: str, document: str, access: Access) -> Document:
        """A document of a collection.

        Raises:
            NameUnknownError: There is no such collection or document.
        """
        return await to_thread(lambda: self.app.collections.read_document(self._get(name, access).name, document))

    def find_kept(self, name: str, access: Access) -> str:
        """The name under which a collection is kept that may be asked.

        Raises:
            NameUnknownError: There is none.
        """
        return self._get(name, access).name

    def _get(self, name: str, access: Access) -> CollectionContent:
        for kept in list_kept(name, access):
            with suppress(NameUnknownError):  # whose words tell of collections that are not the caller's
                return self.app.collections.get(kept)
        raise self._explain_absence(name, access)

    def _get_own(self, name: str, access: Access) -> CollectionContent:
        with suppress(NameUnknownError):
            return self.app.collections.get(make_own(name, access))
        raise self._explain_absence(name, access)

    def _explain_absence(self, name: str, access: Access) -> NameUnknownError:
        shown = [show_name(content.name, access) for content in self.app.collections.list()]
        near = get_close_matches(name, filter(None, shown), n=3, cutoff=0.5)
        hint = None if near else "GET /api/v1/collections lists those that there are"
        return NameUnknownError("collection", name, near=near, hint=hint)

    def _describe(self, content: CollectionContent, access: Access) -> CollectionState:
        change = self._changes.get(content.name)
        is_changing = change is not None and change.status in ("waiting", "indexing")
        return CollectionState(
            name=show_name(content.name, access),
            status=change.status if is_changing and change is not None else "ready",
            version=content.version,
            files=content.files,
            last_change=change,
        )

    def _keep(self, files: Sequence[SentFile]) -> list[Path]:
        """The files, where they lie until they are in their collection."""
        self.app.workspace.create()
        folder = UploadFolder(self.app.collections.store.folder)
        paths = folder.keep(files)
        try:
            for path in paths:
                self.app.reading.formats.get(path, path.name)
        except BaseException:
            folder.drop(paths)
            raise
        return paths

    def _refuse_when_full(self) -> None:
        if self._waiting >= _WAITING_MAX:
            raise ProblemError("busy", f"{self._waiting} changes of collections wait", headers={"retry-after": "5"})

    def _make_order(self, name: str, *, docs: tuple[str, ...] = (), removed: tuple[str, ...] = ()) -> WorkerOrder:
        run_id = f"collection-{self.app.make_run_id()}"
        return WorkerOrder(do="collection", run_id=run_id, collection=name, docs=docs, removed=removed)

    def _begin(self, order: WorkerOrder, access: Access, paths: Sequence[Path]) -> "asyncio.Task[None]":
        change = self._changes[order.collection] = CollectionChange()
        self._changes.move_to_end(order.collection)
        while len(self._changes) > _REMEMBERED:
            self._changes.popitem(last=False)
        self._waiting += 1
        task = asyncio.create_task(self._change(order, change, access, paths))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _change(
        self, order: WorkerOrder, change: CollectionChange, access: Access, paths: Sequence[Path]
    ) -> None:
        """One after the other, as the file of collections has one writer."""
        try:
            async with self._turn:
                change.status = "indexing"
                job = PoolJob(order=order, question=f"collection {order.collection}", owner=access.owner)
                job.on_piece = lambda told, _: setattr(change, "progress", decode_json(IndexProgress, told))
                if self.pool.submit(job):
                    _conclude(change, await job.end)
                else:
                    change.status = "failed"
                    change.problem = {"code": "busy", "message": "too many runs wait", "hint": "come back in a while"}
        finally:
            self._waiting -= 1
            await to_thread(UploadFolder(self.app.collections.store.folder).drop, paths)


def _conclude(change: CollectionChange, end: JobEnd) -> None:
    if end.status == Status.DONE:
        change.status, change.change = "done", decode_json(IndexChange, end.result)
        return
    change.status = "failed"
    fault = end.fault
    change.problem = (
        {"code": "running", "message": f"it is {end.status}", "hint": None}
        if fault is None
        else {"code": fault.code, "message": fault.message, "hint": fault.hint}
    )
