"""One request to one model on its way: cache, budget, the server's guard, and what is told of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from moe.asking.call_site import CallSite
from moe.asking.fitting.counting import TokenCounter
from moe.asking.fitting.cutting import find_answer_limit
from moe.asking.holding.guard import CallGuard, CallRecord
from moe.asking.holding.resilience import find_address
from moe.asking.json.partial import TextPart
from moe.asking.servers.cache import ResponseCache, make_key
from moe.asking.spending.budget import BudgetLedger, Reservation
from moe.asking.spending.prices import PriceList
from moe.asking.structured import stream_reply
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import BudgetSpentError, ModelError, MoeError
from moe_core.contracts.messages import ModelReply, ModelRequest, Usage
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.model_payloads import BudgetSpent, ModelAnswered, ModelCalled
from moe_core.contracts.wire import JsonObject

_USUAL_ANSWER_TOKENS = 512  # promised to a call that does not say how long its answer may be


@dataclass(slots=True, kw_only=True)
class Sender:
    """Sends the requests of one agent's step to one model.

    Attributes:
        site: Which call it is, and who is told of it.
        on_usage: Told what each request cost.
        on_cache: Told of every look into the cache whether it helped.
        on_text: Told of the answer's texts as they are written; None when nobody reads along.
    """

    provider: ModelProvider
    guard: CallGuard
    counter: TokenCounter
    ledger: BudgetLedger | None
    prices: PriceList
    cache: ResponseCache | None
    role: Role
    site: CallSite
    on_usage: Callable[[Usage], None]
    on_cache: Callable[[bool], None]
    on_text: Callable[[TextPart], None] | None = None

    async def send(self, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
        """The reply to a request, from the cache or from the server, counted and told.

        Raises:
            ModelError: The last failure as its server told it.
            BudgetSpentError: The run has no room for it.
            DeadlineError: The time is over.
        """
        cache = self.cache
        key = "" if cache is None else self._make_key(request, schema)
        if cache is None or not key:
            return await self._ask(request, schema)
        kept = cache.find(key)
        self.on_cache(kept is not None)
        if kept is not None:
            self.site.tell(ModelCalled)
            self.site.tell(ModelAnswered, seconds=0.0, cached=True, **_count(kept.usage))
            return kept
        reply = await self._ask(request, schema)
        await cache.keep(key, reply)
        return reply

    async def _ask(self, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
        reservation = self._reserve(request)
        self.site.tell(ModelCalled)
        record, started = CallRecord(), time.perf_counter()
        reply: ModelReply | None = None
        try:
            reply = await self.guard.call(
                partial(self._perform, request, schema),
                deadline=request.deadline,
                record=record,
                tell=self.site.tell,
                admit=None if reservation is None else reservation.extend,
            )
        finally:
            seconds = max(0.0, time.perf_counter() - started - record.waited_seconds)
            usage = self._price(reply, record, seconds)
            self.on_usage(usage)
            if reservation is not None:
                reservation.settle(usage)
        if usage.prompt_tokens:
            self.counter.learn(request.messages, prompt_tokens=usage.prompt_tokens)
        self.site.tell(ModelAnswered, seconds=seconds, **_count(usage))
        return reply

    async def _perform(self, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
        """One request to the provider; whatever a plugin does wrong ends as one line."""
        try:
            if self.on_text is not None:
                return await stream_reply(self.provider, request, schema, on_text=self.on_text)
            if schema is None:
                return await self.provider.generate(request)
            return await self.provider.generate_structured(request, schema)
        except (MoeError, TimeoutError):
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}".strip(": ")
            name = self.provider.name
            raise ModelError(f"provider {name} failed: {reason}", provider=name, model=request.model) from error

    def _reserve(self, request: ModelRequest) -> Reservation | None:
        if self.ledger is None:
            return None
        answer = find_answer_limit(request.parameters) or _USUAL_ANSWER_TOKENS
        estimate = Usage(
            prompt_tokens=round(self.counter.estimate(request.messages)), completion_tokens=answer, requests=1
        )
        try:
            return self.ledger.reserve(self.prices.price(estimate, request.model), role=self.role)
        except BudgetSpentError as error:
            self.site.tell(BudgetSpent, message=error.message)
            raise

    def _price(self, reply: ModelReply | None, record: CallRecord, seconds: float) -> Usage:
        """What the call cost; of one that failed only its requests and time are known."""
        spent = reply.usage if reply is not None else Usage()
        extra = max(0, spent.requests - 1)  # a provider may have had to ask in another way
        usage = Usage(
            prompt_tokens=spent.prompt_tokens,
            completion_tokens=spent.completion_tokens,
            requests=record.requests + extra,
            seconds=seconds,
            cost=spent.cost,
        )
        return self.prices.price(usage, reply.model if reply is not None and reply.model else self.site.model)

    def _make_key(self, request: ModelRequest, schema: JsonObject | None) -> str:
        if self.provider.is_deterministic:
            return ""  # quicker to ask again
        address = find_address(self.provider)  # the default ones too: OLLAMA_HOST may change from run to run
        try:
            return make_key(
                request,
                provider=self.provider.name,
                address=address,
                schema=schema,
                options=self.provider.settings.options,
            )
        except TypeError:
            return ""


def _count(usage: Usage) -> dict[str, Any]:
    told: dict[str, Any] = {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
    }
    if usage.cost:
        told["cost"] = usage.cost
    return told
