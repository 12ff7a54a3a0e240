"""Vectors in files that are written once: a file is whole or it is not there."""

import os
import re
import time
import zlib
from collections.abc import Collection, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from moe_core.contracts.errors import StorageError

KEY_BYTES = 16

_MOST_FILES = 8
_ABANDONED_SECONDS = 3600.0  # after which a file that is not whole has no writer any more
_NAME = re.compile(r"[0-9a-f]{8}\.npy")
_PARTIAL = ".partial"
_UNSAFE = re.compile(r"[^\w.-]+")

Floats = NDArray[np.float32]
Records = NDArray[np.void]


class VectorFiles:
    """The vectors of one model: some memory-mapped files of (key, vector), named after their checksum.

    A damaged file is deleted, and its texts are embedded again. Processes that write at the same time add files of
    their own; a text that is in two of them is read from the first.
    """

    def __init__(self, cache_folder: Path | None, model_id: str) -> None:
        """Take a model's folder.

        Args:
            cache_folder: Holds one folder a model; without one the vectors are kept in memory.
            model_id: Whose vectors they are.
        """
        self._folder: Path | None = None
        if cache_folder is not None:
            digest = blake2b(model_id.encode(), digest_size=4).hexdigest()
            self._folder = cache_folder / "vectors" / f"{_UNSAFE.sub('-', model_id)[:48].strip('-.')}-{digest}"
        self._records: list[Records] = []
        self._paths: list[Path] = []

    @property
    def blocks(self) -> list[Floats]:
        """The vectors, file by file, each of shape (vectors, dimensions)."""
        return [records["vector"] for records in self._records]

    def read(self) -> dict[bytes, int]:
        """Map what is there. Returns the place of each key's vector, counted through all files."""
        if self._folder is not None and self._folder.is_dir():
            for path in sorted(self._folder.iterdir()):
                if path.suffix == _PARTIAL:
                    _sweep(path)
                records = _map(path) if _NAME.fullmatch(path.name) else None
                if records is not None and (not self._records or records.dtype == self._records[0].dtype):
                    self._records.append(records)
                    self._paths.append(path)
        return self._list_places()

    def add(self, keys: Sequence[bytes], vectors: Floats) -> None:
        """Keep vectors, on disk at once.

        Raises:
            ValueError: A vector holds something that is no number.
            StorageError: They cannot be written.
        """
        if not np.isfinite(vectors).all():
            raise ValueError("the embedding model returned a vector with something that is no number")
        records = np.empty(len(keys), dtype=[("key", f"V{KEY_BYTES}"), ("vector", "<f4", (vectors.shape[1],))])
        records["key"] = np.frombuffer(b"".join(keys), dtype=f"V{KEY_BYTES}")
        records["vector"] = vectors
        self._keep([records])

    def tidy(self, used: Collection[bytes]) -> dict[bytes, int]:
        """Make one file of many, without what is no longer used if that is most of it. Returns the places."""
        places = self._list_places()
        stale = sum(len(records) for records in self._records) - sum(key in places for key in used if key)
        if self._folder is None or (len(self._records) <= _MOST_FILES and stale <= max(len(used), 1000)):
            return places
        old_records, old_paths = self._records, self._paths
        self._records, self._paths = [], []
        is_kept = set(used) if stale > len(used) else set(places)
        parts, first = [], 0
        for records in old_records:
            own = [at for at, key in enumerate(_list_keys(records)) if key in is_kept and places[key] == first + at]
            parts.append(records[np.array(own, dtype=np.int64)])
            first += len(records)
        self._keep(parts)
        for path in old_paths:
            if path not in self._paths:
                with suppress(OSError):  # another process has it open, or has deleted it
                    path.unlink()
        return self._list_places()

    def _list_places(self) -> dict[bytes, int]:
        places: dict[bytes, int] = {}
        first = 0
        for records in self._records:
            for at, key in enumerate(_list_keys(records)):
                places.setdefault(key, first + at)
            first += len(records)
        return places

    def _keep(self, parts: Sequence[Records]) -> None:
        joined = np.concatenate(parts)
        if self._folder is None:
            self._records.append(joined)
            return
        partial = self._folder / f"{uuid4().hex}{_PARTIAL}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with partial.open("xb") as file:
                np.save(file, joined)
                file.flush()
                os.fsync(file.fileno())
            path = self._folder / f"{_sum(partial):08x}.npy"
            partial.replace(path)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise StorageError(
                f"cannot keep vectors in {self._folder}: {error.strerror}", hint="free some space, or mend its rights"
            ) from error
        mapped = _map(path)
        if mapped is None:
            raise StorageError(f"{path} is not what was written", hint="check the disk")
        self._records.append(mapped)
        self._paths.append(path)


def _list_keys(records: Records) -> list[bytes]:
    data = np.ascontiguousarray(records["key"]).tobytes()
    return [data[at : at + KEY_BYTES] for at in range(0, len(data), KEY_BYTES)]


def _map(path: Path) -> Records | None:
    """A file's records; None for one that is damaged, which is deleted."""
    try:
        records: Records | None = np.load(path, mmap_mode="r", allow_pickle=False)
        if f"{_sum(path):08x}" != path.stem or records is None or records.dtype.names != ("key", "vector"):
            records = None
    except FileNotFoundError:
        return None  # another process has just made one file of many
    except (OSError, ValueError, EOFError):
        records = None
    if records is None:
        with suppress(OSError):
            path.unlink()
    return records


def _sweep(path: Path) -> None:
    """Remove what a writer that died has left behind."""
    with suppress(OSError):
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            path.unlink()


def _sum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            found = zlib.crc32(chunk, found)
    return found
