"""The index's folder: segments, and generations of them, of which one is current, and never half of one."""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

import msgspec

from moe.knowledge.index.format.files import (
    IndexDamagedError,
    load_manifest,
    load_table,
    sync_file,
    write_file,
)
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.records import SourceTable
from moe.knowledge.index.generation import Generation, open_generation
from moe.storage.workspace import Workspace
from moe.storage.writer_lock import WriterLock
from moe_core.contracts.errors import StorageError

T = TypeVar("T")

_CURRENT = "CURRENT"
_LOCK = "LOCK"
_PENDING = "pending-"
_GENERATION = re.compile(r"gen-(\d{6,})")
_SEGMENT = re.compile(r"seg-(\d{6,})")
_MOST_TRIES = 5


class IndexStore(msgspec.Struct, frozen=True, kw_only=True):
    """Where a project's index is kept.

    Attributes:
        workspace: Which holds it, in its folder `index`.
        project: The project's folder; the paths of sources inside of it are kept relative to it.
        is_portable: Sources have these relative paths for names too, however they were named when they were added, so
            that the same files have the same passages on every machine.
    """

    workspace: Workspace
    project: Path
    is_portable: bool = False

    @property
    def folder(self) -> Path:
        """The index's folder."""
        return self.workspace.folder / "index"

    @property
    def cache_folder(self) -> Path:
        """Where retrievers keep files of their own; not part of the index."""
        return self.workspace.folder / "cache"

    def exists(self) -> bool:
        """Whether anything was ever indexed."""
        return (self.folder / _CURRENT).exists()

    def find_generation(self) -> Path | None:
        """The folder of the current generation; None when nothing was ever indexed.

        Raises:
            StorageError: Which it is cannot be told.
        """
        try:
            name = (self.folder / _CURRENT).read_text(encoding="utf-8", errors="replace").strip()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError(f"cannot read the index in {self.folder}: {error.strerror}") from error
        if not _GENERATION.fullmatch(name):
            raise IndexDamagedError(self.folder, f"{_CURRENT} names no generation")
        return self.folder / name

    def read(self, action: Callable[[Path], T]) -> T | None:
        """Do something with the current generation, again if it is superseded meanwhile; None without one.

        Raises:
            StorageError: The index is damaged, or the action says so.
        """
        for _ in range(_MOST_TRIES):
            folder = self.find_generation()
            if folder is None:
                return None
            try:
                result = action(folder)
            except (OSError, StorageError) as error:
                if self.find_generation() != folder:
                    continue
                if isinstance(error, StorageError):
                    raise
                raise IndexDamagedError(self.folder, f"{error.filename} cannot be read") from error
            if self.find_generation() == folder:
                return result
        raise StorageError(f"the index in {self.folder} changes all the time", hint="try again")

    def open(self) -> PassageIndex | None:
        """The index as it is now; later changes do not touch what was opened. None when there is none.

        Raises:
            IndexOutdatedError: It was made by another version of moe.
            StorageError: It is damaged.
        """
        return self.read(lambda folder: open_generation(folder).join())

    def open_with_table(self) -> tuple[PassageIndex, SourceTable] | None:
        """The index as it is now, and where it comes from; None when there is none.

        Raises:
            IndexOutdatedError: It was made by another version of moe.
            StorageError: It is damaged.
        """
        return self.read(lambda folder: (open_generation(folder).join(), load_table(folder)))

    def open_generation(self) -> Generation | None:
        """The current generation, for whoever makes the next one; None when there is none.

        Raises:
            IndexOutdatedError: It was made by another version of moe.
            StorageError: It is damaged.
        """
        return self.read(open_generation)

    def load_table(self) -> SourceTable:
        """Where the current generation comes from; an empty table without one.

        Raises:
            StorageError: The table is damaged.
        """
        return self.read(load_table) or SourceTable()

    def measure(self) -> int:
        """Bytes of the current generation with its segments; 0 without one."""
        return self.read(lambda folder: sum(_measure(path) for path in list_folders(folder))) or 0

    def stamp(self) -> tuple[tuple[str, int, int], ...] | None:
        """What changes when a file of it does: names, sizes and times; None while somebody changes it."""
        try:
            looks = [(str(path), path.stat()) for path in sorted(self.folder.rglob("*")) if path.is_file()]
        except OSError:
            return None
        return tuple((name, look.st_size, look.st_mtime_ns) for name, look in looks)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer; what dead writers left behind is swept away.

        Raises:
            WriterBusyError: Another process is.
            StorageError: The folder cannot be written.
        """
        self.workspace.create()
        with self._mapped_errors():
            self.folder.mkdir(exist_ok=True)
            with WriterLock(self.folder / _LOCK, what="the index"):
                self._sweep()
                yield

    @contextmanager
    def begin(self) -> Iterator[Path]:
        """A new folder to write a generation into; it is gone afterwards unless it was published."""
        folder = Path(mkdtemp(prefix=_PENDING, dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def name_next(self) -> tuple[str, str]:
        """The names of the next generation and of its new segment; no generation ever had them."""
        numbers = [int(match.group(1)) for path in self.folder.iterdir() if (match := _GENERATION.fullmatch(path.name))]
        number = max(numbers, default=0) + 1
        return f"gen-{number:06d}", f"seg-{number:06d}"

    def publish(self, folder: Path, segment: Path | None) -> None:
        """Make a complete folder the current generation, and remove what it does not need.

        Args:
            folder: Of the generation.
            segment: Below it, its new segment, if there is one.
        """
        name, segment_name = self.name_next()
        mode = self.folder.stat().st_mode & 0o777  # folders were made for this process alone
        if segment is not None:
            sync_file(segment)
            segment.chmod(mode)
            shutil.rmtree(self.folder / segment_name, ignore_errors=True)  # of a generation that never became one
            segment.rename(self.folder / segment_name)
        sync_file(folder)
        folder.chmod(mode)
        folder.rename(self.folder / name)
        sync_file(self.folder)
        write_file(self.folder / f"{_PENDING}{_CURRENT}", f"{name}\n".encode())
        os.replace(self.folder / f"{_PENDING}{_CURRENT}", self.folder / _CURRENT)
        sync_file(self.folder)
        self._sweep()

    def _sweep(self) -> None:
        """Remove all but the current generation. One that is still mapped stays readable to whoever has it open."""
        current = self.find_generation()
        try:
            kept = set(list_folders(current)) if current is not None else set()
        except StorageError:  # damaged, or of another version: which segments it has cannot be told
            kept = {path for path in self.folder.iterdir() if _SEGMENT.fullmatch(path.name)}
        for path in self.folder.iterdir():
            if path.name.startswith(_PENDING) and path.is_file():
                path.unlink(missing_ok=True)
            elif (
                path.name.startswith(_PENDING)
                or (_GENERATION.fullmatch(path.name) and path != current)
                or (_SEGMENT.fullmatch(path.name) and path not in kept)
            ):
                shutil.rmtree(path, ignore_errors=True)

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            remedy = "make room on the disk" if error.errno == errno.ENOSPC else "make the folder writable"
            raise StorageError(
                f"cannot write the index in {self.folder}: {error.strerror or error}",
                hint=f"{remedy}, then try again; the index is as it was",
            ) from error


def list_folders(generation: Path) -> list[Path]:
    """The folders that a generation lies in: its own, then those of its segments.

    Raises:
        StorageError: Which they are cannot be told.
    """
    return [generation, *(generation.parent / segment.name for segment in load_manifest(generation).segments)]


def _measure(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())
