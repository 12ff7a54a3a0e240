"""A failed call is made again only where the tool says that it may be."""

from typing import Any

import pytest

from moe.running.tools.attempts import call_with_attempts
from moe.running.tools.call_context import CallOrigin
from moe.running.tools.toolbox import run_tool
from moe_core.contracts.errors import ToolError
from moe_core.contracts.tool import BaseTool, Repeats
from moe_core.contracts.tool_context import ToolContext
from moe_core.testing.registries import memory_registry

pytestmark = pytest.mark.anyio


async def call(repeats: Repeats, *errors: Exception, deadline: float | None = None) -> tuple[Any, list[str], list[str]]:
    """What came of it, the idempotency key of each attempt, and the errors after which it was called again."""
    left, keys, retried = list(errors), list[str](), list[str]()

    class Ferry(BaseTool):
        """Books a place."""

        def execute(self, place: str, context: ToolContext) -> dict[str, Any]:
            keys.append(context.idempotency_key)
            if left:
                raise left.pop(0)
            return {"booked": place}

    Ferry.repeats = repeats
    entry = memory_registry(tools=[Ferry]).tools.get("ferry")
    origin = CallOrigin(run_id="r", task_id="t")
    try:
        made: Any = await call_with_attempts(
            entry,
            lambda: run_tool(entry, {"place": "A1"}, origin=origin),
            deadline=deadline,
            on_retry=lambda error: retried.append(error.message),
            wait_seconds=0.0,
        )
    except ToolError as error:
        made = error
    return made, keys, retried


BRIEF = ToolError("the line is busy", retryable=True)


@pytest.mark.parametrize("repeats", ["safe", "keyed"])
async def test_a_tool_that_may_be_called_again_is_with_the_same_key(repeats: Repeats) -> None:
    made, keys, retried = await call(repeats, BRIEF)
    assert made == {"booked": "A1"}
    assert len(keys) == 2
    assert keys[0] == keys[1] != ""
    assert retried == ["the line is busy"]


async def test_a_tool_that_says_nothing_is_called_once_and_its_error_says_why() -> None:
    made, keys, retried = await call("ask", ToolError("the line is busy", retryable=True))
    assert "was not called again" in made.message
    assert (len(keys), retried) == (1, [])


@pytest.mark.parametrize("error", [ToolError("no such place"), ValueError("broken")])
async def test_a_failure_that_stays_is_not_tried_again(error: Exception) -> None:
    made, keys, _ = await call("safe", error, error)
    assert "called again" not in made.message
    assert len(keys) == 1


async def test_the_second_failure_is_the_last() -> None:
    made, keys, _ = await call("keyed", *[ToolError("the line is busy", retryable=True)] * 3)
    assert made.message == "the line is busy"
    assert len(keys) == 2


async def test_without_time_left_nothing_is_tried_again() -> None:
    _, keys, _ = await call("safe", BRIEF, deadline=1.0)
    assert len(keys) == 1
