"""The collections of a workspace: their files, and an index of each that is made once a version."""

import hashlib
import os
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from moe.contracts.collections import CollectionContent, CollectionFile
from moe.contracts.documents import SourceNote
from moe.contracts.index import IndexChange, IndexProgressListener
from moe.knowledge.collections.contents import ContentStore
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.index_update import update_index
from moe.knowledge.loading.setup import ReadingSetup
from moe.storage.workspace import Workspace, open_workspace
from moe.storage.writer_lock import WriterLock
from moe_core.contracts.errors import DocumentError, NameUnknownError, RequestError, StorageError
from moe_core.contracts.wire import decode_json, encode_json

_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,62}")
_MANIFEST = "collection.json"


@dataclass(frozen=True, slots=True)
class CollectionStore:
    """Keeps documents under names.

    A collection is a folder: `documents`, where each file stands under its name, `index`, and `collection.json`, which
    lists the files with their hashes and is written last. What the files hold lies once for all collections.

    Attributes:
        workspace: Which holds them, in its folder `collections`.
    """

    workspace: Workspace

    @property
    def folder(self) -> Path:
        """Of all collections."""
        return self.workspace.folder / "collections"

    def list_names(self) -> list[str]:
        """The collections there are, by name."""
        return sorted(path.parent.name for path in self.folder.glob(f"*/{_MANIFEST}"))

    def read(self, name: str) -> CollectionContent:
        """What a collection holds.

        Raises:
            NameUnknownError: There is none of that name.
            StorageError: Its list of files cannot be read.
        """
        path = self.folder / name / _MANIFEST
        if not _NAME.fullmatch(name) or not path.is_file():
            known = self.list_names()
            near = get_close_matches(name, known, n=3, cutoff=0.5)
            hint = f"there are: {', '.join(known)}" if known else "`moe collections add NAME PATH` makes one"
            raise NameUnknownError("collection", name, near=near, hint=None if near else hint)
        try:
            return decode_json(CollectionContent, path.read_bytes())
        except (OSError, ValueError) as error:
            raise StorageError(f"{path} is damaged: {error}", hint="add the documents again") from error

    def open_index(self, name: str) -> IndexStore:
        """Where a collection's index is kept.

        Raises:
            NameUnknownError: There is no such collection.
        """
        self.read(name)
        return self._index(name)

    def add(
        self,
        name: str,
        paths: Sequence[str],
        *,
        reading: ReadingSetup,
        on_progress: IndexProgressListener | None = None,
    ) -> IndexChange:
        """Keep documents in a collection, which is made if it is new, and index them.

        A file has the name of the folder that is named and its path below it, or its own name; one that is there
        already under its name is replaced.

        Args:
            name: The collection's.
            paths: Files, folders and globs.
            reading: How documents are read.
            on_progress: Called often.

        Raises:
            RequestError: No collection can have that name, or two files would have one name.
            DocumentError: A path names nothing that can be read.
            StorageError: It cannot be written, or another process is changing it.
        """
        if not _NAME.fullmatch(name):
            raise RequestError(
                f"{name!r} is no name for a collection", hint="letters, digits, '-', '_' and '.', up to 63 of them"
            )
        found, notes = _find_files(paths, reading)
        self.workspace.create()
        (self.folder / name).mkdir(parents=True, exist_ok=True)
        with self._lock():
            kept: dict[str, CollectionFile] = {}
            for named, path in sorted(found.items()):
                try:
                    digest = self._contents.keep(path)
                except OSError as error:
                    notes.append(SourceNote(path=str(path), reason=error.strerror or str(error)))
                    continue
                self._contents.place(digest, self._documents(name) / named)
                kept[named] = CollectionFile(name=named, size=path.stat().st_size, digest=digest)
            before = {file.name: file for file in self.read(name).files} if name in self.list_names() else {}
            change = self._index_files(name, {**before, **kept}, reading, on_progress)
        return IndexChange(
            added=change.added,
            changed=change.changed,
            removed=change.removed,
            unchanged=change.unchanged,
            notes=(*notes, *change.notes),
            documents=change.documents,
            passages=change.passages,
            is_anew=change.is_anew,
        )

    def remove(self, name: str, files: Sequence[str], *, reading: ReadingSetup) -> IndexChange:
        """Take files out of a collection.

        Raises:
            NameUnknownError: There is no such collection, or file in it.
            RequestError: Nothing would be left.
            StorageError: It cannot be written.
        """
        content = self.read(name)
        kept = {file.name: file for file in content.files}
        for file in files:
            if file not in kept:
                near = get_close_matches(file, [one.name for one in content.files], n=3, cutoff=0.5)
                raise NameUnknownError("file", file, near=near, hint=None if near else f"moe collections show {name}")
        kept = {named: file for named, file in kept.items() if named not in files}
        if not kept:
            raise RequestError(
                f"nothing would be left of {name}", hint=f"`moe collections remove {name}` deletes the collection"
            )
        with self._lock():
            for file in files:
                (self._documents(name) / file).unlink(missing_ok=True)
            change = self._index_files(name, kept, reading, None)
            self._drop_unused()
        return change

    def delete(self, name: str) -> CollectionContent:
        """Delete a collection; what it held.

        Raises:
            NameUnknownError: There is none of that name.
            StorageError: It cannot be deleted.
        """
        content = self.read(name)
        with self._lock():
            try:
                (self.folder / name / _MANIFEST).unlink()  # from now on there is none
                shutil.rmtree(self.folder / name)
            except OSError as error:
                raise StorageError(f"cannot delete {error.filename}: {error.strerror}") from error
            self._drop_unused()
        return content

    @property
    def _contents(self) -> ContentStore:
        return ContentStore(self.folder / ".contents")

    def _documents(self, name: str) -> Path:
        return self.folder / name / "documents"

    def _index(self, name: str) -> IndexStore:
        workspace = open_workspace(self.folder / name)
        return IndexStore(workspace=workspace, project=self._documents(name), is_portable=True)

    def _lock(self) -> WriterLock:
        return WriterLock(self.folder / "LOCK", what="the collections", wait_seconds=1.0)

    def _index_files(
        self,
        name: str,
        files: Mapping[str, CollectionFile],
        reading: ReadingSetup,
        on_progress: IndexProgressListener | None,
    ) -> IndexChange:
        """Bring the index up to date with what stands in the folder, and list it."""
        documents = self._documents(name)
        try:
            change = update_index(self._index(name), reading=reading, add=[str(documents)], on_progress=on_progress)
        except DocumentError:
            if not (self.folder / name / _MANIFEST).exists():
                shutil.rmtree(self.folder / name, ignore_errors=True)  # a collection of nothing is none
            raise
        ordered = tuple(files[named] for named in sorted(files))
        version = hashlib.sha256(encode_json([(file.name, file.digest) for file in ordered])).hexdigest()[:16]
        path = self.folder / name / _MANIFEST
        beside = path.with_name(f".{_MANIFEST}.new")
        try:
            beside.write_bytes(encode_json(CollectionContent(name=name, version=version, files=ordered)))
            os.replace(beside, path)
        except OSError as error:
            raise StorageError(f"cannot write {path}: {error.strerror}") from error
        return change

    def _drop_unused(self) -> None:
        used = frozenset(file.digest for name in self.list_names() for file in self.read(name).files)
        with suppress(OSError):  # it takes room, and nothing else
            self._contents.drop_unused(used)


def _find_files(paths: Sequence[str], reading: ReadingSetup) -> tuple[dict[str, Path], list[SourceNote]]:
    """The files that are meant, by the name that each gets."""
    found: dict[str, Path] = {}
    notes: list[SourceNote] = []
    for argument in paths:
        sources = reading.find_sources([argument])
        notes += sources.notes
        base = _find_base(argument)
        for file in sources.files:
            name = Path(os.path.abspath(file.path)).relative_to(base).as_posix()
            other = found.setdefault(name, file.path)
            if os.path.realpath(other) != os.path.realpath(file.path):
                raise RequestError(
                    f"{other} and {file.path} would both be {name}",
                    hint="name the folder that holds both, or add them to two collections",
                )
    return found, notes


def _find_base(argument: str) -> Path:
    """The folder above what is named, to which names are relative: above a folder, a file, or where a glob begins."""
    path = Path(os.path.abspath(os.path.expanduser(argument)))
    if not path.exists():
        parts = path.parts
        first = next((place for place, part in enumerate(parts) if re.search(r"[*?\[]", part)), len(parts))
        path = Path(*parts[:first])
    return path.parent
