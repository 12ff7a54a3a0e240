"""Every kind of event with the class of what it tells, and reading one back from its JSON."""

from collections.abc import Mapping
from typing import Any

import msgspec

from moe_core.contracts import model_payloads, payloads, persona_payloads, tool_payloads
from moe_core.contracts.event import Event, EventKind, EventPayload
from moe_core.contracts.wire import JsonObject, decode_json

PAYLOADS: Mapping[EventKind, type[EventPayload]] = {
    kind.kind: kind
    for room in (payloads, model_payloads, tool_payloads, persona_payloads)
    for kind in vars(room).values()
    if isinstance(kind, type) and issubclass(kind, EventPayload) and hasattr(kind, "kind")
}
"""The class of each kind of event."""


def read_payload(kind: EventKind | str, data: str | bytes) -> EventPayload | JsonObject:
    """What an event told, from its JSON; a plain object where another version recorded one that does not fit.

    Raises:
        ValueError: It is no JSON object.
    """
    try:
        return decode_json(PAYLOADS[EventKind(kind)], data)
    except ValueError:
        return decode_json(dict[str, Any], data)


def read_event(data: str | bytes) -> Event:
    """An event from its JSON.

    Raises:
        ValueError: It is none.
    """
    line = decode_json(_EventLine, data)
    kind = EventKind(line.kind) if line.kind in _KINDS else line.kind
    return Event(
        run_id=line.run_id,
        correlation_id=line.correlation_id,
        sequence=line.sequence,
        at=line.at,
        kind=kind,
        task_id=line.task_id,
        agent=line.agent,
        data=read_payload(kind, bytes(line.data)),
    )


_KINDS = frozenset(EventKind)


class _EventLine(msgspec.Struct, kw_only=True):
    """An event whose data is read later, by its kind."""

    run_id: str
    correlation_id: str
    sequence: int
    at: float
    kind: str
    task_id: str | None = None
    agent: str = ""
    data: msgspec.Raw
