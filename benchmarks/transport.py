"""Requests a second of HTTP transports under httpx's API, side by side against a quick local server.

The server is a child process that answers a small JSON at once over connections kept alive, so that what is measured is
the client. Each transport keeps N requests in flight for a while; rounds are interleaved and the best one counts.
Transports that are not installed are left out:

    pip install httpx-aiohttp httpx2        # the peers
    python benchmarks/transport.py [--seconds 1.0] [--rounds 3] [--json]

"sharded" is the transport that moe uses, under httpx's client: httpx's own, one for each connection. "moe" is the same
as providers use it, without httpx's client, and with deadlines, bounds and errors. Rates on a shared machine swing;
the CPU time of a request less so.
"""

import argparse
import asyncio
import importlib
import importlib.util
import json
import multiprocessing
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx

from moe_kit.serving.http import ModelServer
from moe_kit.serving.peer import Peer
from moe_kit.serving.transport import ShardedTransport

CONNECTIONS = (1, 10, 50, 200)
BODY = json.dumps({"choices": [{"message": {"role": "assistant", "content": "ok " * 20}}]}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
QUESTION = {"model": "m", "messages": [{"role": "user", "content": "word " * 100}]}
LIMITS = {"max_connections": 1000, "max_keepalive_connections": 1000}

Ask = Callable[[str], Awaitable[Any]]


class Quick(asyncio.Protocol):
    """Answers each request as soon as its body is there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            mark = head.find(b"content-length:")
            length = int(head[mark + 15 :].split(b"\r\n", 1)[0]) if mark >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            self.buffer = self.buffer[end + 4 + length :]
            self.transport.write(ANSWER)  # type: ignore[attr-defined]


def serve(port: "multiprocessing.Queue[int]") -> None:
    async def run() -> None:
        server = await asyncio.get_running_loop().create_server(Quick, "127.0.0.1", 0, backlog=1024)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def open_httpx(stack: AsyncExitStack) -> Ask:
    client = await stack.enter_async_context(httpx.AsyncClient(limits=httpx.Limits(**LIMITS), trust_env=False))
    return lambda url: client.post(url, json=QUESTION)


async def open_sharded(stack: AsyncExitStack) -> Ask:
    client = await stack.enter_async_context(httpx.AsyncClient(transport=ShardedTransport(), trust_env=False))
    return lambda url: client.post(url, json=QUESTION)


async def open_moe(stack: AsyncExitStack) -> Ask:
    server = ModelServer(Peer(provider="benchmark", url="http://127.0.0.1"), timeout_seconds=60.0)
    stack.push_async_callback(server.close)
    return lambda url: server.post(url, QUESTION, clock=server.start_clock())


async def open_aiohttp_transport(stack: AsyncExitStack) -> Ask:
    module, aiohttp = importlib.import_module("httpx_aiohttp"), importlib.import_module("aiohttp")
    transport = module.AiohttpTransport(
        client=lambda: aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False)
    )
    client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, trust_env=False))
    return lambda url: client.post(url, json=QUESTION)


async def open_httpx2(stack: AsyncExitStack) -> Ask:
    httpx2 = importlib.import_module("httpx2")
    client = await stack.enter_async_context(httpx2.AsyncClient(limits=httpx2.Limits(**LIMITS), trust_env=False))
    return lambda url: client.post(url, json=QUESTION)


async def open_aiohttp(stack: AsyncExitStack) -> Ask:
    aiohttp = importlib.import_module("aiohttp")
    session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))

    async def ask(url: str) -> Any:
        async with session.post(url, json=QUESTION) as response:
            return await response.read()

    return ask


CLIENTS = {
    "httpx": (open_httpx, ()),
    "sharded": (open_sharded, ()),
    "moe": (open_moe, ()),
    "httpx-aiohttp": (open_aiohttp_transport, ("httpx_aiohttp",)),
    "httpx2": (open_httpx2, ("httpx2",)),
    "aiohttp, bare": (open_aiohttp, ("aiohttp",)),
}


async def measure(name: str, url: str, *, connections: int, seconds: float) -> tuple[float, float]:
    """Requests a second with that many in flight, and milliseconds of CPU a request."""
    async with AsyncExitStack() as stack:
        ask = await CLIENTS[name][0](stack)
        await asyncio.gather(*(ask(url) for _ in range(connections)))  # opens the connections
        done = 0
        until = time.perf_counter() + seconds

        async def keep_asking() -> None:
            nonlocal done
            while time.perf_counter() < until:
                await ask(url)
                done += 1

        started, spent = time.perf_counter(), time.process_time()
        await asyncio.gather(*(keep_asking() for _ in range(connections)))
        return done / (time.perf_counter() - started), (time.process_time() - spent) * 1000 / done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    names = [name for name, (_, needs) in CLIENTS.items() if all(map(importlib.util.find_spec, needs))]
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    server = context.Process(target=serve, args=(queue,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{queue.get(timeout=30)}/v1/chat/completions"
    rates: dict[str, dict[int, float]] = {name: dict.fromkeys(CONNECTIONS, 0.0) for name in names}
    costs: dict[str, dict[int, float]] = {name: dict.fromkeys(CONNECTIONS, float("inf")) for name in names}
    for _ in range(options.rounds):
        for connections in CONNECTIONS:
            for name in names:
                rate, cost = asyncio.run(measure(name, url, connections=connections, seconds=options.seconds))
                rates[name][connections] = max(rates[name][connections], rate)
                costs[name][connections] = min(costs[name][connections], cost)
    server.terminate()
    if options.json:
        json.dump({"requests_per_second": rates, "cpu_milliseconds": costs}, sys.stdout, indent=2)
        print()
        return
    show("requests a second (ratio to httpx)", rates, "{:,.0f}")
    show("milliseconds of CPU a request (ratio to httpx)", costs, "{:.2f}")


def show(title: str, figures: dict[str, dict[int, float]], form: str) -> None:
    print(f"\n{title}\n{'in flight':<15}" + "".join(f"{connections:>18}" for connections in CONNECTIONS))
    for name, row in figures.items():
        cells = (f"{form.format(value)} ({value / figures['httpx'][count]:.2f})" for count, value in row.items())
        print(f"{name:<15}" + "".join(f"{cell:>18}" for cell in cells))


if __name__ == "__main__":
    main()
