"""Whole runs that are cancelled, or whose server hangs past the deadline, is not there, or dies while it writes."""

from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
import pytest

from fault_policy import CALLS, PLACES, Ending
from moe.running.live import follow_run
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("fault", ["stall_before_headers", "stall_mid_body"])
async def test_cancelling_in_the_middle_of_a_call_closes_its_connection(chains: Any, place: str, fault: str) -> None:
    chain = chains[place]
    chain.plan(fault)
    before = chain.server.abandoned
    async with anyio.create_task_group() as group:
        group.start_soon(chain.run)
        is_stalled = partial(chain.server.wait_until, lambda: len(chain.server.questions()) == 1)
        assert await anyio.to_thread.run_sync(is_stalled)
        group.cancel_scope.cancel()
    await chain.wait_until_left()
    assert chain.server.abandoned == before + 1
    assert len(chain.server.questions()) == 1
    end = chain.events[-1]
    assert (end.kind, end.data.status) == (EventKind.RUN_FINISHED, "cancelled")
    record = chain.store.get_run(end.run_id)
    assert record.result is not None
    assert record.result["status"] == "cancelled"


async def test_a_server_that_hangs_longer_than_the_deadline_leaves_the_fallback_time(run_everywhere: Any) -> None:
    ended = await run_everywhere("slow_drip", timeout_seconds=60.0, deadline_seconds=7.0)
    assert {(ending.error, ending.is_degraded) for ending in ended.values()} == {("", True)}


async def test_without_a_fallback_a_server_that_hangs_meets_the_deadline(run_everywhere: Any) -> None:
    ended = await run_everywhere("stall_mid_body", timeout_seconds=60.0, deadline_seconds=1.5, has_fallback=False)
    assert {ending.error for ending in ended.values()} == {"deadline"}


async def test_a_wait_that_is_longer_than_the_deadline_is_not_begun(run_everywhere: Any) -> None:
    ended = await run_everywhere("too_many_requests", options={"retry_after": 3600})
    assert ended == {place: Ending(is_degraded=True, requests=len(CALLS[place])) for place in PLACES}


async def test_a_server_that_hangs_already_when_asked_what_it_is_ends_alike(chains: Any) -> None:
    for place in PLACES[:3]:
        chain = chains[place]
        chain.plan("stall_before_headers")
        chain.server.plan("stall_before_headers", None, path="/v1/models")
        result = await chain.run(timeout_seconds=0.15)
        assert (result.status, result.degraded, bool(result.citations)) == (Status.DONE, True, True), place
        await chain.wait_until_left()


async def test_a_server_that_is_not_there_ends_in_a_degraded_answer_or_one_error(chains: Any, dead_url: str) -> None:
    for place in PLACES[:3]:
        chain = chains[place]
        degraded = await chain.run(url=dead_url)
        assert (degraded.status, degraded.degraded, bool(degraded.citations)) == (Status.DONE, True, True), place
        failed = await chain.run(url=dead_url, has_fallback=False)
        assert failed.error is not None
        assert (failed.error.code, "cannot be reached" in failed.error.message) == ("model_unavailable", True)
        assert failed.error.hint


async def test_a_real_server_that_is_killed_while_it_writes_leaves_the_answer_to_the_fallback(
    chains: Any, start_tiny_server: Callable[..., Any]
) -> None:
    chain = chains["answer"]
    tiny = start_tiny_server(habit="ramble")
    pieces: list[Event] = []
    followed: list[Event] = []
    brief = {"parameters": {"num_predict": 64}}

    async def follow(run_id: str) -> None:
        followed.extend([event async for event in follow_run(run_id, live=chain.live, store=None)])

    async with anyio.create_task_group() as group:

        def watch(event: Event) -> None:
            if event.kind is EventKind.RUN_STARTED:
                group.start_soon(follow, event.run_id)
            kill_at_first_piece(tiny, pieces, event)

        result = await chain.run(url=tiny.url, changes=brief, on_event=watch)
    assert pieces
    assert followed == chain.events  # pieces and all
    assert (result.status, result.degraded, bool(result.citations)) == (Status.DONE, True, True)
    failed = [(event.data.purpose, event.data.error) for event in chain.events if event.kind == "model.failed"]
    assert failed[-1] == ("synthesise", "model_unavailable")


async def test_without_a_fallback_a_server_that_is_killed_while_it_writes_is_one_error(
    chains: Any, start_tiny_server: Callable[..., Any]
) -> None:
    tiny = start_tiny_server(habit="ramble")
    pieces: list[Event] = []
    killing = partial(kill_at_first_piece, tiny, pieces)
    result = await chains["answer"].run(url=tiny.url, has_fallback=False, on_event=killing)
    assert pieces
    assert result.status is Status.FAILED
    assert result.error is not None
    assert result.error.code == "model_unavailable"
    assert result.error.hint


def kill_at_first_piece(server: Any, pieces: list[Event], event: Event) -> None:
    if event.kind is EventKind.ANSWER_PIECE:
        pieces.append(event)
        if server.is_running():
            server.kill()
