"""WorkerRegister: where the workers are that do an agent's tasks now, and how a worker says that it is one of them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

import msgspec

from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import TransportHealth, TransportPlace

AGENT = "agent"
"""In abilities: the targets of a worker's agents, as "drummer:search"."""


class WorkerEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker says of itself.

    Attributes:
        worker_id: No other worker has or had it.
        urls: Where it takes tasks.
        abilities: What it can do, names by kind: "agent" (targets), "role", "capability", "model".
        health: How it is.
        lease_seconds: So long after its last word it counts as gone.
    """

    worker_id: str
    urls: tuple[str, ...]
    abilities: Mapping[str, tuple[str, ...]]
    health: TransportHealth
    lease_seconds: float = 10.0

    def does(self, target: str) -> bool:
        """Whether it does the tasks of a target, and takes some now."""
        return target in self.abilities.get(AGENT, ()) and self.health.is_ready


class WorkerRegister(ABC):
    """A register of workers that is not moe's own record.

    It is constructed with a `TransportPlace`, and does nothing then.

    Attributes:
        name: Short name, unique among discoveries.
        summary: One line for listings.
        schemes: Those of the addresses that it takes, such as "etcd".
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    schemes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, place: TransportPlace | None = None) -> None:
        """Keep the place; nothing is opened yet."""
        self.place = place or TransportPlace()

    @abstractmethod
    async def find(self, target: str) -> Sequence[str]:
        """The addresses of the workers that do the tasks of a target now, in a fixed order.

        Raises:
            TransportError: The register cannot be reached.
        """

    async def register(self, worker: WorkerEntry) -> None:
        """Say that a worker is there, for its lease; said again and again while it is.

        Raises:
            TransportError: The register cannot be reached, or takes no entries.
        """
        raise TransportError(f"{self.name} takes no entries", reason="refused", hint="its addresses are only looked up")

    async def leave(self, worker_id: str) -> None:
        """Say that a worker is gone; its lease ends it in any case."""

    async def close(self) -> None:
        """Give back what was opened."""
