"""A queue of a broker whose messages become runs, until it is told to end."""

from collections.abc import Callable

from moe.running.fleet.intake import RunIntake
from moe.running.transports.opening import hide_secrets
from moe_core.contracts.transports import Transport


class IntakeDoor:
    """One end of a transport, and who takes what comes.

    Attributes:
        address: Where, for people.
    """

    def __init__(self, transport: Transport, intake: RunIntake) -> None:
        self._transport = transport
        self._intake = intake
        self.address = hide_secrets(transport.place.url)

    def __repr__(self) -> str:
        return f"<IntakeDoor at {self.address}>"

    @property
    def taken(self) -> int:
        """Messages that became runs."""
        return self._intake.taken

    @property
    def dead(self) -> int:
        """Messages that nobody can read."""
        return self._intake.dead

    async def serve(self, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Take what comes, until cancelled.

        Raises:
            TransportError: The broker cannot be reached.
        """
        try:
            await self._transport.consume(self._intake.take, on_ready=on_ready)
        finally:
            await self._transport.close()
