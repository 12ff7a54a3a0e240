"""A server on this machine that takes connections and keeps silent is given up soon."""

import socket

import anyio
import pytest

from moe_core.contracts.errors import ModelError
from moe_kit.serving.http import ModelServer
from moe_kit.serving.peer import Peer
from moe_kit.serving.transport import CONNECT_SECONDS


@pytest.mark.anyio
async def test_a_silent_port_of_this_machine_is_not_waited_for_as_long_as_one_far_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the connection, never answers the handshake
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        server = ModelServer(Peer(provider="openai", url=url), timeout_seconds=60.0)
        with anyio.fail_after(CONNECT_SECONDS - 1), pytest.raises(ModelError):
            await server.get(f"{url}/v1/models", clock=server.start_clock(None))
        await server.close()
