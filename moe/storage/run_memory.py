"""What was made of the events of runs that are over, so that it is made once however often it is asked for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Protocol, TypeVar

from moe.contracts.runs import UNFINISHED, RunSummary
from moe_core.contracts.event import Event, EventKind

T = TypeVar("T")

_KEPT_MAX = 50_000  # values: some 2 kB each
_APART_MAX = 64  # runs that are read one by one, half a millisecond each; of more, all events of their time are read


class EventSource(Protocol):
    """Whose runs they are."""

    def stream_events(self, kinds: Collection[EventKind], *, run_id: str = "", since: float = 0.0) -> Iterator[Event]:
        """Their events, run by run."""
        ...


class RunMemory:
    """Values of runs, each kept as long as its run has the same events; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[int, Any]] = {}

    def __repr__(self) -> str:
        return f"<RunMemory of {len(self._kept)} values>"

    def fold(
        self,
        name: str,
        runs: Sequence[RunSummary],
        source: EventSource,
        kinds: Collection[EventKind],
        make: Callable[[Iterable[Event]], T],
    ) -> list[T]:
        """What `make` makes of each run's events.

        Args:
            name: Of what is made; the same always means the same `make` and kinds.
            runs: Which.
            source: Their record.
            kinds: Of the events that it is made of.
            make: Given a run's events, in whatever order; what it gives back is shared, and must not be changed.

        Raises:
            StorageError: The record cannot be read.
        """
        found: dict[str, T] = {}
        lacking: dict[str, RunSummary] = {}
        for run in runs:
            kept = self._kept.get((name, run.run_id))
            if kept is not None and kept[0] == run.events:
                found[run.run_id] = kept[1]
            else:
                lacking[run.run_id] = run
        for run_id, value in self._make(lacking, source, kinds, make):
            found[run_id] = value
            if lacking[run_id].status not in UNFINISHED:
                self._keep((name, run_id), lacking[run_id].events, value)
        return [found[run.run_id] for run in runs]

    def _make(
        self,
        lacking: dict[str, RunSummary],
        source: EventSource,
        kinds: Collection[EventKind],
        make: Callable[[Iterable[Event]], T],
    ) -> Iterator[tuple[str, T]]:
        if len(lacking) <= _APART_MAX:
            for run_id in lacking:
                yield run_id, make(source.stream_events(kinds, run_id=run_id))
            return
        without = dict.fromkeys(lacking)
        events = source.stream_events(kinds, since=min(run.started for run in lacking.values()))
        for run_id, own in groupby(events, key=lambda event: event.run_id):
            if run_id in without:
                del without[run_id]
                yield run_id, make(own)
        for run_id in without:
            yield run_id, make(())

    def _keep(self, key: tuple[str, str], events: int, value: object) -> None:
        while len(self._kept) >= _KEPT_MAX:
            self._kept.pop(next(iter(self._kept)), None)
        self._kept[key] = (events, value)
