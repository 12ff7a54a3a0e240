"""Calling models for agents: who serves them, how much they read, and what is done when one fails."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from moe.running.budget import BudgetLedger, Budgets
from moe.running.counting import TokenCounter
from moe.running.cutting import FittedMessages, compute_prompt_limit
from moe.running.degrading import LADDER, DegradeStep, find_step
from moe.running.events import EventStream
from moe.running.fitting import find_lower_limit, fit_request
from moe.running.formats import Format
from moe.running.guarding import ModelGuard
from moe.running.model_knowledge import ModelFacts
from moe.running.model_services import ModelServices
from moe.running.prompts import build_messages
from moe.running.providers import ServerKey
from moe.running.remedies import Remedy, classify, find_hint
from moe.running.result import ModelReport
from moe.running.sending import Sender
from moe.running.structured import ATTEMPTS_MAX, ask_structured
from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.errors import (
    BudgetSpentError,
    ContextOverflowError,
    DeadlineError,
    ModelError,
    ModelUnavailableError,
    MoeError,
)
from moe_core.contracts.event import EventKind
from moe_core.contracts.messages import Grounding, Message, ModelRequest, Purpose, Usage
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.task import Task
from moe_core.contracts.wire import JsonObject, encode_json
from moe_core.routing.chain import Member
from moe_core.routing.serving import Served
from moe_core.structured.counts import OutputFailure, StructuredCounts
from moe_core.structured.partial import TextPart

T = TypeVar("T")

PROSE: Format[str] = Format({"type": "object"}, lambda data: str(data["text"]).strip())

CUTS_MAX = 2  # after a server has found a request too long
# Of the time that is left, what a model may take that has a fallback behind it: one that hangs must leave it some.
SHARE_BEFORE_FALLBACK = 0.8
_UNREAD = frozenset((Purpose.PLAN, Purpose.DECOMPOSE, Purpose.CHOOSE_TOOLS))  # answers that nobody wants to read along
_USUAL_ANSWER_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class _Step:
    """An agent's step with one of the models that may serve it."""

    served: Served
    provider: ModelProvider
    guard: ModelGuard
    agent: AgentSpec
    task: Task
    purpose: Purpose
    deadline: float | None
    parameters: JsonObject
    ladder: DegradeStep
    where: JsonObject = field(repr=False)


