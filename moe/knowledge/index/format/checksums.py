"""Whether a generation's files are still what was written."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from moe.knowledge.index.format.files import ARRAYS, DATA_FILES, SOURCES, Manifest, measure_file


def compare_files(generation: Path, manifest: Manifest) -> Iterator[str]:
    """How a generation's files differ from what was written, a line each."""
    for name in (*DATA_FILES, SOURCES):
        expected = manifest.files.get(name)
        try:
            found = measure_file(generation / name)
        except OSError as error:
            yield f"{name} cannot be read: {error.strerror}"
            continue
        if expected is None:
            yield f"the manifest lacks {name}"
        elif found.size != expected.size:
            yield f"{name} has {found.size} bytes instead of {expected.size}"
        elif found.crc32 != expected.crc32:
            wrong = _find_wrong_arrays(generation, manifest) if name == ARRAYS else ""
            yield f"{name} is not what was written{wrong}"


def _find_wrong_arrays(generation: Path, manifest: Manifest) -> str:
    wrong = []
    with (generation / ARRAYS).open("rb") as file:
        for name, place in manifest.arrays.items():
            file.seek(place.offset)
            if zlib.crc32(file.read(place.size)) != place.crc32:
                wrong.append(name)
    return f" (in {', '.join(wrong)})" if wrong else ""
