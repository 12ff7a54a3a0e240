"""The index's folder: generations, of which one is current, and never half of one."""

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import mkdtemp
from typing import TypeVar

from moe.knowledge.index.format.files import (
    DATA_FILES,
    IndexDamagedError,
    load_manifest,
    load_table,
    map_arrays,
    sync_file,
    write_file,
)
from moe.knowledge.index.format.index import FINGERPRINT_BYTES, PassageIndex
from moe.knowledge.index.format.records import SourceTable
from moe.knowledge.index.format.soundness import Soundness
from moe.knowledge.index.lock import WriterLock
from moe.storage.workspace import Workspace
from moe_core.contracts.errors import StorageError
from moe_core.contracts.wire import encode_json

T = TypeVar("T")

_CURRENT = "CURRENT"
_LOCK = "LOCK"
_PENDING = "pending-"
_GENERATION = re.compile(r"gen-(\d{6,})")
_MOST_TRIES = 5
# An index up to this size is compared with its checksums whenever it is opened: 2 GB a second, thus 30 ms at most, and
# 6 ms for 6,000 passages. In larger ones what is found is compared, and all of it before moe says "not found".
_MOST_BYTES_COMPARED = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexStore:
    """Where a project's index is kept.

    Attributes:
        workspace: Which holds it, in its folder `index`.
        project: The project's folder; the paths of sources inside of it are kept relative to it.
    """

    workspace: Workspace
    project: Path

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
        return self.read(_open_generation)

    def open_with_table(self) -> tuple[PassageIndex, SourceTable] | None:
        """The index as it is now, and where it comes from; None when there is none.

        Raises:
            IndexOutdatedError: It was made by another version of moe.
            StorageError: It is damaged.
        """
        return self.read(lambda folder: (_open_generation(folder), load_table(folder)))

    def load_table(self) -> SourceTable:
        """Where the current generation comes from; an empty table without one.

        Raises:
            StorageError: The table is damaged.
        """
        return self.read(load_table) or SourceTable()

    def measure(self) -> int:
        """Bytes of the current generation; 0 without one."""
        return self.read(lambda folder: sum(path.stat().st_size for path in folder.iterdir())) or 0

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Be the only writer; what dead writers left behind is swept away.

        Raises:
            IndexBusyError: Another process is.
            StorageError: The folder cannot be written.
        """
        self.workspace.create()
        with self._mapped_errors():
            self.folder.mkdir(exist_ok=True)
            with WriterLock(self.folder / _LOCK):
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

    def publish(self, folder: Path) -> None:
        """Make a complete folder the current generation, and remove the one before."""
        numbers = [int(match.group(1)) for path in self.folder.iterdir() if (match := _GENERATION.fullmatch(path.name))]
        name = f"gen-{max(numbers, default=0) + 1:06d}"
        sync_file(folder)
        folder.chmod(self.folder.stat().st_mode & 0o777)  # it was made for this process alone
        folder.rename(self.folder / name)
        sync_file(self.folder)
        write_file(self.folder / f"{_PENDING}{_CURRENT}", f"{name}\n".encode())
        os.replace(self.folder / f"{_PENDING}{_CURRENT}", self.folder / _CURRENT)
        sync_file(self.folder)
        self._sweep()

    def _sweep(self) -> None:
        """Remove all but the current generation. One that is still mapped stays readable to whoever has it open."""
        current = self.find_generation()
        for path in self.folder.iterdir():
            if path.name.startswith(_PENDING) and path.is_file():
                path.unlink(missing_ok=True)
            elif path.name.startswith(_PENDING) or (_GENERATION.fullmatch(path.name) and path != current):
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


def _open_generation(folder: Path) -> PassageIndex:
    manifest = load_manifest(folder)
    arrays = map_arrays(folder, manifest)
    soundness = Soundness(folder.parent, manifest, arrays)
    if sum(file.size for file in manifest.files.values()) <= _MOST_BYTES_COMPARED:
        soundness.check()
    digest = blake2b(encode_json([manifest.files[name] for name in DATA_FILES]), digest_size=FINGERPRINT_BYTES)
    return PassageIndex(arrays, fingerprint=digest.hexdigest(), soundness=soundness)
