"""Bundled transports that need no server of their own, held to the contract."""

import socket

import pytest

from moe.running.transports.dispatcher import Dispatcher
from moe_core.testing import check_transport
from plugins.transports.http import HttpTransport
from plugins.transports.inproc import InprocTransport

pytestmark = pytest.mark.anyio


def find_free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


async def test_two_ends_in_one_process_hold_to_the_contract():
    await check_transport(InprocTransport, "inproc://here", make_dispatch=Dispatcher)


async def test_http_holds_to_the_contract():
    pytest.importorskip("uvicorn", reason="moe-core[server] is not installed")
    url = f"http://127.0.0.1:{find_free_port()}"
    await check_transport(HttpTransport, url, make_dispatch=Dispatcher)
