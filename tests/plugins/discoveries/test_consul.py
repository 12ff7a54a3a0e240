"""Consul's register, against a stand-in that keeps instances and their checks as Consul's HTTP API tells."""

import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from moe_core.contracts.discovery import WorkerEntry
from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import TransportHealth, TransportPlace
from plugins.discoveries.consul import ConsulDiscovery

pytestmark = pytest.mark.anyio
WELL = TransportHealth(is_live=True, is_ready=True)


class ConsulStandIn(ThreadingHTTPServer):
    """Keeps instances; a check passes for its TTL after each word."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.instances: dict[str, dict[str, Any]] = {}
        self.passed: dict[str, float] = {}


class Answering(BaseHTTPRequestHandler):
    server: ConsulStandIn

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        path = self.path.partition("?")[0]
        known = self.server
        if path == "/v1/agent/service/register":
            told = json.loads(body)
            known.instances[told["ID"]] = told
        elif path.startswith("/v1/agent/check/pass/service:") and path.rpartition(":")[2] in known.instances:
            known.passed[path.rpartition(":")[2]] = time.monotonic()
        elif path.startswith("/v1/agent/service/deregister/"):
            known.instances.pop(path.rpartition("/")[2], None)
        else:
            self.answer(404, b"")
            return
        self.answer(200, b"")

    def do_GET(self) -> None:
        name, known = self.path.removeprefix("/v1/health/service/").partition("?")[0], self.server
        assert self.path.endswith("?passing=true")
        found = [
            {"Service": {"ID": one["ID"], "Meta": one["Meta"]}}
            for one in known.instances.values()
            if one["Name"] == name
            and known.passed.get(one["ID"], 0) + float(one["Check"]["TTL"][:-1]) > time.monotonic()
        ]
        self.answer(200, json.dumps([*found, {"Service": {"ID": "other", "Meta": {}}}]).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def url() -> Iterator[str]:
    server = ConsulStandIn()
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"consul://127.0.0.1:{server.server_port}/agents"
    server.shutdown()
    server.server_close()


def make_entry(name: str, *, health: TransportHealth = WELL, seconds: float = 10.0) -> WorkerEntry:
    abilities = {"agent": ("drummer:search",)}
    return WorkerEntry(
        worker_id=name, urls=(f"http://{name}:1",), abilities=abilities, health=health, lease_seconds=seconds
    )


async def test_instances_whose_checks_pass_are_found_until_they_leave_or_fall_silent(url):
    register = ConsulDiscovery(TransportPlace(url=url))
    for entry in (
        make_entry("a"),
        make_entry("b", seconds=0.05),
        make_entry("c", health=TransportHealth(is_live=True, is_ready=False)),
    ):
        await register.register(entry)
    time.sleep(0.1)
    assert await register.find("drummer:search") == ["http://a:1"]
    await register.register(make_entry("b"))
    assert await register.find("drummer:search") == ["http://a:1", "http://b:1"]
    assert await register.find("belter:research") == []
    await register.leave("a")
    assert await register.find("drummer:search") == ["http://b:1"]


async def test_one_that_is_not_there_says_so():
    with pytest.raises(TransportError, match=r"Consul at http://127\.0\.0\.1:1 cannot be asked"):
        await ConsulDiscovery(TransportPlace(url="consul://127.0.0.1:1")).find("drummer:search")
