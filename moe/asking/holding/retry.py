"""Asking again after a failure that may pass: how often, after which wait, and when it is no use.

By tenacity, which is in wide use, typed, without dependencies and takes an async sleep; stamina wraps it with a jitter
of its own and a switch for the whole process, backoff has had no release since 2022.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from moe.asking.holding.remedies import Remedy, classify
from moe_core.contracts.errors import ModelError

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How to ask again: waits are random between 0 and a bound that doubles, so that many callers spread out.

    Attributes:
        attempts_max: Requests at most, the first included.
        wait_first_seconds: Bound of the wait before the second request.
        wait_max_seconds: Greatest bound. What a server asks to wait comes on top of it, and is never cut short.
    """

    attempts_max: int = 3
    wait_first_seconds: float = 0.5
    wait_max_seconds: float = 20.0


async def ask_again(
    first: ModelError,
    ask: Callable[[], Awaitable[T]],
    policy: RetryPolicy,
    *,
    is_useless: Callable[[float], bool],
    on_retry: Callable[[ModelError, int, float], None] | None = None,
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
) -> T:
    """Ask again after a first failure, until an answer comes or it is no use.

    A call that succeeds at once never comes here, and so pays nothing for it.

    Args:
        first: The failure; it calls for a retry.
        ask: One further attempt.
        policy: How often and after which waits.
        is_useless: Whether a wait of so many seconds is too long; then it is not begun.
        on_retry: Told before each wait: the failure, how many attempts were made, seconds of the wait.
        sleep: What waits.

    Raises:
        ModelError: The last failure, as its server told it.
        Exception: What `ask` raises that calls for no retry, cancellation included, at once.
    """
    failures = [first]
    jitter = wait_random_exponential(policy.wait_first_seconds, max=policy.wait_max_seconds)

    async def attempt() -> T:
        if failures:
            raise failures.pop()
        return await ask()

    def wait(state: RetryCallState) -> float:
        error = _failure(state)
        return jitter(state) + (error.retry_after or 0.0 if error is not None else 0.0)

    def must_stop(state: RetryCallState) -> bool:
        return state.attempt_number >= policy.attempts_max or is_useless(state.upcoming_sleep)

    def tell(state: RetryCallState) -> None:
        error = _failure(state)
        if on_retry is not None and error is not None:
            on_retry(error, state.attempt_number, state.upcoming_sleep)

    retrying = AsyncRetrying(
        retry=retry_if_exception(lambda error: classify(error) is Remedy.RETRY),
        wait=wait,
        stop=must_stop,
        before_sleep=tell,
        sleep=sleep,
        reraise=True,
    )
    return await retrying(attempt)


def _failure(state: RetryCallState) -> ModelError | None:
    error = state.outcome.exception() if state.outcome is not None else None
    return error if isinstance(error, ModelError) else None
