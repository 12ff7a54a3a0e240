"""What becomes of runs that are left to workers when something goes wrong around them: every cell of the table.

docs/reference/faults.md has the table; it is written from `durable_policy.py`.
"""

import asyncio
import gc
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path

import anyio.to_thread
import pytest

pytest.importorskip("dbos", reason="moe-core[durable] is not installed")

from cut_proxy import CutProxy
from durable_place import DurablePlace, make_environment, require_whole, wait_for_line
from durable_policy import DURABLE_FAULTS, FILE, SERVER
from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.runs import QUEUED
from moe.contracts.workers import WorkerLease
from moe.running.fleet.queued_run import QueuedRuns
from moe.running.fleet.submission import submit_run
from moe.running.fleet.tasks import make_task
from moe.running.fleet.worker import RunWorker, make_worker_id
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.executor import WorkerSpec
from moe_core.contracts.payloads import ObserverNote, RunResumed
from moe_core.contracts.task import Status
from note_office import CLERK, POSTER, count_notes, open_office
from plugins.executors.dbos import DbosExecutor
from postgres_server import restart_postgres, run_postgres
from small_disk import mount_small_disk

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform == "win32", reason="processes are stopped as POSIX does"),
    # The engine's own listener leaves its connection to the garbage collector, which warns.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Scenario = Callable[[DurablePlace], Awaitable[str]]
SLOW_ONCE = """
from pathlib import Path

import anyio

from moe_core import BaseTool


class Slow(BaseTool):
    '''Wait for a minute, the first time.'''

    effects = ()

    async def execute(self, params: dict) -> dict:
        begun = Path(__file__).with_name("begun")
        if not begun.exists():
            begun.touch()
            await anyio.sleep(60)
        return {"statement": "It was waited for.", "value": "waited"}
"""
HELD = """
from pathlib import Path

import anyio

from moe_core import BaseTool

HERE = Path(__file__).parent


class Slow(BaseTool):
    '''Wait until somebody lets go, and tell more than fits where hardly any room is left.'''

    effects = ()

    async def execute(self, params: dict) -> dict:
        with HERE.joinpath("begun").open("a") as begun:
            begun.write("x")
        while not HERE.joinpath("free").exists():
            await anyio.sleep(0.05)
        return {"statement": "It was held. " * 8000, "value": "held"}
"""
AN_HOUR_ON = """
import time

true_time = time.time
time.time = lambda: true_time() + 3600
"""
SLUGGISH = Path(__file__).parents[1] / "moe" / "cli" / "plugins" / "sluggish.moe"
NUMBERS = count(1)


@pytest.fixture
def make_place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], DurablePlace]]:
    """A project whose runs are kept in files, or in a new database of the server."""
    with ExitStack() as stack:

        def make(kind: str) -> DurablePlace:
            (tmp_path / "docs").mkdir()
            text = "The mill was restored by Ada Brook in 1912. It cost 412 pounds."
            (tmp_path / "docs" / "mill.txt").write_text(text, encoding="utf-8")
            database = request.getfixturevalue("postgres") if kind == SERVER else ""
            place = DurablePlace(kind=kind, folder=tmp_path, database=database, monkeypatch=monkeypatch)
            if database:
                name = f"faults_{os.getpid()}_{next(NUMBERS)}"
                with place.connect() as connection:
                    connection.execute(f"CREATE DATABASE {name}")
                place.database = database.rpartition("/")[0] + f"/{name}"
            stack.callback(place.close)
            return place

        yield make
    gc.collect()


async def ask_twice(place: DurablePlace) -> str:
    app, other = place.open_app(), place.open_app()
    for one in (app, app, other):
        assert await one.submit(place.request, run_id="twice") == "twice"
    async with place.working(app):
        await place.wait_until(app, "twice", Status.DONE)
        await app.executor.submit(make_task("twice"))
        await app.executor.submit(make_task("twice", again=1))
        outcome = await app.executor.wait("twice/again-1", seconds=30)
    assert outcome.value == {"status": "done"}
    require_whole(app.runs.get_run("twice"))
    await other.executor.drain(seconds=0)
    return "done once" if len(app.runs.list_runs()) == 1 else "done twice"


