"""The table of the index's sources: which files it was made from, and how they looked then."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from time import time_ns

from moe_core.contracts.wire import decode_json, encode_json

# A file changed within this time before it was read may change again without its time of change showing it.
_SETTLING_NANOSECONDS = 2_000_000_000
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """How a file looks.

    Attributes:
        size: In bytes.
        mtime_ns: When it was last changed; -1 when that was too short ago to be relied on.
        digest: BLAKE2b of its content.
    """

    size: int
    mtime_ns: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """A file whose documents are in the index.

    Attributes:
        name: Its path as the user wrote it when it was added, with "/"; its documents' ids begin with it.
        path: That path made absolute; relative to the project's folder, with "/", for a file inside of it.
        real_path: The same with all links resolved. No two records share one; they are sorted by it.
        state: How it looked when it was read.
        documents: How many it holds.
        is_named: The user named this very file, rather than a folder.
    """

    name: str
    path: str
    real_path: str
    state: FileState
    documents: int
    is_named: bool

    def locate(self, base: Path) -> Path:
        """Where the file is."""
        return base / self.path


def decode_records(data: bytes) -> list[SourceRecord]:
    """Read the table.

    Raises:
        ValueError: It is none.
    """
    return decode_json(list[SourceRecord], data)


def encode_records(records: Sequence[SourceRecord]) -> bytes:
    """Write the table."""
    return encode_json(records)


def name_path(path: Path, base: Path) -> str:
    """An absolute path as records hold it."""
    return (path.relative_to(base) if path.is_relative_to(base) else path).as_posix()


def read_state(path: Path, known: FileState | None = None) -> FileState:
    """How a file looks now; it is read only if size or time tell that it may have changed since `known`.

    Raises:
        OSError: It cannot be read.
    """
    stat = path.stat()
    if known is not None and (stat.st_size, stat.st_mtime_ns) == (known.size, known.mtime_ns):
        return known
    is_settled = time_ns() - stat.st_mtime_ns > _SETTLING_NANOSECONDS
    return FileState(size=stat.st_size, mtime_ns=stat.st_mtime_ns if is_settled else -1, digest=_compute_digest(path))


def _compute_digest(path: Path) -> str:
    digest = blake2b(digest_size=20)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def make_absolute(path: Path) -> Path:
    """An absolute path without "..", links left as they are."""
    return Path(os.path.abspath(path))