class ModelCaller:
    """Asks the model of a chain's member, then its fallbacks in order.

    Attributes:
        usage: What all calls cost so far.
        used_language_model: Whether any reply came from one.
    """

    def __init__(
        self,
        *,
        providers: Mapping[ServerKey, ModelProvider],
        templates: Mapping[str, str],
        events: EventStream,
        seed: int,
        services: ModelServices,
        budgets: Budgets | None = None,
        is_streamed: bool = False,
    ) -> None:
        """Prepare a run.

        Args:
            providers: By provider and address, all that the chain names.
            templates: Of prompts, by purpose.
            events: Told of every call.
            seed: Sent with every request.
            services: What all runs share.
            budgets: What the run may spend.
            is_streamed: Tell of the final answer while it is written.
        """
        self._providers = providers
        self._templates = templates
        self._events = events
        self._seed = seed
        self._services = services
        self._ledger = BudgetLedger(budgets) if budgets is not None and budgets != Budgets() else None
        self._is_streamed = is_streamed
        self._counters: dict[tuple[str, str, str], TokenCounter] = {}
        self._facts: dict[tuple[str, str, str], ModelFacts] = {}
        self._ladder = LADDER[0]
        self.usage = Usage()
        self._counts: list[StructuredCounts] = []
        self._looks: list[bool] = []
        self._fell_back = False
        self.used_language_model = False

    @property
    def report(self) -> ModelReport:
        """How the calls went so far."""
        hits = sum(self._looks)
        return ModelReport(
            structured=sum(self._counts, StructuredCounts()),
            cache_hits=hits,
            cache_misses=len(self._looks) - hits,
            fell_back=self._fell_back,
        )

    async def ask(self, member: Member, agent: AgentSpec, task: Task, grounding: Grounding, wanted: Format[T]) -> T:
        """The member's answer as a value of the wanted format.

        Raises:
            ModelError: Neither its model nor a fallback answered; the first failure is told.
            BudgetSpentError: The run has no room for the call, and no fallback is free.
            DeadlineError: The task's time was over.
        """
        first: MoeError | None = None
        served_by = member.served_by()
        for place, served in enumerate(served_by):
            provider = self._providers[served.provider, served.base_url]
            if isinstance(first, BudgetSpentError) and not provider.needs_evidence:
                continue
            deadline = _leave_time(task.deadline) if place + 1 < len(served_by) else task.deadline
            step = self._make_step(served, provider, member, agent, task, grounding.purpose, deadline)
            try:
                answer = await self._answer(step, grounding, wanted)
            except BudgetSpentError as error:
                first = first or error
                continue
            except (ModelError, DeadlineError) as error:
                self._events.emit(EventKind.MODEL_FAILED, **step.where, error=error.code, message=error.message)
                if isinstance(error, DeadlineError):
                    if _is_over(task.deadline):
                        raise
                else:
                    self._services.knowledge.forget(provider, served.model)
                    error.hint = error.hint or find_hint(error, agent=member.name)
                    if classify(error) is Remedy.GIVE_UP and (first is None or not provider.needs_evidence):
                        raise
                first = first or error
                continue
            self._fell_back = self._fell_back or place > 0
            return answer
        raise first or ModelUnavailableError(f"agent {member.name} has no model")

    def _make_step(
        self,
        served: Served,
        provider: ModelProvider,
        member: Member,
        agent: AgentSpec,
        task: Task,
        purpose: Purpose,
        deadline: float | None,
    ) -> _Step:
        ladder = LADDER[0]
        if self._ledger is not None:
            ladder = find_step(self._ledger.pressure(member.role))
            self._tell_pressure(ladder, task)
        parameters: JsonObject = {"seed": self._seed, **agent.parameters}
        if ladder.answer_share < 1:
            told = parameters.get("num_predict")
            usual = told if isinstance(told, int) and told > 0 else _USUAL_ANSWER_TOKENS
            parameters = {**parameters, "num_predict": max(64, int(usual * ladder.answer_share))}
        return _Step(
            served=served,
            provider=provider,
            guard=self._services.resilience.guard(provider, served.model),
            agent=agent,
            task=task,
            purpose=purpose,
            deadline=deadline,
            parameters=parameters,
            ladder=ladder,
            where={
                "task_id": task.task_id,
                "agent": task.agent,
                "provider": served.provider,
                "model": served.model,
                "purpose": str(purpose),
            },
        )

    async def _answer(self, step: _Step, grounding: Grounding, wanted: Format[T]) -> T:
        """The answer of one model; a request that its server finds too long is cut and sent again."""
        facts = await self._find_facts(step)
        counter = self._find_counter(step)
        limit = compute_prompt_limit(facts.context_tokens, step.parameters) * step.ladder.context_share
        schema = "" if wanted is PROSE else encode_json(wanted.schema).decode()
        told: list[ContextOverflowError] = []
        while True:
            try:
                fitted = await self._fit(step, grounding, schema, limit, counter)
            except ContextOverflowError as error:
                if not told:
                    raise
                raise told[0] from error  # the server's own words say more
            try:
                return await self._ask_fitted(step, fitted, wanted, facts, counter)
            except ContextOverflowError as error:
                told.append(error)
                if len(told) > CUTS_MAX:
                    raise
                limit = await find_lower_limit(
                    error, fitted, schema=schema, tokens_max=limit, counter=counter, parameters=step.parameters
                )

    async def _find_facts(self, step: _Step) -> ModelFacts:
        hold = partial(step.guard.call, deadline=step.deadline, may_hedge=False)
        key = (step.served.provider, step.served.base_url, step.served.model)
        if key not in self._facts:
            self._facts[key] = await self._services.knowledge.find_facts(step.provider, step.served.model, hold)
        return self._facts[key]

    def _find_counter(self, step: _Step) -> TokenCounter:
        key = (step.served.provider, step.served.base_url, step.served.model)
        if key not in self._counters:
            self._counters[key] = self._services.knowledge.open_counter(step.provider, step.served.model)
        return self._counters[key]

    async def _fit(
        self, step: _Step, grounding: Grounding, schema: str, limit: float, counter: TokenCounter
    ) -> FittedMessages:
        """The messages, cut to the limit if they must be; what was left out is told."""

        def build(cut: Grounding) -> tuple[Message, ...]:
            return build_messages(self._templates, step.agent.system, cut)

        fitted = await fit_request(grounding, build, schema=schema, tokens_max=limit, counter=counter)
        cut = fitted.cut
        if cut.is_cut:
            self._events.emit(
                EventKind.CONTEXT_CUT,
                **step.where,
                dropped=list(cut.dropped),
                shortened=list(cut.shortened),
                findings_dropped=cut.findings_dropped,
                tokens_before=round(cut.tokens_before),
                tokens=round(cut.tokens),
            )
        return fitted

    async def _ask_fitted(
        self, step: _Step, fitted: FittedMessages, wanted: Format[T], facts: ModelFacts, counter: TokenCounter
    ) -> T:
        request = ModelRequest(
            model=step.served.model,
            messages=fitted.messages,
            grounding=fitted.cut.grounding,
            parameters=step.parameters,
            deadline=step.deadline,
        )
        attempts = [1]
        sender = self._make_sender(step, counter, attempts)
        if wanted is PROSE:
            reply = await sender.send(request, None)
            self._note_reply(step, counter, is_language_model=reply.is_language_model)
            return wanted.read({"text": reply.text})

        def tell_failure(failure: OutputFailure) -> None:
            attempts[0] = failure.attempt + 1
            self._events.emit(
                EventKind.MODEL_INVALID,
                **step.where,
                attempt=failure.attempt,
                problem=str(failure.problem),
                message=failure.message,
                will_retry=failure.will_retry,
            )

        answer = await ask_structured(
            sender.send,
            request,
            wanted.schema,
            support=facts.support,
            read=wanted.read,
            provider=step.served.provider,
            attempts_max=1 if step.provider.needs_evidence else ATTEMPTS_MAX,
            answer_tokens_max=max(64, facts.context_tokens - round(fitted.tokens)),
            on_failure=tell_failure,
            on_counts=self._counts.append,
        )
        self._note_reply(step, counter, is_language_model=answer.reply.is_language_model)
        return answer.value

    def _make_sender(self, step: _Step, counter: TokenCounter, attempts: list[int]) -> Sender:
        services = self._services
        is_read_along = self._is_streamed and step.task.parent_id is None and step.purpose not in _UNREAD
        return Sender(
            provider=step.provider,
            guard=step.guard,
            counter=counter,
            events=self._events,
            ledger=self._ledger,
            prices=services.prices,
            cache=services.cache,
            role=step.task.role,
            where=step.where,
            on_usage=self._add_usage,
            on_cache=self._looks.append,
            on_text=self._make_reader(step, attempts) if is_read_along else None,
            has_extras=step.ladder.has_extras,
        )

    def _make_reader(self, step: _Step, attempts: list[int]) -> Callable[[TextPart], None]:
        def tell(part: TextPart) -> None:
            self._events.emit_passing(
                EventKind.ANSWER_PIECE,
                task_id=step.task.task_id,
                agent=step.task.agent,
                text=part.text,
                statement=part.number,
                attempt=attempts[0],
            )

        return tell

    def _note_reply(self, step: _Step, counter: TokenCounter, *, is_language_model: bool) -> None:
        self.used_language_model = self.used_language_model or is_language_model
        self._services.knowledge.keep_ratio(step.provider, step.served.model, counter.ratio)

    def _tell_pressure(self, ladder: DegradeStep, task: Task) -> None:
        """Say once a rung what is left out because the budget runs short."""
        if ladder.pressure > self._ladder.pressure:
            self._ladder = ladder
            self._events.emit(
                EventKind.BUDGET_TIGHT,
                task_id=task.task_id,
                agent=task.agent,
                pressure=ladder.pressure,
                text=ladder.text,
            )

    def _add_usage(self, usage: Usage) -> None:
        self.usage += usage


def _leave_time(deadline: float | None) -> float | None:
    """An earlier deadline, so that a fallback still has time."""
    if deadline is None:
        return None
    now = time.time()
    return now + max(0.0, deadline - now) * SHARE_BEFORE_FALLBACK


def _is_over(deadline: float | None) -> bool:
    return deadline is not None and time.time() >= deadline
