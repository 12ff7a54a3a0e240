"""What becomes of a run one of whose agents is elsewhere, when something goes wrong between: every cell of the table.

docs/reference/faults.md has the table; it is written from `fleet_policy.py`.
"""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from cut_proxy import CutProxy
from durable_place import wait_for_line
from fleet_policy import FLEET_FAULTS, PLACES
from fleet_servers import FleetServer
from free_ports import find_free_port
from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.transports.opening import open_transport
from moe_core.contracts.agent import Role
from moe_core.contracts.event import EventKind
from moe_core.contracts.transports import read_envelope, read_event

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
HOLD = """
from pathlib import Path

import anyio

from moe_core import BaseTool

HERE = Path(__file__).parent


class Ask(BaseTool):
    '''Ask a person before each call.'''

    effects = ("net",)
    asks_first = True

    async def execute(self, params: dict) -> dict:
        with HERE.joinpath("begun").open("a") as begun:
            begun.write("x")
        return {"statement": "It was asked.", "value": "asked"}


class Lodge(BaseTool):
    '''Lodge a note, which must not be done twice unasked.'''

    effects = ("net",)
    repeats = "ask"

    async def execute(self, params: dict) -> dict:
        with HERE.joinpath("begun").open("a") as begun:
            begun.write("x")
        while not HERE.joinpath("free").exists():
            await anyio.sleep(0.02)
        return {"statement": "It was lodged.", "value": "lodged"}


class Hold(BaseTool):
    '''Wait until somebody lets go, whatever else is asked.'''

    effects = ()

    async def execute(self, params: dict) -> dict:
        with HERE.joinpath("begun").open("a") as begun:
            begun.write("x")
        with anyio.CancelScope(shield=True):
            while not HERE.joinpath("free").exists():
                await anyio.sleep(0.02)
        HERE.joinpath("ended").touch()
        return {"statement": "It was held.", "value": "held"}
"""
DRUMMER = '''FROM llama3.2:3b
ROLE drummer
NAME {name}
DESCRIPTION Does {tool}.
CAPABILITY {tool}ing
TOOL {tool}
SYSTEM """Do it."""
'''
AGENTS = {"holder": "hold", "asker": "ask", "lodger": "lodge"}


@dataclass
class FleetPlace:
    """A project with an agent elsewhere, and what lies between the two.

    Attributes:
        url: Where the worker listens.
        asked_at: Where the run asks it; a proxy, for HTTP.
        interrupt: A block in which nothing comes through.
    """

    folder: Path
    url: str
    asked_at: str
    interrupt: Callable[[], "contextmanager[None]"]

    @property
    def tools(self) -> Path:
        return self.folder / "plugins" / "tools"

    @property
    def times_done(self) -> int:
        return len(self.tools.joinpath("begun").read_text()) if self.tools.joinpath("begun").exists() else 0

    def open_app(self) -> App:
        self.tools.mkdir(parents=True, exist_ok=True)
        (self.tools / "hold.py").write_text(HOLD, encoding="utf-8")
        for name, text in (
            *((f"modelfiles/{name}.moe", DRUMMER.format(name=name, tool=tool)) for name, tool in AGENTS.items()),
            ("config/models.yaml", "".join(f"{name}: {{url: '{self.asked_at}'}}\n" for name in AGENTS)),
        ):
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return App.open(self.folder, environ={"MOE_TRUST": "/", "MOE_PROVIDERS__ORDER": "[extractive]"})

    def let_go(self) -> None:
        self.tools.joinpath("free").touch()

    async def wait_for(self, condition: Callable[[], bool]) -> None:
        with anyio.fail_after(60):
            while not condition():
                await anyio.sleep(0.02)


REQUEST = RunRequest(question="Hold it", top=Role.DRUMMER, drummer="holder", deadline_seconds=60)
Scenario = Callable[[FleetPlace], Awaitable[str]]


@pytest.fixture
def make_place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str, str], FleetPlace]]:
    monkeypatch.setattr("moe.running.transports.dispatched.ALIVE_SECONDS", 0.2)
    monkeypatch.setattr("moe.running.transports.caller.SILENT_SECONDS", 1.5)
    proxies: list[CutProxy] = []

    def make(kind: str, fault: str) -> FleetPlace:
        if kind == "http":
            port = find_free_port()
            proxy = CutProxy(port)
            proxies.append(proxy)

            @contextmanager
            def cut() -> Iterator[None]:
                proxy.cut()
                yield
                proxy.mend()

            asked_at = f"http://127.0.0.1:{port if fault == 'down_at_start' else proxy.port}"
            return FleetPlace(tmp_path, f"http://127.0.0.1:{port}", asked_at, cut)
        server: FleetServer = request.getfixturevalue({"rabbitmq": "rabbit", "nats": "nats"}[kind])

        @contextmanager
        def stop() -> Iterator[None]:
            server.stop()
            yield
            server.start()

        url = f"{server.url}?queue={fault}"
        if fault == "down_at_start":
            port = find_free_port()
            url = url.replace(str(server.port), str(port))
        return FleetPlace(tmp_path, url, url, stop)

    yield make
    for proxy in proxies:
        proxy.__exit__()


@asynccontextmanager
async def working(place: FleetPlace, app: App) -> AsyncIterator[list[bytes]]:
    """A worker at the other end; the bodies that arrive."""
    listener, arrived = app.make_listener([place.url], concurrency=2), []
    handle = listener.dispatcher.handle

    async def note(body: bytes) -> AsyncIterator[bytes]:
        if read_envelope(body).target == "drummer:holder":
            arrived.append(body)
        async with aclosing(handle(body)) as events:
            async for event in events:
                yield event

    listener.dispatcher.handle = note
    ready = anyio.Event()
    serving = asyncio.create_task(listener.serve(on_ready=ready.set))
    with anyio.fail_after(30):
        await ready.wait()
    try:
        yield arrived
    finally:
        place.let_go()
        await listener.drain(seconds=5)
        await serving


