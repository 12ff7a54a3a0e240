"""Batches of passages analysed here and in other processes at once, and taken in their order."""

import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future

from moe.knowledge.analysis.analyser import PassageAnalyser
from moe.knowledge.analysis.columns import PassageColumns
from moe.knowledge.index.update.garbage import collection_paused
from moe.knowledge.index.update.helpers.helper import AnalysisHelper, Batch

_HELPERS_MAX = 3  # what they bring back is put together by one process, which keeps up with no more
# A process costs a fifth of a second to start: a few batches are not worth one.
_BATCHES_BEFORE_HELP = 3
_MUCH_BYTES = 2_000_000  # as much as some five batches; it starts while the first files are read
_BATCHES_AHEAD = 2  # for each helper: the one that it works on, and the next


class AnalysisTeam:
    """Analyses batches of passages. Whoever brings them works too, whenever the helpers have enough. Close it."""

    def __init__(self, helpers_max: int | None = None, *, expected_bytes: int = 0) -> None:
        """Begin, with help if there is much to do.

        Args:
            helpers_max: Processes beside this one; None for as many as there are processors left, three at most.
            expected_bytes: Of the files that passages will come from; in vain where most of it is no text.
        """
        self._helpers_max = min(_count_processors() - 1, _HELPERS_MAX) if helpers_max is None else helpers_max
        self._analyser = PassageAnalyser()
        self._helpers: list[AnalysisHelper] = []
        self._begun: deque[tuple[Batch, Future[PassageColumns | None] | PassageColumns]] = deque()
        self._seen = 0
        if expected_bytes >= _MUCH_BYTES:
            self._find_help()

    def __repr__(self) -> str:
        return f"<AnalysisTeam of {1 + len(self._helpers)}, {len(self._begun)} batches begun>"

    def add(self, batch: Batch) -> None:
        """Have a batch analysed."""
        self._seen += 1
        if self._seen > _BATCHES_BEFORE_HELP:
            self._find_help()
        free = min(self._helpers, key=lambda helper: helper.load, default=None)
        if free is not None and free.load < _BATCHES_AHEAD:
            self._begun.append((batch, free.submit(batch)))
        else:
            self._begun.append(((), self.read(batch)))

    def read(self, batch: Batch) -> PassageColumns:
        """Analyse a batch at once; it stands outside of the order of the others."""
        with collection_paused():
            return self._analyser.read(batch)

    def take(self, *, all_of_them: bool) -> Iterator[PassageColumns]:
        """What the batches hold, in their order: as far as they are done, or all."""
        while self._begun:
            batch, columns = self._begun[0]
            if isinstance(columns, Future):
                if not (all_of_them or columns.done()):
                    return
                found = columns.result()
                columns = self.read(batch) if found is None else found
            self._begun.popleft()
            yield columns

    def _find_help(self) -> None:
        """One helper more, where there may be and the system lets one start."""
        if len(self._helpers) < self._helpers_max:
            try:
                self._helpers.append(AnalysisHelper())
            except OSError:
                self._helpers_max = len(self._helpers)

    def close(self) -> None:
        """End all helpers, whatever they do."""
        for helper in self._helpers:
            helper.close()
        self._helpers = []


def _count_processors() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
