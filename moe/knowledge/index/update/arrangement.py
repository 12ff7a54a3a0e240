"""Where the documents of the next generation come from, in its order."""

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

from moe.knowledge.index.format.records import SourceRecord
from moe.knowledge.index.joined.lineup import Stretch, join_stretches

_OLD, _FRESH = 0, 1


def line_up(
    old_records: Sequence[SourceRecord],
    records: Sequence[SourceRecord],
    read: Collection[str],
    old: Sequence[Stretch],
    fresh: int,
) -> list[Stretch]:
    """The stretches of segments that make the next generation.

    Args:
        old_records: The sources of the generation before.
        records: Those of the next.
        read: Real paths of sources that were read, in the order of the records.
        old: Of which stretches the generation before is made.
        fresh: The number of the segment of what was read.
    """
    cut = _Cutter(old)
    stretches: list[Stretch] = []
    for part, first, stop in join_stretches(list(_list_origins(old_records, records, read))):
        stretches += [Stretch(fresh, first, stop)] if part == _FRESH else cut.list_stretches(first, stop)
    return join_stretches(stretches)


def _list_origins(
    old_records: Sequence[SourceRecord], records: Sequence[SourceRecord], read: Collection[str]
) -> Iterator[Stretch]:
    """For each source its documents among all old ones, or among all fresh ones."""
    ends = accumulate(record.documents for record in old_records)
    old_ends = {record.real_path: end for record, end in zip(old_records, ends, strict=True)}
    fresh = 0
    for record in records:
        if record.real_path in read:
            yield Stretch(_FRESH, fresh, fresh + record.documents)
            fresh += record.documents
        else:
            end = old_ends[record.real_path]
            yield Stretch(_OLD, end - record.documents, end)


class _Cutter:
    """Finds where documents of a generation lie; asked in ascending order."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self._stretches = stretches
        self._place = self._start = 0  # the stretch looked at, and the number of its first document

    def list_stretches(self, first: int, stop: int) -> Iterator[Stretch]:
        """The stretches of the documents [first, stop)."""
        while first < stop:
            part, begin, end = self._stretches[self._place]
            if first >= self._start + end - begin:
                self._start += end - begin
                self._place += 1
                continue
            until = min(stop, self._start + end - begin)
            yield Stretch(part, begin + first - self._start, begin + until - self._start)
            first = until
