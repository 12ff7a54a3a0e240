"""Whether the arrays of an opened index are what was written."""

import zlib
from pathlib import Path

from moe.knowledge.index.format.files import TEXTS, IndexDamagedError, Manifest
from moe.knowledge.index.format.layout import TEXT
from moe.knowledge.index.format.postings import Arrays


class Soundness:
    """Compares arrays with their checksums, all of them once, when it is first asked to."""

    def __init__(self, folder: Path, manifest: Manifest, arrays: Arrays) -> None:
        """Prepare to compare.

        Args:
            folder: The index's.
            manifest: Holds the checksums.
            arrays: As they are mapped.
        """
        self.folder = folder
        self._expected = {name: place.crc32 for name, place in manifest.arrays.items()}
        self._expected[TEXT] = manifest.files[TEXTS].crc32
        self._arrays = arrays
        self._is_known = False

    def __repr__(self) -> str:
        return f"<Soundness of {self.folder}, {'' if self._is_known else 'not '}compared>"

    def check(self) -> None:
        """Compare everything, unless that was done before.

        Raises:
            IndexDamagedError: Something is not what was written.
        """
        if self._is_known:
            return
        for name, expected in self._expected.items():
            if zlib.crc32(self._arrays[name].data) != expected:
                raise IndexDamagedError(self.folder, f"{name} is not what was written")
        self._is_known = True