async def bring_late_result(place: DurablePlace) -> str:
    silent, other = place.open_app().runs, place.open_app()
    await other.submit(place.request, run_id="late")
    silent.claim("late", os.getpid(), worker_id="silent")
    before = other.runs.get_run("late")
    other.runs.cancel("late")
    silent.append(make_note("late", before.events[-1].sequence + 1))
    silent.keep_step("late", "1:plan:1", '"late"')
    assert silent.finish("late", "done", '{"answer": "late"}') is None
    after = other.runs.get_run("late")
    assert (after.events, after.result, other.runs.read_steps("late")) == (before.events, None, {})
    await other.executor.drain(seconds=0)
    return after.summary.status


async def hold_for_a_moment(place: DurablePlace) -> str:
    app = place.open_app()
    app.runs.leases.list_workers()  # with which the tables are made
    free, held = threading.Event(), threading.Event()
    holding = asyncio.create_task(anyio.to_thread.run_sync(hold, place, held, free))
    await place.wait_for(held.is_set)
    threading.Timer(1.0, free.set).start()
    result = await app.run(place.request, run_id="held")
    await holding
    assert "recorded" not in str(result.observer.notes)
    require_whole(app.runs.get_run("held"))
    return str(result.status)


async def hold_for_long(place: DurablePlace) -> str:
    place.monkeypatch.setattr("moe.storage.sqlite_engine.BUSY_SECONDS", 0.2)
    place.monkeypatch.setattr("moe.storage.postgres_engine.LOCK_SECONDS", 0.2)
    app = place.open_app()
    app.runs.leases.list_workers()
    free, held = threading.Event(), threading.Event()
    holding = asyncio.create_task(anyio.to_thread.run_sync(hold, place, held, free))
    await place.wait_for(held.is_set)
    result = await app.run(place.request, run_id="held")
    assert any("stayed locked for 0.2 s" in note["text"] for note in result.observer.notes)
    free.set()
    await holding
    await place.wait_until(app, "held", Status.DONE)  # which looks at what is written by now
    require_whole(app.runs.get_run("held"))
    return str(result.status)


def hold(place: DurablePlace, held: threading.Event, free: threading.Event) -> None:
    with place.locked():
        held.set()
        free.wait(30)


async def fill(place: DurablePlace) -> str:
    app, other = place.open_app(), place.open_app()  # the worker's connections are made when there is no room
    for run_id in ("full", "next"):
        await other.submit(place.request, run_id=run_id)
    with ExitStack() as fullness:
        fullness.enter_context(place.full())
        async with place.working(app) as worker:
            await place.wait_until(other, "full", Status.RUNNING)
            await asyncio.sleep(2)
            record, waiting = other.runs.get_run("full"), other.runs.get_summary("next")
            assert (record.summary.status, record.summary.worker) == (Status.RUNNING, worker.worker_id)
            assert record.events[-1].kind is not EventKind.RUN_FINISHED
            assert waiting.status == QUEUED
            fullness.close()
            record = await place.wait_until(other, "full", Status.DONE)
            await place.wait_until(other, "next", Status.DONE)
    require_whole(record)
    await other.executor.drain(seconds=0)
    return record.summary.status


async def go_down(place: DurablePlace) -> str:
    app, down = place.open_app(), ExitStack()

    def on_event(event: Event) -> None:
        if event.kind is EventKind.ROUTE_CHOSEN:
            app.runs.flush()  # so that there is a connection to lose
            down.enter_context(place.down())
            threading.Timer(2.0, down.close).start()

    result = await app.run(place.request, run_id="down", on_event=on_event)
    assert "recorded" not in str(result.observer.notes)
    require_whole(app.runs.get_run("down"))
    return str(result.status)


async def fill_disk(place: DurablePlace) -> str:
    with ExitStack() as stack:
        if place.kind == SERVER:
            base = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            base.chmod(0o711)  # the server's user goes through it
            owner = "postgres" if os.getuid() == 0 else ""
            disk = stack.enter_context(mount_small_disk(base / "disk", megabytes=24, owner=owner))
            (disk.folder / "space").mkdir(mode=0o700)
            shutil.chown(disk.folder / "space", owner or None, owner or None)
            place.database = stack.enter_context(run_postgres(base / "server"))
            with place.connect() as connection:
                connection.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}/space'")
                connection.execute("CREATE DATABASE small TABLESPACE small")
            place.database = place.database.rpartition("/")[0] + "/small"
        else:
            disk = stack.enter_context(mount_small_disk(place.folder / ".moe", megabytes=8))
        app, tools, worker = await begin_held(place, stack)
        disk.fill()
        (tools / "free").touch()
        await asyncio.sleep(3)
        assert app.runs.get_summary("held").finished is None, "there is no room to tell of its end"
        disk.clear()
        return await end_held(place, app, tools, worker)


