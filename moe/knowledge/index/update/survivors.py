"""What of the old segments lives on in the next generation."""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from moe.knowledge.index.format.segment import SegmentIndex
from moe.knowledge.index.joined.lineup import Stretch, join_stretches
from moe.knowledge.index.update.merge_policy import SegmentSize

Flags = NDArray[np.bool_]


def measure_segments(
    segments: Sequence[SegmentIndex], before: Sequence[Stretch], after: Sequence[Stretch]
) -> list[SegmentSize]:
    """How many passages of each old segment are alive in the stretches after, and how many died with them."""
    sizes = []
    for place, segment in enumerate(segments):
        was, living = (
            sum(_measure(segment, one) for one in stretches if one.part == place) for stretches in (before, after)
        )
        sizes.append(SegmentSize(living=living, dead=len(segment) - living, died=was - living))
    return sizes


def find_died(segment: SegmentIndex, place: int, before: Sequence[Stretch], after: Sequence[Stretch]) -> list[int]:
    """The documents of a segment that were alive before and are not after, ascending."""
    was, lives = (_flag(segment, [one for one in stretches if one.part == place]) for stretches in (before, after))
    return np.flatnonzero(was & ~lives).tolist()


def renumber(stretches: Sequence[Stretch], kept: Sequence[int], merged: Collection[int], new: int) -> list[Stretch]:
    """The stretches of a generation by its own segments.

    Args:
        stretches: By the old segments, with the fresh one after them.
        kept: Which of these are the generation's segments, in its order.
        merged: Those whose documents the new segment took over, in the order of the stretches.
        new: Under which number the new one is kept.
    """
    places = {part: place for place, part in enumerate(kept)}
    renumbered, taken = [], 0
    for part, first, stop in stretches:
        if part in merged:
            renumbered.append(Stretch(places[new], taken, taken + stop - first))
            taken += stop - first
        else:
            renumbered.append(Stretch(places[part], first, stop))
    return join_stretches(renumbered)


def _measure(segment: SegmentIndex, stretch: Stretch) -> int:
    return int(segment.first_passages[stretch.stop]) - int(segment.first_passages[stretch.first])


def _flag(segment: SegmentIndex, stretches: Sequence[Stretch]) -> Flags:
    flags = np.zeros(segment.document_count, np.bool_)
    for stretch in stretches:
        flags[stretch.first : stretch.stop] = True
    return flags
