"""Whether the arrays of an opened segment are what was written."""

import zlib
from pathlib import Path

from moe.knowledge.index.format.files import TEXTS, IndexDamagedError, SegmentRecord
from moe.knowledge.index.format.layout import TEXT
from moe.knowledge.index.format.postings import Arrays


class Soundness:
    """Compares arrays with their checksums, all of them once, when it is first asked to."""

    def __init__(self, folder: Path, segment: SegmentRecord, arrays: Arrays) -> None:
        """Prepare to compare.

        Args:
            folder: The index's.
            segment: Holds the checksums.
            arrays: As they are mapped.
        """
        self.folder = folder
        self._expected = {name: place.crc32 for name, place in segment.arrays.items()}
        self._expected[TEXT] = segment.files[TEXTS].crc32
        self._arrays = arrays
        self._name = segment.name
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
                raise IndexDamagedError(self.folder, f"{name} of {self._name} is not what was written")
        self._is_known = True