async def restart_server(place: DurablePlace) -> str:
    with ExitStack() as stack:
        base = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        base.chmod(0o711)  # the server's user goes through it
        place.database = stack.enter_context(run_postgres(base / "server"))
        app, tools, worker = await begin_held(place, stack)
        for _ in range(2):
            await anyio.to_thread.run_sync(restart_postgres, base / "server")
            await asyncio.sleep(1)
        (tools / "free").touch()
        return await end_held(place, app, tools, worker)


async def skew_clock(place: DurablePlace) -> str:
    """Two workers, of which the one that does the run believes it to be an hour later."""
    with ExitStack() as stack:
        # Python's own clock alone: with libfaketime below it, Python's sleep is refused by the system.
        (place.folder / "clock").mkdir()
        (place.folder / "clock" / "sitecustomize.py").write_text(AN_HOUR_ON, encoding="utf-8")
        paths = [str(place.folder / "clock"), *filter(None, [os.environ.get("PYTHONPATH")])]
        skewed = {"PYTHONPATH": os.pathsep.join(paths)}
        app, tools, worker = await begin_held(place, stack, skewed)
        other = stack.enter_context(place.begin_worker(make_environment(place.folder / "home")))
        stack.callback(other.kill)
        await anyio.to_thread.run_sync(wait_for_line, other, "Ctrl-C ends it")
        await asyncio.sleep(3)  # three leases
        (tools / "free").touch()
        await place.wait_until(app, "held", Status.DONE)
        later = app.runs.get_run("held").events[-1].at - time.time()
        assert later > 3000, "its clock is not off"
        assert {one.state for one in app.workers.list_workers()} == {"live"}
        other.send_signal(signal.SIGTERM)
        return await end_held(place, app, tools, worker)


async def begin_held(
    place: DurablePlace, stack: ExitStack, environment: dict[str, str] | None = None
) -> tuple[App, Path, "subprocess.Popen[str]"]:
    """A worker in a process of its own that does a run, held in a tool."""
    tools = place.folder / "plugins" / "tools" / "waiting"
    agents = place.folder / "modelfiles" / "drummers"
    for folder, name, text in ((tools, "slow.py", HELD), (agents, "sluggish.moe", SLUGGISH.read_text("utf-8"))):
        folder.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    (place.folder / "home").mkdir()
    app = place.open_app()
    await app.submit(RunRequest(question="Wait for me", top=Role.DRUMMER, drummer="sluggish"), run_id="held")
    environment = {**make_environment(place.folder / "home"), **(environment or {})}
    worker = stack.enter_context(place.begin_worker(environment))
    stack.callback(worker.kill)
    await place.wait_for((tools / "begun").exists)
    return app, tools, worker


async def end_held(place: DurablePlace, app: App, tools: Path, worker: "subprocess.Popen[str]") -> str:
    """How a run that was held has ended: by the same worker, with one call of its tool."""
    record = await place.wait_until(app, "held", Status.DONE, Status.FAILED)
    worker.send_signal(signal.SIGTERM)
    assert await anyio.to_thread.run_sync(worker.wait) == 0
    app.close()
    require_whole(record, is_cited=False)
    assert (tools / "begun").read_text() == "x"
    return record.summary.status


async def poison(place: DurablePlace) -> str:
    app, dying = place.open_app(), place.open_app().runs
    await app.submit(place.request, run_id="poison")
    for deaths in range(4):
        dying.claim("poison", os.getpid(), worker_id=f"dead-{deaths}")
        resumed = RunResumed(steps=0, seconds_left=60.0, deaths=deaths)
        sequence = dying.get_run("poison").events[-1].sequence + 1
        dying.append(make_event("poison", sequence, resumed))
        dying.flush()
    async with place.working(app):
        record = await place.wait_until(app, "poison", Status.FAILED)
    assert record.result is not None
    assert "moe runs retry poison" in record.result["error"]["hint"]
    return f"{record.result['error']['code']} after {deaths + 1}"


