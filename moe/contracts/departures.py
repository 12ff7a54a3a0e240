"""What left for other programs in a run: to whom, of what kind, and how much, told by the run's events."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from moe_core.contracts.effect import Effect
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import ModelCalled, ModelRetried
from moe_core.contracts.payloads import DocumentsLoaded, TaskSent
from moe_core.contracts.tool_payloads import ToolCalled, ToolSent

EMBEDDINGS = "system.embeddings"


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """All that one sender sent to one address.

    Attributes:
        to: A model server's address, or the host and port that a tool has asked; "" for a tool of the network that
            does not tell, and may have sent anything.
        sender: The provider, tool or agent.
        kind: "model" for questions with passages of documents, "tool" for what a tool asks, "vectors" for passages and
            questions that are made vectors of, "task" for questions and findings that a worker is told.
        requests: How many, those that were tried again among them; 0 where it is not told, for vectors.
        size: In characters of messages for models, in bytes of requests for tools.
        is_local: It stayed on this machine.
    """

    to: str
    sender: str
    kind: str
    requests: int = 0
    size: int = 0
    is_local: bool = False


def list_departures(events: Iterable[Event]) -> list[Departure]:
    """What left in a run, what left the machine first; all that was begun counts, whether it arrived or not."""
    found: dict[tuple[str, str, str], Departure] = {}
    last: dict[tuple[str | None, str, str, str], ModelCalled] = {}

    def add(one: Departure, size: int) -> None:
        key = (one.kind, one.sender, one.to)
        known = found.get(key, one)
        found[key] = replace(known, requests=known.requests + 1, size=known.size + size)

    def add_call(call: ModelCalled | None) -> None:
        if call is not None and call.server:
            one = Departure(to=call.server, sender=call.provider, kind="model", is_local=call.is_local)
            add(one, call.characters)

    untold: dict[str, Departure] = {}
    for event in events:
        data = event.data
        if isinstance(data, ModelCalled):
            last[event.task_id, data.provider, data.model, data.purpose] = data
            add_call(data)
        elif isinstance(data, ModelRetried):
            add_call(last.get((event.task_id, data.provider, data.model, data.purpose)))
        elif isinstance(data, DocumentsLoaded) and data.vectors_by:
            one = Departure(to=data.vectors_by, sender=EMBEDDINGS, kind="vectors", is_local=data.is_vectors_local)
            found[one.kind, one.sender, one.to] = one
        elif isinstance(data, ToolCalled) and Effect.NET in data.effects:
            known = untold.get(data.tool, Departure(to="", sender=data.tool, kind="tool"))
            untold[data.tool] = replace(known, requests=known.requests + 1)
        elif isinstance(data, TaskSent):
            add(Departure(to=data.to, sender=event.agent, kind="task", is_local=data.is_local), data.size_bytes)
        elif isinstance(data, ToolSent):
            add(Departure(to=data.to, sender=data.tool, kind="tool", is_local=data.is_local), data.size_bytes)
    told = {one.sender for one in found.values() if one.kind == "tool"}
    listed = [*found.values(), *(one for tool, one in untold.items() if tool not in told)]
    return sorted(listed, key=lambda one: (one.is_local, one.kind, one.sender, one.to))
