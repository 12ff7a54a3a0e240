"""The stream of one run's events: numbered, stamped, handed to every listener."""

import time
from collections.abc import Collection, Sequence
from typing import Protocol

from moe_core.contracts.event import Event, EventListener, EventPayload


class Watcher(Protocol):
    """A listener that is told of some kinds of events alone."""

    @property
    def reads(self) -> Collection[type]:
        """Their payloads."""
        ...

    def __call__(self, event: Event) -> None:
        """Take note of one."""
        ...


class EventStream:
    """Makes a run's events. Listeners are called in order and must be quick."""

    def __init__(
        self,
        *,
        run_id: str,
        correlation_id: str,
        watchers: Sequence[Watcher] = (),
        listeners: Sequence[EventListener] = (),
        passing: Sequence[EventListener] = (),
        count: int = 0,
    ) -> None:
        """Begin a stream.

        Args:
            run_id: The run's.
            correlation_id: The caller's own.
            watchers: Told first of what they read.
            listeners: Told of everything that happens.
            passing: Told of what only passes by, such as an answer that is being written.
            count: Events of before, when the run is taken up again.
        """
        self.run_id = run_id
        self.correlation_id = correlation_id
        self._watchers: dict[type, list[Watcher]] = {}
        for watcher in watchers:
            for kind in watcher.reads:
                self._watchers.setdefault(kind, []).append(watcher)
        self._listeners = tuple(listeners)
        self._passing = tuple(passing)
        self._count = count

    def __repr__(self) -> str:
        return f"<EventStream {self.run_id}, {self._count} events>"

    def emit_passing(self, payload: EventPayload, *, task_id: str | None = None, agent: str = "") -> None:
        """Tell of something that is no part of the record: it has the number of the event before it."""
        event = self._make(payload, task_id, agent)
        for listener in self._passing:
            listener(event)

    def emit(self, payload: EventPayload, *, task_id: str | None = None, agent: str = "") -> None:
        """Tell every listener that something happened."""
        self._count += 1
        event = self._make(payload, task_id, agent)
        for watcher in self._watchers.get(type(payload), ()):
            watcher(event)
        for listener in self._listeners:
            listener(event)

    def _make(self, payload: EventPayload, task_id: str | None, agent: str) -> Event:
        return Event(
            run_id=self.run_id,
            correlation_id=self.correlation_id,
            sequence=self._count,
            at=time.time(),
            kind=payload.kind,
            task_id=task_id,
            agent=agent,
            data=payload,
        )
