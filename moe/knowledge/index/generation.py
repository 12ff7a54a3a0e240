"""A generation of the index, opened: its segments, their order, and what of them is dead."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from moe.knowledge.index.format.files import (
    MANIFEST,
    IndexDamagedError,
    Manifest,
    load_manifest,
    load_marks,
    map_arrays,
)
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.segment import SegmentIndex
from moe.knowledge.index.format.soundness import Soundness
from moe.knowledge.index.joined.index import JoinedIndex
from moe.knowledge.index.joined.lineup import Stretch
from moe.knowledge.index.joined.marks import MARK_TYPES, NO_MARKS, DeathMarks, take_marks
from moe.knowledge.index.update.builder import build_index

# An index up to this size is compared with its checksums whenever it is opened: 2 GB a second, thus 30 ms at most, and
# 6 ms for 6,000 passages. In larger ones what is found is compared, and all of it before moe says "not found".
_MOST_BYTES_COMPARED = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Generation:
    """The files of a generation, mapped.

    Attributes:
        folder: With the manifest.
        manifest: What it consists of.
        segments: In the manifest's order.
        stretches: In which order their living documents are one index.
        marks: What of each segment is dead.
    """

    folder: Path
    manifest: Manifest
    segments: tuple[SegmentIndex, ...]
    stretches: tuple[Stretch, ...]
    marks: tuple[DeathMarks, ...]

    def join(self) -> PassageIndex:
        """The generation as one index.

        Raises:
            IndexDamagedError: Its parts do not fit together.
        """
        if not self.segments:
            return build_index(())
        whole = (Stretch(0, 0, self.segments[0].document_count),)
        index = self.segments[0]
        if len(self.segments) == 1 and self.stretches == whole:
            joined: PassageIndex = index
        else:
            joined = JoinedIndex(self.segments, self.stretches, self.marks)
        if (joined.document_count, len(joined)) != (self.manifest.documents, self.manifest.passages):
            raise IndexDamagedError(self.folder.parent, f"{MANIFEST} counts other documents than there are")
        return joined


def open_generation(folder: Path) -> Generation:
    """Map a generation; what is small is compared with its checksums.

    Raises:
        IndexOutdatedError: It was made by another version of moe.
        StorageError: It is damaged.
    """
    manifest = load_manifest(folder)
    index = folder.parent
    is_small = sum(segment.size for segment in manifest.segments) <= _MOST_BYTES_COMPARED
    segments = []
    for record in manifest.segments:
        arrays = map_arrays(index, record)
        soundness = Soundness(index, record, arrays)
        if is_small:
            soundness.check()
        segments.append(SegmentIndex(arrays, soundness=soundness))
    stretches = tuple(Stretch(*stretch) for stretch in manifest.stretches)
    _check_stretches(index, manifest, stretches)
    return Generation(
        folder=folder,
        manifest=manifest,
        segments=tuple(segments),
        stretches=stretches,
        marks=tuple(_take_marks(folder, manifest)),
    )


def _take_marks(folder: Path, manifest: Manifest) -> Sequence[DeathMarks]:
    arrays = load_marks(folder, manifest)
    marks = []
    for place in range(len(manifest.segments)):
        own = {name: arrays[f"{place}/{name}"] for name in MARK_TYPES if f"{place}/{name}" in arrays}
        marks.append(take_marks(own) if own else NO_MARKS)
    return marks


def _check_stretches(index: Path, manifest: Manifest, stretches: Sequence[Stretch]) -> None:
    for part, first, stop in stretches:
        if not (0 <= part < len(manifest.segments) and 0 <= first < stop <= manifest.segments[part].documents):
            raise IndexDamagedError(index, f"{MANIFEST} names documents that are not there")
