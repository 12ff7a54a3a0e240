"""Which of several equals is asked: the less busy of two, and none that keeps failing."""

import random
import time
from collections.abc import Callable, Sequence

from moe.running.transports.opening import hide_secrets, is_here
from moe_core.contracts.transports import Transport

FAILURES_MAX = 5  # in a row, before a place rests
REST_SECONDS = 10.0  # times how often it rests without having been well between
REST_SECONDS_MAX = 300.0


class RemotePlace:
    """One process that does work for others, as the asking end knows it.

    Attributes:
        url: Its address.
        address: The same, for people.
        is_local: It is on this machine: what a broker on this machine passes on may leave it.
        outstanding: What was asked of it and has not ended.
        failures: In a row.
        rests: How often it has rested in a row.
        rests_until: By the clock of its `Balance`.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self.url = transport.place.url
        self.address = hide_secrets(self.url)
        self.is_local = is_here(self.url)
        self.outstanding = 0
        self.failures = 0
        self.rests = 0
        self.rests_until = 0.0

    def __repr__(self) -> str:
        return f"<RemotePlace {self.address}, {self.outstanding} outstanding, {self.failures} failures>"


class Balance:
    """Chooses among places that do the same.

    One that fails five times in a row rests, each time longer, and is tried once after it. There is always one that
    does not rest: to ask one that fails is better than to ask none.
    """

    def __init__(
        self,
        places: Sequence[RemotePlace],
        *,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[Sequence[RemotePlace], int], Sequence[RemotePlace]] = random.sample,
    ) -> None:
        """Begin with these places.

        Args:
            places: At least one.
            clock: Seconds, from anywhere.
            draw: Takes so many of them by chance.
        """
        self.places = list(places)
        self._clock = clock
        self._draw = draw

    def __repr__(self) -> str:
        return f"<Balance of {len(self.places)} places>"

    def pick(self, *, but: RemotePlace | None = None) -> RemotePlace:
        """The less busy of two that are drawn from those that do not rest.

        Args:
            but: One that has just failed, which is asked only where there is no other.
        """
        able = [place for place in self.places if not self._is_resting(place)]
        able = able or [min(self.places, key=lambda place: place.rests_until)]
        others = [place for place in able if place is not but] or able
        drawn = self._draw(others, min(2, len(others)))
        return min(drawn, key=lambda place: place.outstanding)

    def note_success(self, place: RemotePlace) -> None:
        """It did what was asked."""
        place.failures = place.rests = 0
        place.rests_until = 0.0

    def note_failure(self, place: RemotePlace) -> None:
        """It could not be reached, fell silent or hung up."""
        place.failures += 1
        is_another_able = any(one is not place and not self._is_resting(one) for one in self.places)
        if place.failures >= FAILURES_MAX and is_another_able:
            place.rests += 1
            place.rests_until = self._clock() + min(REST_SECONDS * place.rests, REST_SECONDS_MAX)

    def replace_places(self, places: Sequence[RemotePlace]) -> None:
        """Go on with these; what is known of those that stay is kept by the objects themselves."""
        self.places = list(places)

    def _is_resting(self, place: RemotePlace) -> bool:
        return self._clock() < place.rests_until
