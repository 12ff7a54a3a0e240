"""Whether files are still what was written."""

import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from moe.knowledge.index.format.files import ARRAYS, DATA_FILES, SegmentRecord, StoredFile, measure_file


def compare_segment(index: Path, segment: SegmentRecord) -> Iterator[str]:
    """How a segment's files differ from what was written, a line each.

    Args:
        index: The index's folder.
        segment: As it was written.
    """
    for name in DATA_FILES:
        for damage in compare_file(index / segment.name / name, segment.files.get(name)):
            wrong = _find_wrong_arrays(index, segment) if name == ARRAYS and "is not what" in damage else ""
            yield f"{segment.name}/{damage}{wrong}"


def compare_files(folder: Path, files: Mapping[str, StoredFile]) -> Iterator[str]:
    """The same for the files of a folder."""
    for name, expected in files.items():
        yield from compare_file(folder / name, expected)


def compare_file(path: Path, expected: StoredFile | None) -> Iterator[str]:
    """The same for one file."""
    try:
        found = measure_file(path)
    except OSError as error:
        yield f"{path.name} cannot be read: {error.strerror}"
        return
    if expected is None:
        yield f"the manifest lacks {path.name}"
    elif found.size != expected.size:
        yield f"{path.name} has {found.size} bytes instead of {expected.size}"
    elif found.crc32 != expected.crc32:
        yield f"{path.name} is not what was written"


def _find_wrong_arrays(index: Path, segment: SegmentRecord) -> str:
    wrong = []
    with (index / segment.name / ARRAYS).open("rb") as file:
        for name, place in segment.arrays.items():
            file.seek(place.offset)
            if zlib.crc32(file.read(place.size)) != place.crc32:
                wrong.append(name)
    return f" (in {', '.join(wrong)})" if wrong else ""
