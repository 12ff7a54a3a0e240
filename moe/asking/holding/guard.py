"""Holding calls to one model on one server: turns, time, the breaker, retries."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import msgspec

from moe.asking.holding.breaker import Breaker
from moe.asking.holding.deadline import get_seconds_left, is_over
from moe.asking.holding.rate_limit import RateLimiter
from moe.asking.holding.remedies import Remedy, classify, is_servers_fault
from moe.asking.holding.retry import RetryPolicy
from moe.asking.holding.time_limit import answer_within
from moe_core.contracts.errors import (
    DeadlineError,
    ModelError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from moe_core.contracts.model_payloads import BreakerClosed, BreakerOpened, ModelRetried, ServerPayload

T = TypeVar("T")


class Tell(Protocol):
    """Told of retries and of breakers: the kind of event and what it says besides of which call it is."""

    def __call__(self, kind: type[ServerPayload], **facts: Any) -> None:
        """Tell of it."""


TELLING_SECONDS = 10.0
"""A time limit below this says nothing about a server that does not keep it."""


class GuardedCall(msgspec.Struct):
    """One call on its way: what limits it, who is told, and what it took so far, however it ends.

    Attributes:
        deadline: Unix time in seconds.
        tell: Told of retries, breakers that open and close.
        admit: Called before every request but the first; a BudgetSpentError ends the call.
        requests: Requests sent, failed ones included.
        retries: Requests sent after a failure.
        waited_seconds: Time spent waiting for a turn and between attempts; no part of the server's time.
    """

    deadline: float | None = None
    tell: Tell | None = None
    admit: Callable[[], None] | None = None
    requests: int = 0
    retries: int = 0
    waited_seconds: float = 0.0


class CallGuard:
    """Holds the calls to one model on one server.

    Attributes:
        server: How messages name the server.
        breaker: The server's, shared by its models.
    """

    def __init__(
        self,
        *,
        provider: str,
        model: str,
        address: str,
        breaker: Breaker,
        limiters: tuple[RateLimiter, ...],
        policy: RetryPolicy,
        timeout_seconds: float,
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.server = f"{provider} at {address}" if address else provider
        self.breaker = breaker
        self._provider = provider
        self._model = model
        self._limiters = limiters
        self._policy = policy
        self._timeout_seconds = timeout_seconds
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"<CallGuard of {self._model} on {self.server}, {self.breaker.state.value}>"

    async def call(self, ask: Callable[[], Awaitable[T]], call: GuardedCall) -> T:
        """Ask, and ask again when a failure may pass.

        Args:
            ask: Sends one request. Its errors are ModelErrors; others and cancellation pass through at once.
            call: What limits it; filled as requests are sent.

        Raises:
            DeadlineError: The deadline came first, while the server was asked or while others had their turn.
            BudgetSpentError: What `admit` said to a retry.
            ModelError: The last failure as its server told it. Not retryable, so that the caller falls back: the server
                is left alone, or it cannot be this call's turn before the deadline.
        """
        attempts = 1
        while True:
            try:
                return await (self._attempt(ask, call) if self._limiters else self._send(ask, call))
            except ModelError as error:
                wait_seconds = self._policy.draw_wait(attempts, error.retry_after)
                if (
                    attempts >= self._policy.attempts_max
                    or classify(error) is not Remedy.RETRY
                    or self._is_useless(call, wait_seconds)
                ):
                    raise
                self._tell_retry(call, error, attempts, wait_seconds)
            await self._sleep(wait_seconds)
            if call.admit is not None:
                call.admit()
            attempts += 1
            call.retries += 1

    def _is_useless(self, call: GuardedCall, wait_seconds: float) -> bool:
        """Whether the time is over, or the server still left alone, after a wait."""
        left = get_seconds_left(call.deadline)
        return (left is not None and wait_seconds >= left) or self.breaker.rest_left_seconds > wait_seconds

    async def _attempt(self, ask: Callable[[], Awaitable[T]], call: GuardedCall) -> T:
        """One request, when it is this call's turn."""
        if self.breaker.is_resting:
            raise self._resting()
        await self._enter(call)
        try:
            return await self._send(ask, call)
        finally:
            self._leave()

    async def _send(self, ask: Callable[[], Awaitable[T]], call: GuardedCall) -> T:
        """One request within its time; what it says of the server goes to the breaker."""
        left = get_seconds_left(call.deadline)
        if left is not None and left <= 0:
            raise self._too_late()
        permit = self.breaker.admit()
        if permit is None:
            raise self._resting()
        seconds = self._timeout_seconds if left is None else min(self._timeout_seconds, left)
        call.requests += 1
        try:
            try:
                answer = await answer_within(ask(), seconds)
            except TimeoutError as error:
                raise self._timed_out(seconds) from error
        except ModelError as error:
            self._record_failure(permit, error, seconds, call)
            if isinstance(error, ModelTimeoutError) and is_over(call.deadline):
                raise self._too_late() from error
            raise
        except BaseException:
            self.breaker.record_nothing(permit)
            raise
        if self.breaker.record_success(permit) and call.tell is not None:
            call.tell(BreakerClosed, server=self.server)
        return answer

    def _record_failure(self, permit: int, error: ModelError, seconds: float, call: GuardedCall) -> None:
        fault = is_servers_fault(error)
        if isinstance(error, ModelTimeoutError) and seconds < min(TELLING_SECONDS, self._timeout_seconds):
            fault = None
        if fault is None:
            self.breaker.record_nothing(permit)
        elif not fault:
            if self.breaker.record_success(permit) and call.tell is not None:
                call.tell(BreakerClosed, server=self.server)
        elif (
            self.breaker.record_failure(permit, wait_seconds=error.retry_after, reason=error.message)
            and call.tell is not None
        ):
            rest = self.breaker.rest_left_seconds
            call.tell(BreakerOpened, server=self.server, rest_seconds=rest, message=error.message)

    async def _enter(self, call: GuardedCall) -> None:
        """Wait for a turn at every limiter."""
        if self._try_enter():
            return
        started = time.perf_counter()
        entered: list[RateLimiter] = []
        try:
            for limiter in self._limiters:
                await limiter.enter(seconds_max=get_seconds_left(call.deadline))
                entered.append(limiter)
        except BaseException as error:
            for limiter in entered:
                limiter.leave()
            if isinstance(error, TimeoutError):
                raise self._no_turn(call) from error
            raise
        finally:
            call.waited_seconds += time.perf_counter() - started

    def _try_enter(self) -> bool:
        for place, limiter in enumerate(self._limiters):
            if not limiter.try_enter():
                for entered in self._limiters[:place]:
                    entered.leave()
                return False
        return True

    def _leave(self) -> None:
        for limiter in self._limiters:
            limiter.leave()

    def _tell_retry(self, call: GuardedCall, error: ModelError, attempts: int, wait_seconds: float) -> None:
        call.waited_seconds += wait_seconds
        if call.tell is not None:
            call.tell(
                ModelRetried,
                server=self.server,
                attempts=attempts,
                wait_seconds=wait_seconds,
                error=error.code,
                message=error.message,
            )

    def _resting(self) -> ModelUnavailableError:
        left = self.breaker.rest_left_seconds
        when = f"is asked again in {left:.0f} s" if left else "is being tried by another call"
        error = ModelUnavailableError(
            f"{self.server} failed too often in a row and {when}; the last time: {self.breaker.reason}",
            provider=self._provider,
            model=self._model,
            retry_after=left or None,
            hint="see what is wrong with it: moe models list",
        )
        error.retryable = False  # the next model of the agent is better than waiting
        return error

    def _timed_out(self, seconds: float) -> ModelTimeoutError:
        return ModelTimeoutError(
            f"{self.server} did not answer within {seconds:.3g} s",
            provider=self._provider,
            model=self._model,
            hint=f"raise providers.{self._provider}.timeout_seconds in config/providers.yaml, or take a smaller model",
        )

    def _too_late(self) -> DeadlineError:
        return DeadlineError(
            f"{self.server} had not answered when the time was over", hint="give it more with --deadline SECONDS"
        )

    def _no_turn(self, call: GuardedCall) -> ModelUnavailableError | DeadlineError:
        if is_over(call.deadline):
            return self._too_late()
        error = ModelUnavailableError(
            f"it would not be this call's turn at {self.server} before the time is over",
            provider=self._provider,
            model=self._model,
            hint=f"raise max_concurrent or requests_per_minute of {self._provider} or {self._model}, "
            "or give the run more time with --deadline SECONDS",
        )
        error.retryable = False
        return error
