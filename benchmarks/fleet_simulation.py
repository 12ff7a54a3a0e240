"""A fleet on paper: workers that do queued runs over one database, event by event (simpy).

A run is what a measured one is: so many calls one after the other (plan, join), and in between tasks side by side of so
many calls each. A call waits for its model, then takes CPU of its worker, which is one thread at a time, and CPU of the
database. On one machine all of them share its cores; in a fleet each worker has a core of its own, and the database has
those of its machine. What workers and database do while nothing is asked is taken off the cores.
"""

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

Process = Generator[simpy.Event, Any, None]


@dataclass(frozen=True, kw_only=True)
class RunShape:
    """What a run is made of.

    Attributes:
        calls_in_line: Calls of models that nothing else goes on beside.
        tasks: Side by side.
        calls_a_task: One after the other.
    """

    calls_in_line: int
    tasks: int
    calls_a_task: int

    @property
    def calls(self) -> int:
        """All of them."""
        return self.calls_in_line + self.tasks * self.calls_a_task


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What was measured with one worker, in CPU seconds.

    Attributes:
        call: Of the worker, for a call and what is around it.
        database_call: Of the database, the same.
        idle_worker: Of a worker in a second, with nothing to do.
        idle_database: Of the database in a second, for each worker.
        waiting: Seconds that a call waits besides: what is left of the measured time.
    """

    call: float
    database_call: float
    idle_worker: float
    idle_database: float
    waiting: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where the fleet stands.

    Attributes:
        workers: How many.
        concurrency: Runs at once in each.
        parallel: Calls at once in each.
        cores: Of the one machine that all share; None where each worker has a core of its own.
        database_cores: Of the database's machine, where it has one.
    """

    workers: int
    concurrency: int
    parallel: int
    cores: int | None = None
    database_cores: int = 1


@dataclass
class Outcome:
    """What came of it; seconds.

    Attributes:
        database_share: Of the database's cores, or of the machine's, in use for the database.
    """

    seconds: float = 0.0
    spans: list[float] = field(default_factory=list)
    database_share: float = 0.0
    worker_share: float = 0.0

    @property
    def runs_a_second(self) -> float:
        """Over the whole time."""
        return len(self.spans) / self.seconds

    def quantile(self, share: float) -> float:
        """Of the runs' seconds from their beginning to their end."""
        return sorted(self.spans)[min(len(self.spans) - 1, int(share * len(self.spans)))]


class FleetSimulation:
    """One fleet, one number of runs."""

    def __init__(self, shape: RunShape, costs: Costs, site: Site, latency: Callable[[random.Random], float]) -> None:
        self._shape, self._costs, self._site, self._latency = shape, costs, site, latency

    def run(self, runs: int, *, seed: int = 1) -> Outcome:
        """Do so many runs that all wait from the beginning."""
        world, chance, outcome = simpy.Environment(), random.Random(seed), Outcome()
        self._chance, self._busy = chance, {"worker": 0.0, "database": 0.0}
        site = self._site
        machine = simpy.Resource(world, site.cores) if site.cores is not None else None
        self._database = machine or simpy.Resource(world, site.database_cores)
        waiting = iter(range(runs))
        for _ in range(site.workers):
            thread, slots = simpy.Resource(world, 1), simpy.Resource(world, site.parallel)
            for _ in range(site.concurrency):
                world.process(self._serve(world, waiting, thread, machine, slots, outcome))
        world.run()
        outcome.seconds = world.now
        cores = site.cores or site.database_cores
        outcome.database_share = self._busy["database"] / cores / world.now
        outcome.worker_share = self._busy["worker"] / (site.cores or site.workers) / world.now
        return outcome

    def _serve(
        self,
        world: simpy.Environment,
        waiting: Any,
        thread: simpy.Resource,
        machine: simpy.Resource | None,
        slots: simpy.Resource,
        outcome: Outcome,
    ) -> Process:
        for _ in waiting:
            began = world.now
            call = lambda: self._call(world, thread, machine, slots)  # noqa: E731
            for _ in range((self._shape.calls_in_line + 1) // 2):
                yield world.process(call())
            yield world.all_of([world.process(self._do_task(world, call)) for _ in range(self._shape.tasks)])
            for _ in range(self._shape.calls_in_line // 2):
                yield world.process(call())
            outcome.spans.append(world.now - began)

    def _do_task(self, world: simpy.Environment, call: Callable[[], Process]) -> Process:
        for _ in range(self._shape.calls_a_task):
            yield world.process(call())

    def _call(
        self,
        world: simpy.Environment,
        thread: simpy.Resource,
        machine: simpy.Resource | None,
        slots: simpy.Resource,
    ) -> Process:
        with slots.request() as slot:
            yield slot
            yield world.timeout(self._latency(self._chance))
        with thread.request() as own:
            yield own
            yield world.process(self._spend(world, machine, self._costs.call, "worker"))
        yield world.process(self._spend(world, self._database, self._costs.database_call, "database"))
        yield world.timeout(self._costs.waiting)

    def _idle_share(self, whose: str) -> float:
        """What idling takes of the cores that somebody's work is done on."""
        site, costs = self._site, self._costs
        if site.cores is not None:
            return site.workers * (costs.idle_worker + costs.idle_database) / site.cores
        return costs.idle_worker if whose == "worker" else site.workers * costs.idle_database / site.database_cores

    def _spend(self, world: simpy.Environment, cores: simpy.Resource | None, seconds: float, whose: str) -> Process:
        self._busy[whose] += seconds
        seconds /= max(0.01, 1 - self._idle_share(whose))
        if cores is None:
            yield world.timeout(seconds)
            return
        with cores.request() as core:
            yield core
            yield world.timeout(seconds)
