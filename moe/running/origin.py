"""Where a run begins: anew, or with what is known of an earlier one."""

import secrets
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self, TypeVar

from moe.asking.spending.past import NOTHING_SPENT, PastSpending
from moe.contracts.request import RunRequest
from moe.storage.processes import find_current_folder
from moe_core.contracts.chain import Chain
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.payloads import ChainAssembled, DocumentsLoaded, QuestionCompleted, RouteChosen, RunStarted
from moe_core.contracts.route import Route
from moe_core.contracts.wire import from_wire, to_wire

P = TypeVar("P", bound=EventPayload)


@dataclass(frozen=True, kw_only=True)
class RunOrigin:
    """A run's beginning; as it stands, that of a run that begins anew.

    Attributes:
        run_id: The run's id.
        correlation_id: The caller's own, or one that is made.
        steps: What steps came to before, as JSON by step.
        events: What has happened in this run before.
        spent: What models have cost before.
        route: Who works on it and why; None when that is to be found.
        chain: The same of its chain.
        asked_as: The question as it was completed from earlier turns; "" where that is to be found.
        is_closed: Nothing may be asked that is not among the steps.
    """

    run_id: str
    correlation_id: str
    steps: Mapping[str, str] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    spent: PastSpending = NOTHING_SPENT
    route: Route | None = None
    chain: Chain | None = None
    asked_as: str = ""
    is_closed: bool = False

    @classmethod
    def anew(cls, request: RunRequest, *, run_id: str = "") -> Self:
        """The beginning of a request that nobody has worked on; without an id one is made."""
        return cls(run_id=run_id or make_run_id(), correlation_id=request.correlation_id or uuid.uuid4().hex)

    @property
    def sequence(self) -> int:
        """The number of its last event before."""
        return self.events[-1].sequence if self.events else 0

    def count_seconds_left(self, allowed: float) -> float:
        """What is left of the seconds that it may take in all."""
        return allowed

    def announce(self, request: RunRequest, *, seconds_left: float) -> EventPayload:
        """What its first event tells."""
        return RunStarted(request=request.model_dump(mode="json"), folder=find_current_folder())

    def events_that_hold(self) -> Iterator[Event]:
        """What has happened before and will not happen again."""
        yield from self.events

    def check_basis(self, now: Mapping[str, str]) -> None:
        """Refuse to rest on other settings, agents or tools; a new run rests on what there is.

        Args:
            now: What `Basis` says.

        Raises:
            RequestError: Something has changed; what, and how to go on all the same.
        """

    def check_documents(self, fingerprint: str) -> None:
        """Refuse to go on over other documents.

        Raises:
            RequestError: They have changed.
        """


def make_run_id() -> str:
    """A run's id: sorts by time, readable, unique."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{secrets.token_hex(4)}"


def find_route(events: tuple[Event, ...]) -> Route | None:
    """The route that a record tells of; None when the run did not get so far."""
    told = find_last(events, RouteChosen)
    return None if told is None else from_wire(Route, to_wire(told))


def find_chain(events: tuple[Event, ...]) -> Chain | None:
    """The chain that a record tells of; None when the run did not get so far."""
    told = find_last(events, ChainAssembled)
    return None if told is None else from_wire(Chain, to_wire(told))


def find_asked_as(events: tuple[Event, ...]) -> str:
    """A question as it was completed from earlier turns; "" where it was not, or the run did not get so far."""
    told = find_last(events, QuestionCompleted)
    return "" if told is None else told.asked_as


def find_fingerprint(events: tuple[Event, ...]) -> str:
    """Of the documents that a run had read; "" when it had none, or did not get so far."""
    told = find_last(events, DocumentsLoaded)
    return "" if told is None else told.fingerprint


def find_last(events: tuple[Event, ...], kind: type[P]) -> P | None:
    """What the last event of a kind tells."""
    return next((event.data for event in reversed(events) if isinstance(event.data, kind)), None)
