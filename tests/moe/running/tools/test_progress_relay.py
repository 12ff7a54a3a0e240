"""A tool's reports reach whoever looks, from any thread, while the call lasts."""

import threading

import anyio
import anyio.to_thread
import pytest

from moe.running.tools.progress_relay import ProgressRelay
from moe.running.tools.toolbox import run_tool
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.tool_context import ToolContext
from moe_core.testing.registries import memory_registry

pytestmark = pytest.mark.anyio


class Threaded(BaseTool):
    """Works in a thread."""

    def execute(self, context: ToolContext) -> str:
        context.report("half\n  way")
        return "done"


class Looping(BaseTool):
    """Works in the event loop."""

    async def execute(self, context: ToolContext) -> str:
        context.report("half way")
        return "done"


@pytest.mark.parametrize("tool", [Threaded, Looping])
async def test_what_a_tool_reports_is_told_in_the_event_loop(tool: type[BaseTool]) -> None:
    told: list[tuple[str, int]] = []
    entry = memory_registry(tools=[tool]).tools.get(tool.__name__.lower())
    await run_tool(entry, {}, on_progress=lambda text: told.append((text, threading.get_ident())))
    assert told == [("half way", threading.get_ident())]


async def test_a_tool_that_reports_each_row_is_told_of_now_and_then() -> None:
    told: list[str] = []
    relay = ProgressRelay(told.append, interval_seconds=3600.0)
    for row in range(1000):
        relay(f"row {row}")
    assert told == ["row 0"]


async def test_after_the_call_nothing_is_told() -> None:
    told: list[str] = []
    relay = ProgressRelay(told.append, interval_seconds=0.0)
    await anyio.to_thread.run_sync(relay, "in time")
    await anyio.lowlevel.checkpoint()
    relay.close()
    relay("late")
    await anyio.to_thread.run_sync(relay, "late")
    await anyio.lowlevel.checkpoint()
    assert told == ["in time"]