async def find_nobody(place: FleetPlace) -> str:
    app = place.open_app()
    assert app.environment.registry.drummers.get("holder")  # to find all plugins takes its time, on a busy machine
    took = []
    while not took or (took[-1] >= 5 and len(took) < 3):  # the machine may have stood still
        began = time.monotonic()
        result = await app.run(REQUEST)
        took.append(time.monotonic() - began)
    assert took[-1] < 5
    assert result.error is not None
    assert "cannot be reached: nothing listens there" in result.error.message
    return f"{result.status}: {result.error.code}"


async def be_cut_off(place: FleetPlace) -> str:
    app = place.open_app()
    async with working(place, app) as arrived:
        running = asyncio.create_task(app.run(REQUEST, run_id="cut"))
        await place.wait_for(lambda: place.times_done == 1)
        between = place.interrupt()
        await anyio.to_thread.run_sync(between.__enter__)
        await anyio.sleep(2.5)
        place.let_go()
        await anyio.sleep(0.3)
        await anyio.to_thread.run_sync(between.__exit__, None, None, None)
        result = await running
        assert len(arrived) >= 2
    events = app.runs.get_run("cut").events
    kinds = [event.kind for event in events]
    assert kinds.count(EventKind.TOOL_CALLED) == kinds.count(EventKind.TOOL_ANSWERED) == 1
    assert kinds.count(EventKind.TASK_SENT) >= 2
    return f"{result.status}, by {'one doing' if place.times_done == 1 else place.times_done} of the task"


async def arrive_twice(place: FleetPlace) -> str:
    app = place.open_app()
    async with working(place, app) as arrived:
        running = asyncio.create_task(app.run(REQUEST))
        await place.wait_for(lambda: place.times_done == 1)
        transport = open_transport(app.registry, place.url)

        async def ask_again() -> list[bytes]:
            events = [one async for one in transport.stream(read_envelope(arrived[0]))]
            return [one for one in events if read_event(one).type != "alive"]

        meanwhile = asyncio.create_task(ask_again())
        await place.wait_for(lambda: len(arrived) == 2)
        place.let_go()
        result, told = await running, await meanwhile
        assert await ask_again() == told
        assert read_event(told[-1]).data["result"]["statements"][0]["value"] == "held"
        await transport.close()
    return f"{result.status}, by {'one doing' if place.times_done == 1 else place.times_done} of the task"


async def be_late(place: FleetPlace) -> str:
    app = place.open_app()
    async with working(place, app) as arrived:
        running = asyncio.create_task(app.run(REQUEST, run_id="late"))
        await place.wait_for(lambda: place.times_done == 1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        before = app.runs.get_run("late")
        place.let_go()
        await place.wait_for(place.tools.joinpath("ended").exists)
        transport = open_transport(app.registry, place.url)
        told = [read_event(one) async for one in transport.stream(read_envelope(arrived[0]))]
        assert told[-1].code == "cancelled"
        await transport.close()
        after = app.runs.get_run("late")
        assert after.events == before.events
        assert after.result["answer"] == ""
    return str(after.summary.status)


async def ask_first(place: FleetPlace) -> str:
    app = place.open_app()
    async with working(place, app):
        waiting = await app.run(REQUEST.model_copy(update={"question": "Ask it", "drummer": "asker"}))
        assert [(call.tool, call.reason) for call in waiting.waiting] == [("ask", "first")]
        assert place.times_done == 0
        app.decide(waiting.run_id, "approve")
        done = await app.resume(app.find_past(waiting.run_id))
    assert place.times_done == 1
    return f"{waiting.status}, then {done.status}"


async def be_unsure(place: FleetPlace) -> str:
    app = place.open_app()
    command = [sys.executable, "-m", "moe", "worker", "--listen", place.url]
    environment = {**os.environ, "MOE_TRUST": "/", "MOE_PROVIDERS__ORDER": "[extractive]"}
    worker = subprocess.Popen(command, cwd=place.folder, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        await anyio.to_thread.run_sync(wait_for_line, worker, "tasks are taken at")
        request = REQUEST.model_copy(update={"question": "Lodge it", "drummer": "lodger", "deadline_seconds": 600.0})
        running = asyncio.create_task(app.run(request))
        await place.wait_for(lambda: place.times_done == 1)
    finally:
        worker.kill()
        worker.communicate()
    async with working(place, app):
        waiting = await running
        assert [(call.tool, call.reason) for call in waiting.waiting] == [("lodge", "unknown")]
        assert place.times_done == 1
        place.let_go()
        app.decide(waiting.run_id, "approve")
        done = await app.resume(app.find_past(waiting.run_id))
    assert place.times_done == 2
    return f"{waiting.status}, then {done.status}"


SCENARIOS: dict[str, Scenario] = {
    "down_at_start": find_nobody,
    "down_mid_run": be_cut_off,
    "duplicate": arrive_twice,
    "late_result": be_late,
    "asks_first": ask_first,
    "unsure_call": be_unsure,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", FLEET_FAULTS)
async def test_every_fault_ends_as_the_table_says(fault: str, place: str, make_place: Callable[..., FleetPlace]):
    assert await SCENARIOS[fault](make_place(place, fault)) == FLEET_FAULTS[fault].ending
