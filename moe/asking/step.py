"""One step of an agent with one of the models that may serve it: facts, fitting, asking, reading along."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

from moe.asking.call_site import CallSite
from moe.asking.fitting.counting import TokenCounter
from moe.asking.fitting.cutting import FittedMessages, compute_prompt_limit
from moe.asking.fitting.fit import find_lower_limit, fit_request
from moe.asking.fitting.prompts import build_messages
from moe.asking.format import PROSE, Format
from moe.asking.holding.guard import CallGuard
from moe.asking.json.partial import TextPart
from moe.asking.sending import Sender
from moe.asking.servers.facts import ModelFacts
from moe.asking.services import ModelServices
from moe.asking.spending.budget import BudgetLedger
from moe.asking.spending.ladder import DegradeStep
from moe.asking.spending.tally import ModelTally
from moe.asking.structured import ATTEMPTS_MAX, ask_structured
from moe.contracts.models import OutputFailure
from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.chain import Served
from moe_core.contracts.errors import ContextOverflowError
from moe_core.contracts.event import EventSink
from moe_core.contracts.messages import Grounding, Message, ModelRequest, Purpose
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.model_payloads import AnswerPiece, ContextCut, ModelInvalid
from moe_core.contracts.task import Task
from moe_core.contracts.wire import JsonObject, encode_json

T = TypeVar("T")

CUTS_MAX = 2  # after a server has found a request too long
_UNREAD = frozenset((Purpose.PLAN, Purpose.DECOMPOSE, Purpose.CHOOSE_TOOLS))  # answers that nobody wants to read along

ModelKey = tuple[str, str, str]


@dataclass(slots=True, kw_only=True)
class RunParts:
    """What all steps of a run share.

    Attributes:
        templates: Of prompts, by purpose.
        events: Told of every call.
        services: What all runs share about models.
        ledger: What the run has spent; None without a budget.
        tally: What its calls add up to.
        is_streamed: Tell of the final answer while it is written.
        facts: What servers said of their models, by provider, address and model.
        counters: Of their tokens, by the same.
    """

    templates: Mapping[str, str]
    events: EventSink
    services: ModelServices
    ledger: BudgetLedger | None
    tally: ModelTally
    is_streamed: bool
    facts: dict[ModelKey, ModelFacts] = field(default_factory=dict)
    counters: dict[ModelKey, TokenCounter] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class ModelStep:
    """An agent's step with one of the models that may serve it.

    Attributes:
        deadline: Unix time in seconds, by which this model must have answered.
        parameters: Sent with each request.
        ladder: What is left out because the budget runs short.
        site: Which call it is, and who is told of it.
    """

    parts: RunParts
    served: Served
    provider: ModelProvider
    guard: CallGuard
    agent: AgentSpec
    task: Task
    purpose: Purpose
    deadline: float | None
    parameters: JsonObject
    ladder: DegradeStep
    site: CallSite

    async def answer(self, grounding: Grounding, wanted: Format[T]) -> T:
        """The model's answer; a request that its server finds too long is cut and sent again.

        Raises:
            ModelError: It did not answer.
            BudgetSpentError: The run has no room for the call.
            DeadlineError: The time was over.
        """
        facts = await self._find_facts()
        counter = self._counter()
        limit: float = compute_prompt_limit(facts.context_tokens, self.parameters)
        schema = "" if wanted is PROSE else encode_json(self._choose_schema(wanted)).decode()
        if self.ladder.context_share < 1:
            limit = self._save_context(grounding, schema, limit, counter)
        told: list[ContextOverflowError] = []
        while True:
            try:
                fitted = await self._fit(grounding, schema, limit, counter)
            except ContextOverflowError as error:
                if not told:
                    raise
                raise told[0] from error  # the server's own words say more
            try:
                return await self._ask_fitted(fitted, wanted, facts, counter)
            except ContextOverflowError as error:
                told.append(error)
                if len(told) > CUTS_MAX:
                    raise
                limit = await find_lower_limit(
                    error, fitted, schema=schema, tokens_max=limit, counter=counter, parameters=self.parameters
                )

    def _save_context(self, grounding: Grounding, schema: str, limit: float, counter: TokenCounter) -> float:
        """The limit when evidence and findings may take only a share of the room that the rest leaves them."""
        bare = replace(grounding, evidence=(), findings=())
        messages = build_messages(self.parts.templates, self.agent.system, bare)
        rest = counter.estimate(messages) + counter.estimate_text(schema)
        return min(limit, rest + self.ladder.context_share * max(0.0, limit - rest))

    async def _find_facts(self) -> ModelFacts:
        known = self.parts.facts.get(self._key)
        if known is None:
            hold = partial(self.guard.call, deadline=self.deadline)
            known = await self.parts.services.knowledge.find_facts(self.provider, self.served.model, hold)
            self.parts.facts[self._key] = known
        return known

    def _counter(self) -> TokenCounter:
        known = self.parts.counters.get(self._key)
        if known is None:
            known = self.parts.services.knowledge.open_counter(self.provider, self.served.model)
            self.parts.counters[self._key] = known
        return known

    def _choose_schema(self, wanted: Format[Any]) -> JsonObject:
        return wanted.strict or wanted.schema if self.provider.is_language_model else wanted.schema

    @property
    def _key(self) -> ModelKey:
        return self.served.provider, self.served.base_url, self.served.model

    async def _fit(self, grounding: Grounding, schema: str, limit: float, counter: TokenCounter) -> FittedMessages:
        """The messages, cut to the limit if they must be; what was left out is told."""

        def build(cut: Grounding) -> tuple[Message, ...]:
            return build_messages(self.parts.templates, self.agent.system, cut)

        fitted = await fit_request(grounding, build, schema=schema, tokens_max=limit, counter=counter)
        cut = fitted.cut
        if cut.is_cut:
            self.site.tell(
                ContextCut,
                dropped=tuple(cut.dropped),
                shortened=tuple(cut.shortened),
                findings_dropped=cut.findings_dropped,
                tokens_before=round(cut.tokens_before),
                tokens=round(cut.tokens),
            )
        return fitted

    async def _ask_fitted(
        self, fitted: FittedMessages, wanted: Format[T], facts: ModelFacts, counter: TokenCounter
    ) -> T:
        request = ModelRequest(
            model=self.served.model,
            messages=fitted.messages,
            grounding=fitted.cut.grounding,
            parameters=self.parameters,
            deadline=self.deadline,
        )
        attempts = [1]
        sender = self._make_sender(counter, attempts)
        if wanted is PROSE:
            reply = await sender.send(request, None)
            self._note_reply(counter, is_language_model=reply.is_language_model)
            return wanted.read({"text": reply.text})

        def tell_failure(failure: OutputFailure) -> None:
            attempts[0] += 1
            self.site.tell(
                ModelInvalid,
                attempt=failure.attempt,
                problem=str(failure.problem),
                message=failure.message,
                will_retry=failure.will_retry,
            )

        answer = await ask_structured(
            sender.send,
            request,
            self._choose_schema(wanted),
            support=facts.support,
            read=wanted.read,
            provider=self.served.provider,
            attempts_max=1 if self.provider.is_deterministic else ATTEMPTS_MAX,
            answer_tokens_max=max(64, facts.context_tokens - round(fitted.tokens)),
            on_failure=tell_failure,
            on_counts=self.parts.tally.add_counts,
        )
        self._note_reply(counter, is_language_model=answer.reply.is_language_model)
        return answer.value

    def _make_sender(self, counter: TokenCounter, attempts: list[int]) -> Sender:
        services = self.parts.services
        is_read_along = self.parts.is_streamed and self.task.parent_id is None and self.purpose not in _UNREAD
        return Sender(
            provider=self.provider,
            guard=self.guard,
            counter=counter,
            ledger=None if self.provider.is_free else self.parts.ledger,
            prices=services.prices,
            cache=services.cache,
            role=self.task.role,
            site=self.site,
            on_usage=self.parts.tally.add_usage,
            on_cache=self.parts.tally.add_look,
            on_text=self._make_reader(attempts) if is_read_along else None,
        )

    def _make_reader(self, attempts: list[int]) -> Callable[[TextPart], None]:
        def tell(part: TextPart) -> None:
            attempts[0] += part.is_anew
            self.site.emit_passing(AnswerPiece(text=part.text, statement=part.number, attempt=attempts[0]))

        return tell

    def _note_reply(self, counter: TokenCounter, *, is_language_model: bool) -> None:
        tally = self.parts.tally
        tally.used_language_model = tally.used_language_model or is_language_model
        self.parts.services.knowledge.keep_ratio(self.provider, self.served.model, counter.ratio)
