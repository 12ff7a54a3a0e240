"""What left in a run, by its events."""

from moe.contracts.departures import Departure, list_departures
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.model_payloads import ModelAnswered, ModelCalled, ModelRetried
from moe_core.contracts.payloads import DocumentsLoaded
from moe_core.contracts.tool_payloads import ToolCalled, ToolSent

CALL = {"provider": "openai", "model": "m", "purpose": "execute"}
FAR = "https://models.example.org"


def record(*payloads: EventPayload) -> list[Event]:
    return [
        Event(run_id="r", correlation_id="c", sequence=place, at=0.0, kind=data.kind, task_id="r/1", data=data)
        for place, data in enumerate(payloads, start=1)
    ]


def test_requests_are_added_up_by_sender_and_address_and_what_left_the_machine_comes_first() -> None:
    events = record(
        ModelCalled(**CALL, server="http://127.0.0.1:8080", characters=10, is_local=True),
        ModelAnswered(**CALL, seconds=1.0, prompt_tokens=1, completion_tokens=1),
        ToolSent(tool="news", to="feeds.example.org", size_bytes=7, is_local=False),
        ModelCalled(**CALL, server=FAR, characters=20),
        ModelCalled(**CALL, server=FAR, characters=5),
    )
    assert list_departures(events) == [
        Departure(to=FAR, sender="openai", kind="model", requests=2, size=25),
        Departure(to="feeds.example.org", sender="news", kind="tool", requests=1, size=7),
        Departure(to="http://127.0.0.1:8080", sender="openai", kind="model", requests=1, size=10, is_local=True),
    ]


def test_texts_for_vectors_are_told_too() -> None:
    loaded = DocumentsLoaded(documents=1, passages=1, notes=(), vectors_by=FAR)
    assert list_departures(record(loaded)) == [Departure(to=FAR, sender="system.embeddings", kind="vectors")]


def test_a_tool_of_the_network_that_does_not_tell_is_named_all_the_same() -> None:
    quiet, plain = (ToolCalled(tool=name, params={}, effects=effects) for name, effects in (("q", ("net",)), ("p", ())))
    sent = ToolSent(tool="q", to="example.org", size_bytes=1, is_local=False)
    assert list_departures(record(quiet, plain, quiet)) == [Departure(to="", sender="q", kind="tool", requests=2)]
    assert [one.to for one in list_departures(record(quiet, sent))] == ["example.org"]


def test_what_was_sent_again_counts_again_and_what_came_from_disk_does_not() -> None:
    again = ModelRetried(**CALL, server="openai at x", attempts=1, wait_seconds=0.1, error="e", message="m")
    assert list_departures(record(ModelCalled(**CALL, server=FAR, characters=4), again, again)) == [
        Departure(to=FAR, sender="openai", kind="model", requests=3, size=12)
    ]
    assert list_departures(record(ModelCalled(**CALL), again)) == []
