"""Tasks of others that cannot be read here."""

import pytest

from moe.contracts.encryption import SEALED
from moe.running.environment import RunEnvironment
from moe.running.transports.agent_host import AgentHost
from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import Envelope
from moe_core.contracts.wire import JsonObject

pytestmark = pytest.mark.anyio


def find_environment() -> RunEnvironment:
    raise AssertionError("a task that cannot be read needs none")


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({SEALED: "a.b.c.d.e"}, "it is sealed, and system.encryption.sealed is not set here"),
        ({}, "Object missing required field `task`"),
    ],
)
async def test_a_task_that_cannot_be_read_is_told_with_the_reason(payload: JsonObject, told: str):
    envelope = Envelope(id="a", run="r", target="drummer:search", payload=payload)
    with pytest.raises(TransportError) as caught:
        await AgentHost(find_environment).do(envelope, lambda _: None)
    assert str(caught.value).startswith(f"another moe has sent a task that this one cannot read: {told}")
    assert caught.value.reason == "unreadable"
