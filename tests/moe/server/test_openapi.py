"""The API's description tells what the events of a run hold."""

import msgspec

from moe_core.contracts.event import EventKind
from moe_core.contracts.event_catalog import PAYLOADS


def test_what_each_kind_of_event_tells_is_described(client):
    described = client.get("/openapi.json").json()["components"]["schemas"]["EventData"]["properties"]
    assert set(described) == set(EventKind)
    for kind, payload in PAYLOADS.items():
        fields = msgspec.structs.fields(payload)
        assert set(described[kind]["properties"]) == {field.name for field in fields}
        assert set(described[kind].get("required", ())) == {field.name for field in fields if field.required}
