"""The transport itself: connections kept, given back, closed; proxies asked only for other machines."""

import anyio
import httpx
import pytest

from moe_kit.serving.transport import ShardedTransport, find_proxy


def request(server, path="/v1/models"):
    return httpx.Request("GET", server.url + path)


def find_port(response):
    """This side's port: which connection the response came over."""
    return response.extensions["network_stream"].get_extra_info("client_addr")[1]


@pytest.mark.anyio
async def test_a_connection_is_used_again_when_its_answer_was_read(faulty_server):
    async with ShardedTransport() as transport:
        for _ in range(3):
            response = await transport.handle_async_request(request(faulty_server))
            assert (await response.aread()).startswith(b"{")
        assert faulty_server.open_connections() == 1
        assert "1 idle" in repr(transport)


@pytest.mark.anyio
async def test_as_many_connections_as_answers_at_a_time(faulty_server):
    async with ShardedTransport() as transport:
        responses = [await transport.handle_async_request(request(faulty_server)) for _ in range(3)]
        assert faulty_server.open_connections() == 3
        for response in responses:
            await response.aclose()
            await response.aclose()
        assert "3 idle" in repr(transport)


@pytest.mark.anyio
async def test_no_more_connections_are_kept_than_it_is_allowed(faulty_server):
    async with ShardedTransport(idle_max=2) as transport:
        responses = [await transport.handle_async_request(request(faulty_server)) for _ in range(5)]
        for response in responses:
            await response.aread()
        assert "2 idle" in repr(transport)
        assert await anyio.to_thread.run_sync(faulty_server.wait_until, lambda: faulty_server.open_connections() == 2)


@pytest.mark.anyio
async def test_the_connection_used_last_is_used_next_so_that_the_others_grow_old(faulty_server):
    async with ShardedTransport() as transport:
        first, second, third = [await transport.handle_async_request(request(faulty_server)) for _ in range(3)]
        for response in (second, third, first):
            await response.aread()
        again = await transport.handle_async_request(request(faulty_server))
        beside = await transport.handle_async_request(request(faulty_server))
        assert [find_port(again), find_port(beside)] == [find_port(first), find_port(third)]
        for response in (again, beside):
            await response.aclose()


@pytest.mark.anyio
async def test_what_is_in_use_when_the_transport_closes_is_closed_with_its_answer(faulty_server):
    transport = ShardedTransport()
    response = await transport.handle_async_request(request(faulty_server))
    await transport.aclose()
    assert (await response.aread()).startswith(b"{")
    assert await anyio.to_thread.run_sync(faulty_server.wait_until, lambda: faulty_server.open_connections() == 0)


@pytest.mark.anyio
async def test_a_connection_that_the_server_closed_meanwhile_is_replaced(start_faulty_server):
    server = start_faulty_server()
    async with ShardedTransport() as transport:
        server.plan("hang_up", path="/v1/models")
        with pytest.raises(httpx.HTTPError):
            await transport.handle_async_request(request(server))
        response = await transport.handle_async_request(request(server))
        assert response.status_code == 200
        await response.aread()


PROXIES = {"http_proxy": "http://proxy:3128", "https_proxy": "proxy:3129", "no_proxy": "inside.example"}


@pytest.mark.parametrize(
    ("url", "proxy"),
    [
        ("http://127.0.0.1:11434", None),
        ("http://localhost:8080", None),
        ("http://[::1]:8080", None),
        ("http://inside.example", None),
        ("http://other.example", "http://proxy:3128"),
        ("https://other.example", "http://proxy:3129"),
    ],
)
def test_proxies_are_for_other_machines(monkeypatch, url, proxy):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in PROXIES.items():
        monkeypatch.setenv(name, value)
    assert find_proxy(httpx.URL(url)) == proxy
