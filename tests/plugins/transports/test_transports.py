"""Bundled transports that need no server of their own, held to the contract."""

import socket
import ssl
from typing import Any

import anyio
import pytest

from free_ports import find_free_port
from moe.running.transports.dispatcher import Dispatcher
from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import Envelope, Transport, TransportPlace
from moe_core.testing import check_transport
from plugins.transports.grpc import GrpcTransport
from plugins.transports.http import HttpTransport
from plugins.transports.inproc import InprocTransport

pytestmark = pytest.mark.anyio


async def test_two_ends_in_one_process_hold_to_the_contract():
    await check_transport(InprocTransport, "inproc://here", make_dispatch=Dispatcher)


async def test_http_holds_to_the_contract():
    pytest.importorskip("uvicorn", reason="moe-core[server] is not installed")
    url = f"http://127.0.0.1:{find_free_port()}"
    await check_transport(HttpTransport, url, make_dispatch=Dispatcher)


async def test_whom_the_system_trusts_is_not_read_where_nothing_is_encrypted(monkeypatch: pytest.MonkeyPatch):
    read: list[Any] = []
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda *given, **named: read.append((given, named)))
    asking = HttpTransport(TransportPlace(url=f"http://127.0.0.1:{find_free_port()}"))
    with pytest.raises(TransportError, match="nothing listens there"):
        await anext(asking.stream(Envelope(id="a", run="r", target="echo")))
    assert read == []


async def test_two_tasks_at_once_are_both_told_that_nobody_listens_by_grpc():
    pytest.importorskip("grpc", reason="moe-core[grpc] is not installed")
    asking = GrpcTransport(TransportPlace(url=f"grpc://127.0.0.1:{find_free_port()}"))
    told: list[str] = []

    async def ask(name: str) -> None:
        with pytest.raises(TransportError) as caught:
            await anext(asking.stream(Envelope(id=name, run="r", target="echo")))
        told.append(str(caught.value))

    for _ in range(3):
        async with anyio.create_task_group() as group:
            for name in "abcd":
                group.start_soon(ask, name)
    await asking.close()
    assert len(told) == 12
    assert all("nothing listens there" in one for one in told)


@pytest.mark.parametrize("transport", [GrpcTransport, HttpTransport])
async def test_a_port_that_is_in_use_is_told_with_a_remedy(transport: type[Transport]):
    pytest.importorskip("grpc", reason="moe-core[grpc] is not installed")
    pytest.importorskip("uvicorn", reason="moe-core[server] is not installed")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"{transport.schemes[0]}://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(TransportError) as caught:
            await transport(TransportPlace(url=url)).serve(Dispatcher({}))
    assert str(caught.value).startswith(f"{url} cannot be listened at: Address already in use")
    assert caught.value.hint == "is something else listening there? name another port"
