"""A port of this machine that nobody listens at is known without what speaks HTTP."""

import socket
import subprocess
import sys

import pytest

from moe_core.contracts.errors import ModelUnavailableError
from moe_kit.serving.http import ModelServer
from moe_kit.serving.knock import is_shut
from moe_kit.serving.peer import Peer


def test_a_port_is_shut_when_connections_are_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert not is_shut(f"http://127.0.0.1:{port}/v1")
        assert not is_shut(f"http://localhost:{port}")
    assert is_shut(f"http://127.0.0.1:{port}/v1")


@pytest.mark.anyio
async def test_nobody_there_is_the_same_error_as_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    server = ModelServer(Peer(provider="ollama", url=url, start_hint="start it with: serve"), timeout_seconds=5.0)
    with pytest.raises(ModelUnavailableError, match=r"ollama at .* cannot be reached") as caught:
        await server.get(url, clock=server.start_clock(None))
    assert caught.value.hint == "start it with: serve, or set providers.ollama.base_url in config/providers.yaml"
    await server.close()


def test_what_speaks_http_is_not_imported_for_a_server_that_is_not_there() -> None:
    code = (
        "import anyio, sys\n"
        "from moe_kit.net.client import fetch\n"
        "from moe_kit.serving.http import ModelServer\n"
        "from moe_kit.serving.peer import Peer\n"
        "async def ask():\n"
        "    server = ModelServer(Peer(provider='ollama', url='http://127.0.0.1:1'), timeout_seconds=5.0)\n"
        "    try:\n"
        "        await server.get('http://127.0.0.1:1', clock=server.start_clock(None))\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__)\n"
        "anyio.run(ask)\n"
        "print('httpx' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["ModelUnavailableError", "False"]
