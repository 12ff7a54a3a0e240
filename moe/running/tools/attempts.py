"""Calling a tool again after a failure that may pass, where it says that this does no harm."""

import time
from collections.abc import Awaitable, Callable

import anyio

from moe_core.contracts.errors import ToolError
from moe_core.contracts.plugin import Entry
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import JsonObject

ATTEMPTS_MAX = 2  # a question waits meanwhile, and a second failure in a row seldom passes by itself
WAIT_SECONDS = 0.5  # as long as models are waited for at first


async def call_with_attempts(
    entry: Entry[type[BaseTool]],
    call: Callable[[], Awaitable[JsonObject]],
    *,
    deadline: float | None,
    on_retry: Callable[[ToolError], None],
    wait_seconds: float = WAIT_SECONDS,
) -> JsonObject:
    """What the tool returns, the second time where the first failed for a while only.

    A tool that is "safe" to call again is; so is one that is "keyed", for each attempt has the same idempotency key.
    Any other is called once, and its error says so.

    Raises:
        ToolError: The tool failed, or no time was left for another attempt.
    """
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            return await call()
        except ToolError as error:
            has_time = deadline is None or time.time() + wait_seconds < deadline
            if not error.retryable or attempt == ATTEMPTS_MAX or not has_time:
                raise
            if entry.value.repeats == "ask":
                error.message += "; it was not called again, for nobody knows whether it was done"
                raise
            on_retry(error)
        await anyio.sleep(wait_seconds)
    raise AssertionError("the last attempt returns or raises")
