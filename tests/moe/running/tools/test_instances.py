"""Tools that open something serve a whole run, and are closed whatever happens."""

from typing import Any, ClassVar

import anyio
import pytest

from moe.running.tools.instances import open_tools
from moe.running.tools.toolbox import run_tool
from moe_core.contracts.tool import BaseTool
from moe_core.testing.registries import memory_registry

pytestmark = pytest.mark.anyio


class Connects(BaseTool):
    """Count what its connection has served."""

    effects = ()
    told: ClassVar[list[str]] = []

    async def open(self) -> None:
        self.told.append("open")
        self.served = 0

    async def close(self) -> None:
        self.told.append("close")
        raise OSError("gone")

    async def execute(self) -> dict[str, Any]:
        self.served += 1
        return {"served": self.served}


@pytest.fixture
def entry() -> Any:
    Connects.told.clear()
    return memory_registry(tools=[Connects]).tools.get("connects")


async def test_calls_of_a_run_share_what_was_opened_once(entry: Any) -> None:
    counts: list[int] = []
    async with open_tools() as instances:

        async def call() -> None:
            counts.append((await run_tool(entry, {}, instances=instances))["served"])

        async with anyio.create_task_group() as group:
            for _ in range(3):
                group.start_soon(call)
        assert Connects.told == ["open"]
    assert sorted(counts) == [1, 2, 3]
    assert Connects.told == ["open", "close"]


async def test_a_call_by_itself_opens_and_closes(entry: Any) -> None:
    assert await run_tool(entry, {}) == {"served": 1}
    assert await run_tool(entry, {}) == {"served": 1}
    assert Connects.told == ["open", "close"] * 2