async def kill_in_call(place: DurablePlace) -> str:
    """A worker dies by SIGKILL in a call that a person must be asked about; the next one asks."""
    log = open_office(place.folder)
    (place.folder / "home").mkdir()
    environment, app = make_environment(place.folder / "home"), place.open_app()
    await app.submit(RunRequest(**CLERK), run_id="unsure")
    with ExitStack() as stack:
        first = stack.enter_context(place.begin_worker({**environment, "OFFICE_HANGS": "yes"}))
        stack.callback(first.kill)
        await place.wait_for(log.exists)
        first.kill()
        second = stack.enter_context(place.begin_worker(environment))
        stack.callback(second.kill)
        record = await place.wait_until(app, "unsure", Status.WAITING)
        assert record.result is not None
        assert [(call["tool"], call["reason"]) for call in record.result["waiting"]] == [("lodge_note", "unknown")]
        assert count_notes(log) == 1
        await place.wait_for(lambda: all(worker.runs == 0 for worker in app.workers.list_workers() if worker.is_live))
        assert app.decide("unsure", "approve").worker == record.events[-1].data.worker != ""
        await app.retry("unsure")
        done = await place.wait_until(app, "unsure", Status.DONE)
        second.send_signal(signal.SIGTERM)
    assert count_notes(log) == 2
    require_whole(done, is_cited=False)
    return f"{record.summary.status}, then {done.summary.status}"


async def kill_while_waiting(place: DurablePlace) -> str:
    """The only worker dies by SIGKILL while a run waits; one that is begun later takes it from there."""
    log = open_office(place.folder)
    (place.folder / "home").mkdir()
    environment, app = make_environment(place.folder / "home"), place.open_app()
    await app.submit(RunRequest(**POSTER), run_id="waits")
    with ExitStack() as stack:
        first = stack.enter_context(place.begin_worker(environment))
        stack.callback(first.kill)
        record = await place.wait_until(app, "waits", Status.WAITING)
        first.kill()
        app.decide("waits", "approve", by="ann")
        await app.retry("waits")
        assert not log.exists()
        second = stack.enter_context(place.begin_worker(environment))
        stack.callback(second.kill)
        done = await place.wait_until(app, "waits", Status.DONE)
        second.send_signal(signal.SIGTERM)
    assert count_notes(log) == 1
    require_whole(done, is_cited=False)
    return f"{record.summary.status}, then {done.summary.status}"


async def cut_off(place: DurablePlace) -> str:
    """A worker that cannot be heard, while it waits for a tool, and one that is there."""
    place.lease_seconds = 2.0
    tool = place.folder / "plugins" / "tools" / "waiting" / "slow.py"
    agent = place.folder / "modelfiles" / "drummers" / "sluggish.moe"
    for target, text in ((tool, SLOW_ONCE), (agent, SLUGGISH.read_text(encoding="utf-8"))):
        target.parent.mkdir(parents=True)
        target.write_text(text, encoding="utf-8")
    (place.folder / "home").mkdir()
    environment, app = make_environment(place.folder / "home"), place.open_app()
    await app.submit(RunRequest(question="Wait for me", top=Role.DRUMMER, drummer="sluggish"), run_id="cut")
    with ExitStack() as stack:
        through = ""
        if place.kind == SERVER:
            address, _, name = place.database.rpartition("/")
            host, _, port = address.rpartition(":")
            proxy = stack.enter_context(CutProxy(int(port)))
            through = f"{host}:{proxy.port}/{name}"
        first = stack.enter_context(place.begin_worker(environment, database=through))
        stack.callback(first.kill)
        await place.wait_for(tool.with_name("begun").exists)
        second = stack.enter_context(place.begin_worker(environment))
        stack.callback(second.kill)
        await anyio.to_thread.run_sync(wait_for_line, second, "Ctrl-C ends it")
        owner = app.runs.get_summary("cut").worker
        if through:
            proxy.cut()
        else:
            first.send_signal(signal.SIGSTOP)
        record = await place.wait_until(app, "cut", Status.DONE)
        if through:
            proxy.mend()
        else:
            first.send_signal(signal.SIGCONT)
        await anyio.to_thread.run_sync(wait_for_line, first, "it joins anew")
        assert app.runs.get_run("cut").events == record.events
        for worker in (first, second):
            worker.send_signal(signal.SIGTERM)
    require_whole(record, is_cited=False)
    resumed = [event.data.deaths for event in record.events if isinstance(event.data, RunResumed)]
    assert resumed[-1] == 1
    return "done by another" if owner and owner != record.summary.worker else "done by the same"


