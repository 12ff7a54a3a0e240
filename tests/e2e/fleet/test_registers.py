"""Workers that do tasks for others, found by real registers: those that come and go are known within one lease."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from fleet_servers import FleetServer
from free_ports import find_free_port, find_free_ports
from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.transports.listening import AgentListener
from moe_core.contracts.discovery import WorkerEntry
from moe_core.contracts.errors import TransportError
from moe_core.contracts.event import EventKind
from moe_core.contracts.transports import TransportHealth, TransportPlace
from plugins.discoveries.etcd import EtcdDiscovery

pytestmark = pytest.mark.anyio
LEASE_SECONDS = 1.5
TEXT = "The mill was restored by Ada Brook in 1912."


def open_app(folder: Path, database: str = "", url: str = "workers://") -> App:
    (folder / "docs").mkdir(parents=True, exist_ok=True)
    (folder / "docs" / "mill.txt").write_text(TEXT, encoding="utf-8")
    (folder / "config").mkdir(exist_ok=True)
    (folder / "config" / "models.yaml").write_text(f"search: {{url: '{url}'}}\n", encoding="utf-8")
    settings = {"MOE_SYSTEM__DATABASE": database, "MOE_SYSTEM__LEASE_SECONDS": str(LEASE_SECONDS)}
    return App.open(folder, environ={"MOE_TRUST": "/", "MOE_PROVIDERS__ORDER": "[extractive]", **settings})


@asynccontextmanager
async def working(app: App, *registers: str) -> AsyncIterator[tuple[str, AgentListener]]:
    port = find_free_port()
    url = f"http://127.0.0.1:{port}"
    listener, ready = app.make_listener([url], concurrency=2, registers=registers), anyio.Event()
    serving = asyncio.create_task(listener.serve(on_ready=ready.set))
    with anyio.fail_after(20):
        await ready.wait()
    try:
        yield url, listener
    finally:
        if not serving.done():
            await listener.drain(seconds=5)
        await asyncio.gather(serving, return_exceptions=True)


async def ask(app: App, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Where the run's task went; what was tried in vain among it."""
    monkeypatch.chdir(folder)
    events = []
    result = await app.run(RunRequest(question="Who restored the mill?", docs=("docs",)), on_event=events.append)
    assert result.error is None, result.error
    assert result.citations
    return [event.data.to for event in events if event.kind == EventKind.TASK_SENT]


@pytest.mark.parametrize("kind", ["file", "postgres"])
async def test_the_record_of_workers_is_a_register(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
):
    app = open_app(tmp_path, request.getfixturevalue("postgres") if kind == "postgres" else "")
    async with working(app) as (first, listener):
        [listed] = app.workers.list_workers()
        assert (listed.lease.urls, listed.is_live, listed.does_runs) == ((first,), True, False)
        assert "drummer:search" in listed.lease.abilities["agent"]
        assert listed.health is not None
        assert (listed.health.limit, listed.health.is_ready) == (2, True)
        assert await ask(app, tmp_path, monkeypatch) == [first]
        async with working(app) as (second, _):
            assert len(app.workers.list_workers()) == 2
            went: set[str] = set()
            with anyio.fail_after(60):  # that there is another is known a second later
                while went != {first, second}:
                    went.update(await ask(app, tmp_path, monkeypatch))
            app.workers.drain(app.workers.list_workers()[0].lease.worker_id)
            with anyio.fail_after(LEASE_SECONDS + 10):  # a lease, and whatever else the machine does
                while len(app.workers.list_workers()) != 1:
                    await anyio.sleep(0.05)
            await anyio.sleep(1.1)
            assert await ask(app, tmp_path, monkeypatch) == [second]
        assert listener.dispatcher.unready == "it ends"
    assert app.workers.list_workers() == []
    result = await app.run(RunRequest(question="Who restored the mill?", docs=("docs",)))
    assert result.error is not None
    assert result.error.message == "no worker that does drummer:search is registered at workers://"


async def test_etcd_is_a_register(etcd: FleetServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    url = f"{etcd.url}/moe/test"
    app = open_app(tmp_path, url=url)
    async with working(app, url) as (first, _):
        assert await ask(app, tmp_path, monkeypatch) == [first]
        assert await EtcdDiscovery(TransportPlace(url=url)).find("drummer:search") == [first]
    assert await EtcdDiscovery(TransportPlace(url=url)).find("drummer:search") == []


async def test_what_etcd_keeps_goes_with_its_lease_and_comes_back_after_a_restart(etcd: FleetServer):
    register = EtcdDiscovery(TransportPlace(url=f"{etcd.url}/moe/silent"))
    well = TransportHealth(is_live=True, is_ready=True)
    entry = WorkerEntry(
        worker_id="w", urls=("http://w:1",), abilities={"agent": ("drummer:search",)}, health=well, lease_seconds=1
    )
    await register.register(entry)
    assert await register.find("drummer:search") == ["http://w:1"]
    began = time.monotonic()
    with anyio.fail_after(20):
        while await register.find("drummer:search"):
            await anyio.sleep(0.2)
    assert time.monotonic() - began < 10  # etcd's shortest lease is longer than a second
    await register.register(entry)
    assert await register.find("drummer:search") == ["http://w:1"]


async def test_one_that_cannot_register_everywhere_is_registered_nowhere(tmp_path: Path):
    app, [port, away] = open_app(tmp_path), find_free_ports(2)
    listener = app.make_listener([f"http://127.0.0.1:{port}"], concurrency=1, registers=[f"etcd://127.0.0.1:{away}"])
    with pytest.raises(TransportError, match="etcd at"):
        await listener.serve()
    assert app.workers.list_workers() == []
