"""The table of the index's sources: which files it was made from, and how they looked then."""

import os
from hashlib import blake2b
from pathlib import Path
from time import time_ns

import msgspec

from moe.knowledge.index.format.sealed_json import open_sealed, seal_json
from moe_core.contracts.wire import decode_json, encode_json

# A file changed within this time before it was read may change again without its time of change showing it.
_SETTLING_NANOSECONDS = 2_000_000_000
_CHUNK_BYTES = 1 << 20  # read at once: memory does not grow with the file


class FileState(msgspec.Struct, frozen=True, kw_only=True):
    """How a file looks.

    Attributes:
        size: In bytes.
        mtime_ns: When it was last changed; -1 when that was too short ago to be relied on.
        digest: BLAKE2b of its content.
    """

    size: int
    mtime_ns: int
    digest: str


class SourceRecord(msgspec.Struct, frozen=True, kw_only=True):
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


class FolderState(msgspec.Struct, frozen=True, kw_only=True):
    """How a folder looks: files that come, go or are renamed change its time.

    Attributes:
        path: As in `SourceRecord.path`.
        mtime_ns: When its list of files last changed; -1 when that was too short ago to be relied on.
    """

    path: str
    mtime_ns: int


class SourceRoot(msgspec.Struct, frozen=True, kw_only=True):
    """A folder or glob that the user added: what comes to lie there belongs to the index.

    Attributes:
        name: As the user wrote it, with "/".
        path: The same, as in `SourceRecord.path`.
        folders: All that files of it can lie in.
        follows_links: What links lead to outside of it belongs to it.
    """

    name: str
    path: str
    folders: tuple[FolderState, ...] = ()
    follows_links: bool = False


class SourceTable(msgspec.Struct, frozen=True, kw_only=True):
    """All that is kept of where an index comes from.

    Attributes:
        files: Whose documents are in it, by real path.
        roots: The folders and globs that were added.
        left_out: Files of these that could not be read, or hold no text.
        removed: Real paths of files and folders below the roots that the user took out.
    """

    files: tuple[SourceRecord, ...] = ()
    roots: tuple[SourceRoot, ...] = ()
    left_out: tuple[SourceRecord, ...] = ()
    removed: tuple[str, ...] = ()


def decode_table(data: bytes) -> SourceTable:
    """Read the table, or the list of files that indexes of format 1 have in its place.

    Raises:
        ValueError: It is none, or not what was written.
    """
    if data.startswith(b"["):
        return SourceTable(files=decode_json(tuple[SourceRecord, ...], data))
    return decode_json(SourceTable, open_sealed(data))


def encode_table(table: SourceTable) -> bytes:
    """Write the table."""
    return seal_json(encode_json(table))


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
    return FileState(size=stat.st_size, mtime_ns=_settle(stat.st_mtime_ns), digest=_compute_digest(path))


def read_folder(path: Path, name: str) -> FolderState:
    """How a folder looks now.

    Raises:
        OSError: It cannot be looked at.
    """
    return FolderState(path=name, mtime_ns=_settle(path.stat().st_mtime_ns))


def _settle(mtime_ns: int) -> int:
    return mtime_ns if time_ns() - mtime_ns > _SETTLING_NANOSECONDS else -1


def _compute_digest(path: Path) -> str:
    digest = blake2b(digest_size=20)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def make_absolute(path: Path) -> Path:
    """An absolute path without "..", links left as they are."""
    return Path(os.path.abspath(path))
