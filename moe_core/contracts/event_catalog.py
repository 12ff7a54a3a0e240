"""Every kind of event with the class of what it tells, and reading one back from its JSON."""

from collections.abc import Mapping
from typing import Any

from moe_core.contracts import model_payloads, payloads, persona_payloads, tool_payloads
from moe_core.contracts.event import EventKind, EventPayload
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
