"""One request to one model, once: from the cache, or within the budget and past the server's guard."""

import time
from functools import partial
from typing import Any

from moe.asking.call_site import CallSite
from moe.asking.exchange_record import ExchangeRecord
from moe.asking.fitting.cutting import find_answer_limit
from moe.asking.holding.guard import GuardedCall
from moe.asking.holding.resilience import find_address
from moe.asking.provider_boundary import contain_provider
from moe.asking.reply_stream import stream_reply
from moe.asking.servers.cache import make_key
from moe.asking.servers.facts import ModelFacts
from moe.asking.services import ModelServices
from moe.asking.spending.budget import BudgetLedger, Reservation
from moe.asking.spending.tally import ModelTally
from moe_core.contracts.agent import Role
from moe_core.contracts.chain import Served
from moe_core.contracts.errors import BudgetSpentError, DeadlineError, ModelTimeoutError
from moe_core.contracts.messages import ModelReply, ModelRequest, Usage
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.model_payloads import BudgetSpent, ModelAnswered, ModelCalled
from moe_core.contracts.wire import JsonObject

_USUAL_ANSWER_TOKENS = 512  # promised to a call that does not say how long its answer may be


class ModelClient:
    """Asks one model on one server in one run.

    Attributes:
        served: The model, and who serves it.
        provider: Who sends requests to it.
        counter: Of its tokens.
    """

    def __init__(
        self,
        served: Served,
        provider: ModelProvider,
        *,
        services: ModelServices,
        ledger: BudgetLedger | None,
        tally: ModelTally,
        exchanges: ExchangeRecord | None = None,
    ) -> None:
        """Prepare; nobody is asked yet.

        Args:
            served: The model, and who serves it.
            provider: Who sends requests to it.
            services: What all runs share.
            ledger: What the run has spent; None without a budget.
            tally: What its calls add up to.
            exchanges: Keeps what is sent and what comes back; None where nobody wants it.
        """
        self.served = served
        self.provider = provider
        self.counter = services.knowledge.open_counter(provider, served.model)
        self._services = services
        self._guard = services.resilience.guard(provider, served.model)
        self._cache = None if provider.is_deterministic else services.cache  # it is quicker to ask again
        self._address = find_address(provider)  # the default ones too: OLLAMA_HOST may change from run to run
        endpoint = provider.endpoint()
        self._is_local = endpoint is not None and endpoint.is_local
        self._ledger = None if provider.is_free else ledger
        self._tally = tally
        self._exchanges = exchanges if provider.is_language_model else None  # others read no messages
        self._facts: ModelFacts | None = None

    def __repr__(self) -> str:
        return f"<ModelClient of {self.served.model} by {self.served.provider}>"

    async def find_facts(self, deadline: float | None) -> ModelFacts:
        """What the server says of the model, asked once.

        Raises:
            ModelError: The server cannot be asked.
        """
        if self._facts is None:
            knowledge = self._services.knowledge
            hold = lambda ask: self._guard.call(ask, GuardedCall(deadline=deadline))  # noqa: E731
            self._facts = await knowledge.find_facts(self.provider, self.served.model, hold)
        return self._facts

    def forget_facts(self) -> None:
        """Let the next run ask again: the server failed, and may have told none of them."""
        self._services.knowledge.forget(self.provider, self.served.model)

    def pressure(self, role: Role) -> float:
        """How scarce the budget is for a layer's calls of this model, 0 to 1."""
        return 0.0 if self._ledger is None else self._ledger.pressure(role)

    async def send(self, site: CallSite, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
        """The reply to a request, from the cache or from the server, counted and told.

        Args:
            site: Which call it is, and who is told of it.
            request: What is asked.
            schema: What the answer must match, as it is sent; None for prose.

        Raises:
            ModelError: The last failure as its server told it.
            BudgetSpentError: The run has no room for it.
            DeadlineError: The time is over.
        """
        cache = self._cache
        key = "" if cache is None else self._make_key(request, schema)
        if cache is None or not key:
            return await self._ask(site, request, schema)
        kept = cache.find(key)
        self._tally.add_look(kept is not None)
        if kept is not None:
            site.tell(ModelCalled, **self._keep_prompt(request))
            _tell_answered(site, kept.usage, seconds=0.0, cached=True, **self._keep_reply(kept))
            return kept
        reply = await self._ask(site, request, schema)
        await cache.keep(key, reply)
        return reply

    async def _ask(self, site: CallSite, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
        reservation = self._reserve(site, request)
        self._tell_called(site, request)
        call = GuardedCall(
            deadline=request.deadline, tell=site.tell, admit=None if reservation is None else reservation.extend
        )
        started = time.perf_counter()
        reply: ModelReply | None = None
        unanswered = 0
        self._tally.asked_language_model |= self.provider.is_language_model
        try:
            reply = await self._guard.call(partial(self._perform, site, request, schema), call)
        except (ModelTimeoutError, DeadlineError):
            unanswered = self._count_unanswered(request) if call.requests else 0
            raise
        finally:
            seconds = max(0.0, time.perf_counter() - started - call.waited_seconds)
            usage = self._price(reply, call.requests, seconds, unanswered=unanswered)
            self._tally.add_usage(usage)
            if reservation is not None:
                reservation.settle(usage)
        if usage.prompt_tokens:
            self.counter.learn(request.messages, prompt_tokens=usage.prompt_tokens)
        _tell_answered(site, usage, seconds=seconds, **self._keep_reply(reply))
        return reply

    def _tell_called(self, site: CallSite, request: ModelRequest) -> None:
        kept = self._keep_prompt(request)
        if not self._address:
            site.tell(ModelCalled, **kept)
            return
        characters = sum(len(message.content) for message in request.messages)
        site.tell(ModelCalled, server=self._address, characters=characters, is_local=self._is_local, **kept)

    def _keep_prompt(self, request: ModelRequest) -> dict[str, str]:
        if self._exchanges is None:
            return {}
        return {"prompt": self._exchanges.keep_prompt(request, secret=self.provider.settings.api_key)}

    def _keep_reply(self, reply: ModelReply) -> dict[str, str]:
        if self._exchanges is None:
            return {}
        return {"reply": self._exchanges.keep_reply(reply, secret=self.provider.settings.api_key)}

    async def _perform(self, site: CallSite, request: ModelRequest, schema: JsonObject | None) -> ModelReply:
        """One request to the provider; whatever a plugin does wrong ends as one line."""
        with contain_provider(self.provider, request.model):
            if site.is_read_along:
                return await stream_reply(self.provider, request, schema, on_text=site.tell_text)
            if schema is None:
                return await self.provider.generate(request)
            return await self.provider.generate_structured(request, schema)

    def _reserve(self, site: CallSite, request: ModelRequest) -> Reservation | None:
        if self._ledger is None:
            return None
        try:
            return self._ledger.reserve(self._estimate(request), role=site.role)
        except BudgetSpentError as error:
            site.tell(BudgetSpent, message=error.message)
            raise

    def _estimate(self, request: ModelRequest) -> Usage:
        """What a call will cost; its tokens are counted only where a limit depends on them, which takes a while."""
        if self._ledger is None or not self._ledger.counts_tokens:
            return Usage(requests=1)
        answer = find_answer_limit(request.parameters) or _USUAL_ANSWER_TOKENS
        prompt = round(self.counter.estimate(request.messages))
        estimate = Usage(prompt_tokens=prompt, completion_tokens=answer, requests=1)
        return self._services.prices.price(estimate, request.model)

    def _count_unanswered(self, request: ModelRequest) -> int:
        """Tokens that a server was given to read and did not answer in time: it has worked on them all the same."""
        return round(self.counter.estimate(request.messages)) if self.provider.is_language_model else 0

    def _price(self, reply: ModelReply | None, requests: int, seconds: float, *, unanswered: int = 0) -> Usage:
        """What the call cost; of one that failed only its requests, its time and what was sent are known."""
        spent = Usage(prompt_tokens=unanswered) if reply is None else reply.usage
        usage = Usage(
            prompt_tokens=spent.prompt_tokens,
            completion_tokens=spent.completion_tokens,
            requests=requests + max(0, spent.requests - 1),  # a provider may have had to ask in another way
            seconds=seconds,
            cost=spent.cost,
        )
        model = self.served.model if reply is None else reply.model or self.served.model
        return self._services.prices.price(usage, model)

    def _make_key(self, request: ModelRequest, schema: JsonObject | None) -> str:
        """The request's key in the cache; "" for one that JSON cannot carry."""
        provider = self.provider
        try:
            return make_key(
                request,
                provider=provider.name,
                address=self._address,
                schema=schema,
                options=provider.settings.options,
            )
        except TypeError:
            return ""


def _tell_answered(site: CallSite, usage: Usage, **facts: Any) -> None:
    tokens = {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens}
    cost = {"cost": usage.cost} if usage.cost else {}  # a computed zero would be told
    site.tell(ModelAnswered, **tokens, **cost, **facts)
