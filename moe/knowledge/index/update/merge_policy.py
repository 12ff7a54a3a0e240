"""Which segments are made one when an update writes a new one."""

from collections.abc import Sequence

import msgspec

_SMALLEST = 64  # passages, below which all segments are alike
_GROWTH = 8  # how much larger a segment is than the next smaller one: few are searched, and each is rewritten rarely
# Passages written at once at most, unless so many are new anyway: a second's work.
_MOST_MERGED = 20_000
_MOST_MERGED_TIMES_NEW = 8
_MOST_DEAD_SHARE = 1 / 4  # of a segment, before it is written without them
_MOST_DIED_SHARE = 1 / 16  # at once, beyond which counting the dead costs more than writing the living


class SegmentSize(msgspec.Struct, frozen=True, kw_only=True):
    """Passages of a segment: those alive, those dead, and how many of the dead died just now."""

    living: int
    dead: int = 0
    died: int = 0

    @property
    def is_rotten(self) -> bool:
        """Whether it is to be written again without its dead."""
        total = self.living + self.dead
        return self.dead > _MOST_DEAD_SHARE * total or self.died > _MOST_DIED_SHARE * total


def choose_merged(sizes: Sequence[SegmentSize], fresh: int) -> set[int]:
    """The segments, by place, that are written anew as one, together with so many fresh passages.

    Whatever is no larger than what is written anyway joins it, so that each segment left is of another order of
    magnitude; what costs much more than the new passages did is left for an update that brings more.
    """
    chosen = {place for place, size in enumerate(sizes) if size.is_rotten}
    total = fresh + sum(sizes[place].living for place in chosen)
    if not total:
        return chosen
    most = max(_MOST_MERGED, _MOST_MERGED_TIMES_NEW * fresh)
    for place in sorted(set(range(len(sizes))) - chosen, key=lambda place: sizes[place].living):
        living = sizes[place].living
        if _measure_level(living) > _measure_level(total) or total + living > most:
            break
        chosen.add(place)
        total += living
    return chosen


def _measure_level(passages: int) -> int:
    level = 0
    while passages >= _SMALLEST * _GROWTH:
        passages //= _GROWTH
        level += 1
    return level
