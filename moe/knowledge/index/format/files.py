"""One generation of the index as files: what is in them, writing them, mapping them."""

import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from moe.knowledge.analysis.entries import ANALYSIS_VERSION
from moe.knowledge.index.format.layout import FORMAT_VERSION, TEXT, TYPES
from moe.knowledge.index.format.postings import Arrays
from moe.knowledge.index.format.records import SourceTable, decode_table
from moe.knowledge.index.format.sealed_json import has_seal, open_sealed, seal_json
from moe_core.contracts.errors import StorageError
from moe_core.contracts.wire import decode_json, encode_json

MANIFEST = "manifest.json"
ARRAYS = "arrays.bin"
TEXTS = "text.bin"
SOURCES = "sources.json"
DATA_FILES = (ARRAYS, TEXTS)

_ALIGNMENT = 64
_CHUNK_BYTES = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file's size in bytes and its CRC-32."""

    size: int
    crc32: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArray:
    """Where an array lies in `arrays.bin`: bytes from `offset`, `count` numbers of a type like "<i4"."""

    offset: int
    count: int
    type: str
    crc32: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.count * np.dtype(self.type).itemsize


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation consists of.

    Attributes:
        format_version: Of the files.
        analysis_version: Of what was read out of the passages.
        files: By name.
        arrays: By name.
    """

    format_version: int
    analysis_version: int
    documents: int
    passages: int
    files: Mapping[str, StoredFile]
    arrays: Mapping[str, StoredArray]


class IndexOutdatedError(StorageError):
    """The index was made by another version of moe."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"the index in {folder} was made by another version of moe",
            hint="`moe index add` without a path makes it anew from its sources",
        )


class IndexDamagedError(StorageError):
    """The index is not what was written."""

    def __init__(self, folder: Path, what: str) -> None:
        """Tell of damage.

        Args:
            folder: The index's.
            what: Is wrong.
        """
        super().__init__(
            f"the index in {folder} is damaged: {what}",
            hint="run `moe index verify`, which tells all that is wrong; `moe index add` makes the index anew from its "
            f"sources; if that fails too, delete {folder}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Versions:
    format_version: int
    analysis_version: int


def write_arrays(folder: Path, arrays: Arrays) -> dict[str, StoredArray]:
    """Write all arrays but the text, one after another, into a folder's `arrays.bin`."""
    stored = {}
    with (folder / ARRAYS).open("wb") as file:
        for name, kind in TYPES.items():
            data = np.ascontiguousarray(arrays[name], kind).view(np.uint8).data
            file.write(bytes(-file.tell() % _ALIGNMENT))
            stored[name] = StoredArray(offset=file.tell(), count=len(arrays[name]), type=kind, crc32=zlib.crc32(data))
            file.write(data)
        _flush(file)
    return stored


def write_manifest(folder: Path, arrays: Mapping[str, StoredArray]) -> Manifest:
    """Write down what lies in a folder, which is complete with it."""
    manifest = Manifest(
        format_version=FORMAT_VERSION,
        analysis_version=ANALYSIS_VERSION,
        documents=arrays["documents.ids.starts"].count - 1,
        passages=arrays["passages.lengths"].count,
        files={name: measure_file(folder / name) for name in (*DATA_FILES, SOURCES)},
        arrays=arrays,
    )
    write_file(folder / MANIFEST, seal_json(encode_json(manifest)))
    return manifest


def write_file(path: Path, data: bytes) -> None:
    """Write a file so that it survives a power cut."""
    with path.open("wb") as file:
        file.write(data)
        _flush(file)


def sync_file(path: Path) -> None:
    """Wait until a file's, or on POSIX a folder's, content is on the disk."""
    if path.is_dir() and os.name != "posix":
        return
    number = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def measure_file(path: Path) -> StoredFile:
    """A file's size and checksum."""
    size, crc = 0, 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            size += len(chunk)
            crc = zlib.crc32(chunk, crc)
    return StoredFile(size=size, crc32=crc)


def load_manifest(folder: Path) -> Manifest:
    """What a generation consists of.

    Raises:
        IndexOutdatedError: It was made by another version of moe.
        StorageError: The manifest is missing or damaged.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
        if has_seal(data):
            data = open_sealed(data)
        elif decode_json(_Versions, data).format_version >= FORMAT_VERSION:
            raise ValueError("there is no checksum")
        versions = decode_json(_Versions, data)
        if (versions.format_version, versions.analysis_version) != (FORMAT_VERSION, ANALYSIS_VERSION):
            raise IndexOutdatedError(folder.parent)
        manifest = decode_json(Manifest, data)
        if manifest.arrays.keys() != TYPES.keys():
            raise IndexOutdatedError(folder.parent)
        return manifest
    except (OSError, ValueError) as error:
        raise IndexDamagedError(folder.parent, f"{MANIFEST} cannot be read") from error


def load_table(folder: Path) -> SourceTable:
    """Where a generation comes from.

    Raises:
        StorageError: The table is missing or damaged.
    """
    try:
        return decode_table((folder / SOURCES).read_bytes())
    except (OSError, ValueError) as error:
        raise IndexDamagedError(folder.parent, f"{SOURCES} cannot be read") from error


def map_arrays(folder: Path, manifest: Manifest) -> Arrays:
    """A generation's arrays, mapped from its files: nothing is read before it is used.

    Raises:
        StorageError: A file is not as long as it was, or the manifest says what cannot be.
    """
    data = {name: _map_file(folder, name, manifest) for name in DATA_FILES}
    arrays = {TEXT: data[TEXTS]}
    for name in TYPES:
        place = manifest.arrays[name]
        if place.offset + place.size > len(data[ARRAYS]) or place.offset < 0 or place.type != TYPES[name]:
            raise IndexDamagedError(folder.parent, f"{MANIFEST} says of {name} what cannot be")
        arrays[name] = data[ARRAYS][place.offset : place.offset + place.size].view(place.type)
    return arrays


def _map_file(folder: Path, name: str, manifest: Manifest) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    path = folder / name
    expected = manifest.files[name].size if name in manifest.files else -1
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise IndexDamagedError(folder.parent, f"{name} is missing") from error
    if size != expected:  # reading a mapped file beyond its end would kill the process
        raise IndexDamagedError(folder.parent, f"{name} has {size} bytes instead of {expected}")
    return np.asarray(np.memmap(path, np.uint8, mode="r")) if size else np.empty(0, np.uint8)


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