async def queue_by_another_version(place: DurablePlace) -> str:
    app = place.open_app()
    newer = DbosExecutor(replace(app.executor.place, version="99.9"))
    await submit_run(place.request, store=app.runs, executor=newer, run_id="newer")
    await newer.drain(seconds=0)
    await app.submit(place.request, run_id="ours")
    async with place.working(app):
        await place.wait_until(app, "ours", Status.DONE)
        await asyncio.sleep(1.5)
        assert app.runs.get_summary("newer").status == QUEUED
        assert [run.describe_needs() for run in app.find_stuck()] == ["moe 99.9"]
    spec = WorkerSpec(worker_id=make_worker_id())
    runs = QueuedRuns(app.environment, app.runs, newer, spec.worker_id)
    worker = RunWorker(lambda: runs, app.runs, newer, spec, version="99.9.1")
    serving = asyncio.create_task(worker.serve())
    record = await place.wait_until(app, "newer", Status.DONE)
    await worker.drain(seconds=5)
    await serving
    require_whole(record)
    return "done by its version"


async def take_up_at_once(place: DurablePlace) -> str:
    first, second = place.open_app(), place.open_app()
    for app, name in ((first, "first"), (second, "second")):
        join(app, name)
    for number in range(20):
        run_id = await first.submit(place.request, run_id=f"both-{number}")
        together = threading.Barrier(2)

        def claim(app, name: str, run_id: str = run_id, together: threading.Barrier = together) -> str:
            together.wait(30)
            try:
                app.runs.claim(run_id, os.getpid(), worker_id=name)
            except RequestError:
                return ""
            return name

        won = await asyncio.gather(
            anyio.to_thread.run_sync(claim, first, "first"), anyio.to_thread.run_sync(claim, second, "second")
        )
        assert len("".join(won)) in (5, 6), won  # one of them
        winner = first if won[0] else second
        winner.runs.append(make_note(run_id, 2))
        assert winner.runs.finish(run_id, "done", "{}") is None
        assert [event.sequence for event in first.runs.get_run(run_id).events] == [1, 2]
    await first.executor.drain(seconds=0)
    return "done by one"


def join(app, worker_id: str) -> None:
    lease = WorkerLease(
        worker_id=worker_id, pid=os.getpid(), host="here", version="", concurrency=1, lease_seconds=60.0
    )
    app.workers.join(lease)


def make_note(run_id: str, sequence: int) -> Event:
    return make_event(run_id, sequence, ObserverNote(severity="note", text="late"))


def make_event(run_id: str, sequence: int, data) -> Event:
    return Event(run_id=run_id, correlation_id="c", sequence=sequence, at=time.time(), kind=data.kind, data=data)


SCENARIOS: dict[str, Scenario] = {
    "duplicate": ask_twice,
    "late_result": bring_late_result,
    "locked": hold_for_a_moment,
    "locked_long": hold_for_long,
    "full": fill,
    "disk_full": fill_disk,
    "down": go_down,
    "restarted": restart_server,
    "skewed": skew_clock,
    "poison": poison,
    "unsure_call": kill_in_call,
    "killed_waiting": kill_while_waiting,
    "partition": cut_off,
    "version": queue_by_another_version,
    "two_owners": take_up_at_once,
}
CELLS = [
    (name, kind, ending)
    for name, fault in DURABLE_FAULTS.items()
    for kind, ending in ((FILE, fault.file), (SERVER, fault.server))
    if ending
]


def test_every_fault_is_brought_about() -> None:
    assert set(SCENARIOS) == set(DURABLE_FAULTS)


@pytest.mark.parametrize(("fault", "kind", "ending"), CELLS, ids=[f"{name}-{kind}" for name, kind, _ in CELLS])
async def test_a_run_ends_as_the_table_says(
    make_place: Callable[[str], DurablePlace], fault: str, kind: str, ending: str
) -> None:
    assert await SCENARIOS[fault](make_place(kind)) == ending
