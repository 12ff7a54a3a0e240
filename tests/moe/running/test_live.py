"""Following runs of this process and of others, and one recording thread for all."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.runs import RunStart
from moe.running.live import LiveRuns, follow_run
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.task import Status
from moe_core.testing.values import make_payload

pytestmark = pytest.mark.anyio

ALONE = {"MOE_TRUST": "/", "MOE_PROVIDERS__ORDER": "[extractive]"}
SLOW = """
import sys, time
from pathlib import Path
from moe.contracts.runs import RunStart
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.event import Event, EventKind
from moe_core.testing.values import make_payload
import os
store = RunStore(open_workspace(Path(sys.argv[1]) / ".moe"))
store.start(RunStart(run_id="elsewhere", correlation_id="c", question="q", started=time.time(), pid=os.getpid()))
for number in range(1, 6):
    payload = make_payload(EventKind.NOTE, text=f"note {number}")
    where = {"run_id": "elsewhere", "correlation_id": "c", "sequence": number, "at": time.time()}
    store.append(Event(kind=payload.kind, data=payload, **where))
    store.flush()
    print(number, flush=True)
    time.sleep(0.15)
store.finish("elsewhere", "done", "{}")
"""


@pytest.fixture
def app(tmp_path: Path) -> App:
    (tmp_path / "a.txt").write_text("The mill was restored by Ada Brook in 1912. It cost 412 pounds.", encoding="utf-8")
    return App.open(tmp_path, environ=ALONE)


def make_event(kind: EventKind, sequence: int, **facts: object) -> Event:
    payload = make_payload(kind, **facts)
    return Event(run_id="r", correlation_id="c", sequence=sequence, at=0.0, kind=payload.kind, data=payload)


def ask(app: App, question: str = "Who restored the mill?") -> RunRequest:
    return RunRequest(question=question, belter="research", docs=(str(app.project / "a.txt"),))


async def test_a_run_is_followed_from_its_first_event_to_its_last_while_it_goes_on(app: App) -> None:
    begun: list[Event] = []
    seen: list[Event] = []

    async def follow() -> None:
        while not begun:
            await anyio.sleep(0.001)
        seen.extend([event async for event in app.events(begun[0].run_id)])

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            group.start_soon(follow)
            await app.run(ask(app), on_event=begun.append)
    numbered = [event for event in seen if event.kind is not EventKind.ANSWER_PIECE]
    assert [event.sequence for event in numbered] == list(range(1, len(begun) + 1))
    assert numbered[-1].kind is EventKind.RUN_FINISHED
    later = [event.sequence async for event in app.events(begun[0].run_id, after=3)]
    assert later == list(range(4, len(begun) + 1))
    app.close()


async def test_a_run_of_another_process_is_followed_through_its_record(app: App) -> None:
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(app.project)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        with anyio.fail_after(30):
            texts = [event.data.text async for event in app.events("elsewhere", after=1)]
    finally:
        process.wait(60)
        process.stdout.close()
    assert texts == [f"note {number}" for number in range(2, 6)]
    app.close()


async def test_a_long_record_is_followed_whole_by_a_process_that_makes_nothing_ready_to_run(app: App) -> None:
    count = 9000  # more than are read together
    app.runs.start(RunStart(run_id="r", correlation_id="c", question="q", started=0.0, pid=1))
    for number in range(1, count + 1):
        app.runs.append(make_event(EventKind.NOTE, number))
    app.runs.finish("r", "done", "{}")
    assert [event.sequence async for event in app.events("r", after=2)] == list(range(3, count + 1))
    assert "environment" not in vars(app)
    app.close()


async def test_pieces_of_an_answer_reach_who_listens_and_only_them() -> None:
    live = LiveRuns()
    seen: list[str] = []

    async def listen() -> None:
        events = follow_run("r", live=live, store=None)
        seen.extend([f"{event.kind} {event.sequence}" async for event in events])

    with anyio.fail_after(60):
        async with anyio.create_task_group() as group:
            with live.serve("r"):
                live.publish(make_event(EventKind.NOTE, 1))
                live.publish(make_event(EventKind.ANSWER_PIECE, 1, text="nobody listens yet"))
                group.start_soon(listen)
                await anyio.sleep(0.01)
                live.publish(make_event(EventKind.NOTE, 2))
                live.publish(make_event(EventKind.ANSWER_PIECE, 2, text="The mill"))
                live.publish(make_event(EventKind.RUN_FINISHED, 3))
    assert seen == ["observer.note 1", "observer.note 2", "answer.piece 2", "run.finished 3"]


async def test_who_was_away_gets_what_came_since_once_without_the_record() -> None:
    live = LiveRuns()
    with live.serve("r"):
        for sequence in range(1, 6):
            live.publish(make_event(EventKind.NOTE, sequence))
        with live.subscribe("r") as waiting:
            assert waiting is not None
            live.publish(make_event(EventKind.ANSWER_PIECE, 5, text="The"))
            live.publish(make_event(EventKind.NOTE, 6))
            waiting.close()
            assert [event.sequence async for event in waiting] == [1, 2, 3, 4, 5, 5, 6]
        events = follow_run("r", live=live, store=None, after=3)
        assert [(await anext(events)).sequence for _ in range(3)] == [4, 5, 6]
        await events.aclose()


async def test_a_run_goes_on_when_the_loop_of_who_followed_it_is_gone() -> None:
    live = LiveRuns()
    kept: list[AsyncIterator[Event]] = []

    async def leave() -> None:
        kept.append(follow_run("r", live=live, store=None))
        assert (await anext(kept[0])).sequence == 1

    with live.serve("r"):
        live.publish(make_event(EventKind.NOTE, 1))
        loop = asyncio.new_event_loop()
        await anyio.to_thread.run_sync(loop.run_until_complete, leave())
        loop.close()
        live.publish(make_event(EventKind.NOTE, 2))
    assert repr(live) == "<LiveRuns, 0 go on>"


async def test_a_run_is_followed_though_its_record_cannot_be_written(app: App) -> None:
    app.workspace.folder.write_text("in the way")
    seen: list[int] = []
    begun: list[Event] = []

    async def follow() -> None:
        while not begun:
            await anyio.sleep(0.001)
        seen.extend([event.sequence async for event in app.events(begun[0].run_id)])

    with anyio.fail_after(30):
        async with anyio.create_task_group() as group:
            group.start_soon(follow)
            await app.run(ask(app), on_event=begun.append)
    assert seen == list(range(1, len(begun) + 1))


async def test_without_a_record_a_run_that_is_over_is_not_known() -> None:
    with pytest.raises(NameUnknownError, match="no run is named 'over'"):
        await anext(follow_run("over", live=LiveRuns(), store=None))


async def test_a_run_that_nobody_knows_is_named(app: App) -> None:
    with pytest.raises(NameUnknownError):
        _ = [event async for event in app.events("20260101-000000-00000000")]


async def test_many_runs_at_once_share_one_recording_thread_and_are_all_recorded_whole(app: App) -> None:
    results = []

    async def run(number: int) -> None:
        results.append(await app.run(ask(app, f"Who restored the mill? {number}")))

    others = set(threading.enumerate())
    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(run, number)
    recorders = [thread for thread in set(threading.enumerate()) - others if thread.name == "moe-recorder"]
    assert len(recorders) == 1
    assert {result.status for result in results} == {Status.DONE}
    for result in results:
        events = app.runs.get_run(result.run_id).events
        assert [event.sequence for event in events] == list(range(1, len(events) + 1))
        assert events[-1].kind is EventKind.RUN_FINISHED
    app.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "moe-recorder"]


async def test_a_run_that_waits_for_its_end_to_be_written_holds_up_no_other(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moe.storage.sqlite_engine.BUSY_SECONDS", 60.0)
    await app.run(ask(app))  # the file is there
    path, ended = app.workspace.runs_path, threading.Event()
    locked, freed = threading.Event(), threading.Event()
    was_freed: list[bool] = []

    def lock() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            locked.set()
            was_freed.append(freed.wait(20))  # less than a write waits for
            connection.execute("ROLLBACK")

    def heed(event: Event) -> None:
        if event.kind is EventKind.TASK_FINISHED and not locked.is_set():
            threading.Thread(target=lock).start()
            locked.wait(5)
        if event.kind is EventKind.RUN_FINISHED:
            ended.set()

    async def free() -> None:
        """What else the loop has to do while the run waits; were it held up, nobody would let go of the file."""
        while not ended.is_set():
            await anyio.sleep(0.01)
        for _ in range(20):
            await anyio.sleep(0.01)
        freed.set()

    async with anyio.create_task_group() as group:
        group.start_soon(free)
        result = await app.run(ask(app), on_event=heed)
        assert freed.is_set(), "it did not wait for its end to be written"
    assert was_freed == [True]
    assert result.status is Status.DONE
    assert app.runs.get_summary(result.run_id).status == "done"
    app.close()


async def test_the_graph_that_a_run_walked_can_be_looked_at_afterwards_and_equal_ones_are_kept_once(app: App) -> None:
    first, second = await app.run(ask(app)), await app.run(ask(app))
    assert first.graph is not None
    (app.project / "a.txt").unlink()  # what was walked is asked for, not what would be
    graph = app.graphs.find_walked(first.run_id)
    assert graph.question == first.graph.query
    assert not graph.is_whole
    assert [ranked.passage_id for ranked in graph.ranking] == [first.citations[0].passage_id]
    assert {node["kind"] for node in graph.nodes} == {"question", "passage"}
    assert graph.seconds == first.graph.seconds > 0
    assert second.graph is not None
    assert second.graph.digest == first.graph.digest
    app.close()


async def test_a_run_that_searched_nothing_says_that_it_kept_no_graph(app: App) -> None:
    result = await app.run(RunRequest(question="Compute 15% of 80", belter="analysis"))
    with pytest.raises(RequestError, match="kept no graph"):
        app.graphs.find_walked(result.run_id)
    app.close()


async def test_what_another_process_records_is_seen_without_looking_again_and_again(app: App) -> None:
    """Were its follower not told, it would look again after an hour."""
    command = [sys.executable, "-c", SLOW, str(app.project)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        await anyio.to_thread.run_sync(process.stdout.readline)
        with anyio.fail_after(20):
            live, store = app.environment.live, app.environment.store
            followed = follow_run("elsewhere", live=live, store=store, poll_seconds=3600.0)
            texts = [event.data.text async for event in followed if event.sequence > 0]
    assert texts == [f"note {number}" for number in range(1, 6)]
    app.close()
