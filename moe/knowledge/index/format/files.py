"""The index as files: what is in them, writing them, mapping them."""

import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from moe.knowledge.analysis.entries import ANALYSIS_VERSION
from moe.knowledge.index.format.layout import FORMAT_VERSION, TEXT, TYPES
from moe.knowledge.index.format.postings import Arrays
from moe.knowledge.index.format.records import SourceTable, decode_table
from moe.knowledge.index.format.sealed_json import has_seal, open_sealed, seal_json
from moe_core.contracts.errors import StorageError
from moe_core.contracts.wire import decode_json, encode_json

MANIFEST = "manifest.json"  # of a generation
ARRAYS = "arrays.bin"
TEXTS = "text.bin"
DATA_FILES = (ARRAYS, TEXTS)  # of a segment
SOURCES = "sources.json"
MARKS = "marks.bin"

_ALIGNMENT = 64  # bytes: a cache line; each array is mapped where it lies
_CHUNK_BYTES = 1 << 22  # read at once: memory does not grow with the index


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file's size in bytes and its CRC-32."""

    size: int
    crc32: int


class StoredArray(msgspec.Struct, frozen=True, kw_only=True):
    """Where an array lies in `arrays.bin`: bytes from `offset`, `count` numbers of a type like "<i4"."""

    offset: int
    count: int
    type: str
    crc32: int

    @property
    def size(self) -> int:
        """In bytes."""
        return self.count * np.dtype(self.type).itemsize


class SegmentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Documents that were written at once, and never change.

    Attributes:
        name: Of the folder with its files, beside those of the generations.
        documents: How many it holds, dead ones included.
        passages: The same.
        files: By name.
        arrays: By name.
    """

    name: str
    documents: int
    passages: int
    files: Mapping[str, StoredFile]
    arrays: Mapping[str, StoredArray]

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(file.size for file in self.files.values())


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation consists of.

    Attributes:
        format_version: Of the files.
        analysis_version: Of what was read out of the passages.
        documents: How many are alive.
        passages: The same.
        segments: Where they lie.
        stretches: In which order: (segment, first document, the one after the last), all documents that are alive.
        files: Of the generation itself, by name.
        marks: What the dead documents of each segment counted for, by "<place of the segment>/<name>".
    """

    format_version: int
    analysis_version: int
    documents: int
    passages: int
    segments: tuple[SegmentRecord, ...]
    stretches: tuple[tuple[int, int, int], ...]
    files: Mapping[str, StoredFile]
    marks: Mapping[str, StoredArray]


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
            hint="run `moe index verify`, which tells all that is wrong; `moe index add --anew` makes the index anew "
            f"from its sources; if that fails too, delete {folder}",
        )


class _Versions(msgspec.Struct, frozen=True, kw_only=True):
    format_version: int
    analysis_version: int


def write_arrays(path: Path, arrays: Arrays, types: Mapping[str, str]) -> dict[str, StoredArray]:
    """Write arrays one after another into a file.

    Args:
        path: Of the file.
        arrays: By name.
        types: Which of them, and how.
    """
    stored = {}
    with path.open("wb") as file:
        for name, kind in types.items():
            data = np.ascontiguousarray(arrays[name], kind).view(np.uint8).data
            file.write(bytes(-file.tell() % _ALIGNMENT))
            stored[name] = StoredArray(offset=file.tell(), count=len(arrays[name]), type=kind, crc32=zlib.crc32(data))
            file.write(data)
        _flush(file)
    return stored


def describe_segment(folder: Path, name: str, arrays: Mapping[str, StoredArray]) -> SegmentRecord:
    """What lies in a segment's folder."""
    return SegmentRecord(
        name=name,
        documents=arrays["documents.ids.starts"].count - 1,
        passages=arrays["passages.lengths"].count,
        files={file: measure_file(folder / file) for file in DATA_FILES},
        arrays=arrays,
    )


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write down what a generation consists of, which is complete with it."""
    write_file(folder / MANIFEST, seal_json(encode_json(manifest)))


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
        if any(segment.arrays.keys() != TYPES.keys() for segment in manifest.segments):
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


def map_arrays(index: Path, segment: SegmentRecord) -> Arrays:
    """A segment's arrays, mapped from its files: nothing is read before it is used.

    Args:
        index: The index's folder.
        segment: As it was written.

    Raises:
        StorageError: A file is not as long as it was, or the manifest says what cannot be.
    """
    data = {name: _map_file(index, segment, name) for name in DATA_FILES}
    arrays = {TEXT: data[TEXTS]}
    for name in TYPES:
        place = segment.arrays[name]
        if place.offset + place.size > len(data[ARRAYS]) or place.offset < 0 or place.type != TYPES[name]:
            raise IndexDamagedError(index, f"{MANIFEST} says of {name} what cannot be")
        arrays[name] = data[ARRAYS][place.offset : place.offset + place.size].view(place.type)
    return arrays


def _map_file(index: Path, segment: SegmentRecord, name: str) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    path = index / segment.name / name
    expected = segment.files[name].size if name in segment.files else -1
    try:
        size = path.stat().st_size
    except FileNotFoundError as error:
        raise IndexDamagedError(index, f"{segment.name}/{name} is missing") from error
    if size != expected:  # reading a mapped file beyond its end would kill the process
        raise IndexDamagedError(index, f"{segment.name}/{name} has {size} bytes instead of {expected}")
    return np.asarray(np.memmap(path, np.uint8, mode="r")) if size else np.empty(0, np.uint8)


def load_marks(folder: Path, manifest: Manifest) -> Arrays:
    """What the dead documents of a generation's segments counted for.

    Raises:
        StorageError: It is missing, or not what was written.
    """
    if not manifest.marks:
        return {}
    try:
        data = np.fromfile(folder / MARKS, np.uint8)
    except OSError as error:
        raise IndexDamagedError(folder.parent, f"{MARKS} cannot be read") from error
    arrays = {}
    for name, place in manifest.marks.items():
        piece = data[place.offset : place.offset + place.size]
        if len(piece) != place.size or zlib.crc32(piece.data) != place.crc32:
            raise IndexDamagedError(folder.parent, f"{MARKS} is not what was written")
        arrays[name] = piece.view(place.type)
    return arrays


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
