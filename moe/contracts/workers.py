"""What is known of workers."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from moe_core.contracts.transports import TransportHealth

WorkerState: TypeAlias = Literal["live", "draining", "dead", "lost"]


class WorkerLease(msgspec.Struct, frozen=True, kw_only=True):
    """A worker's word that it lives, which it renews.

    Attributes:
        worker_id: No other worker has or had it.
        pid: Its process.
        host: Its machine.
        version: Of moe.
        concurrency: Runs at once.
        lease_seconds: So long after its last word it counts as dead.
        offers: The roles and models that it takes runs of, by "role" and "model"; of a kind that is not named, all.
        urls: Where it does tasks for others, in place of queued runs; () for a worker of queued runs.
        abilities: What one that has any can do, names by kind: "agent" (targets), "role", "capability", "model".
    """

    worker_id: str
    pid: int
    host: str
    version: str
    concurrency: int
    lease_seconds: float
    offers: Mapping[str, tuple[str, ...]] = {}
    urls: tuple[str, ...] = ()
    abilities: Mapping[str, tuple[str, ...]] = {}


class WaitingRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that waits for a worker, and what it needs of it, by "role", "model" and "moe".

    Attributes:
        events: How many are recorded of it: more than its first when it has been begun before.
    """

    run_id: str
    needs: Mapping[str, tuple[str, ...]]
    events: int = 1

    def describe_needs(self) -> str:
        """In words."""
        parts = [f"{kind if len(names) == 1 else f'{kind}s'} {', '.join(names)}" for kind, names in self.needs.items()]
        return " and ".join(parts)


class WorkerSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One line about a worker.

    Attributes:
        lease: What it said of itself.
        state: "draining" begins no run any more; "dead" has been silent for longer than its lease, and nobody has taken
            over yet; "lost" was, and others took over.
        silent_seconds: Since its last word, on the database's clock.
        seconds: Since it began, on the same.
        runs: Runs that it does now.
        health: Of one that does tasks for others, as it last said; None for others.
        dead_since: When the lease of one that is dead or lost ended, Unix time by the database's clock; None else.
    """

    lease: WorkerLease
    state: WorkerState
    silent_seconds: float
    seconds: float
    runs: int
    health: TransportHealth | None = None
    dead_since: float | None = None

    @property
    def is_live(self) -> bool:
        """It gives word of itself, and begins what it is asked."""
        return self.state == "live"

    @property
    def does_runs(self) -> bool:
        """It does queued runs, and no tasks for others."""
        return not self.lease.urls
