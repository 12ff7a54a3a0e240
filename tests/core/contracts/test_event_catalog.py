"""What events tell survives being recorded, and what another version recorded is still shown."""

import pytest

from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.event_catalog import PAYLOADS, read_event, read_payload
from moe_core.contracts.wire import decode_json, encode_json
from moe_core.testing.values import make_payload


@pytest.mark.parametrize("kind", EventKind)
def test_what_an_event_tells_is_read_back_as_it_was(kind: EventKind) -> None:
    payload = make_payload(kind)
    assert type(payload) is PAYLOADS[kind]
    assert read_payload(kind, encode_json(payload)) == payload
    assert isinstance(payload.describe(), str)


@pytest.mark.parametrize("kind", [EventKind.TOOL_FAILED, EventKind.RUN_FINISHED, "spoon.bent"])
def test_a_whole_event_is_read_back_as_it_was(kind: EventKind | str) -> None:
    data = make_payload(kind) if isinstance(kind, EventKind) else {"angle": 90}
    event = Event(run_id="r", correlation_id="c", sequence=7, at=1.5, kind=kind, task_id="r/1", agent="a", data=data)
    assert read_event(encode_json(event)) == event


def test_the_kind_stands_beside_what_is_told_and_not_inside() -> None:
    payload = make_payload(EventKind.TOOL_FAILED, tool="look", message="no")
    event = Event(run_id="r", correlation_id="c", sequence=1, at=0.0, kind=payload.kind, data=payload)
    assert decode_json(dict, encode_json(event))["kind"] == "tool.failed"
    assert decode_json(dict, encode_json(event))["data"] == {"tool": "look", "error": "", "message": "no"}


def test_what_another_version_recorded_is_a_plain_object_and_still_has_words() -> None:
    data = read_payload(EventKind.TOOL_FAILED, '{"utensil": "spoon"}')
    event = Event(run_id="r", correlation_id="c", sequence=1, at=0.0, kind=EventKind.TOOL_FAILED, data=data)
    assert data == {"utensil": "spoon"}
    assert "spoon" in event.describe()


def test_what_only_sometimes_matters_is_left_out() -> None:
    plain = make_payload(EventKind.MODEL_ANSWERED)
    assert b"cached" not in encode_json(plain)
    assert b'"cached":true' in encode_json(make_payload(EventKind.MODEL_ANSWERED, cached=True))
