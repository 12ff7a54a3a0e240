"""Calling models for agents: who serves them, in which order, and how much of a request each can read."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from moe.asking.call_site import CallSite
from moe.asking.exchange_record import ExchangeRecord
from moe.asking.fitting.cutting import FittedMessages, find_answer_limit
from moe.asking.fitting.prompts import build_messages
from moe.asking.fitting.window import ContextWindow
from moe.asking.format import PROSE, AnswerFormat
from moe.asking.holding.deadline import is_over, share_time
from moe.asking.holding.remedies import Remedy, classify, find_hint
from moe.asking.once import ModelClient
from moe.asking.servers.providers import ServerKey
from moe.asking.services import ModelServices
from moe.asking.spending.budget import BudgetLedger
from moe.asking.spending.ladder import LADDER, DegradeStep, find_step
from moe.asking.spending.past import NOTHING_SPENT, PastSpending
from moe.asking.spending.tally import ModelTally
from moe.asking.structured import ATTEMPTS_MAX, ask_structured
from moe.contracts.budget import Budgets
from moe.contracts.models import OutputFailure
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.chain import Member, Served
from moe_core.contracts.errors import (
    BudgetSpentError,
    ContextOverflowError,
    DeadlineError,
    InvalidOutputError,
    ModelError,
    ModelUnavailableError,
    MoeError,
)
from moe_core.contracts.event import EventSink
from moe_core.contracts.messages import Grounding, ModelRequest, Purpose, Usage
from moe_core.contracts.model import ModelProvider, SchemaSupport
from moe_core.contracts.model_payloads import BudgetTight, ContextCut, ModelFailed, ModelInvalid
from moe_core.contracts.task import Task
from moe_core.contracts.wire import JsonObject

T = TypeVar("T")

# Of the time that is left, what a model may take that has a fallback behind it: one that hangs must leave it some.
SHARE_BEFORE_FALLBACK = 0.8
CUTS_MAX = 2  # after a server has found a request too long
_USUAL_ANSWER_TOKENS = 1024  # what a short answer is a share of, where nothing limits it
_READING_TOKENS = 200  # one statement and a note, at their longest
_ANSWER_TOKENS_MIN = 64  # fewer hold no answer in any format
# Answers that nobody wants to read along; those of READ are checked before anybody sees them.
_UNREAD = frozenset(Purpose) - {Purpose.EXECUTE, Purpose.MERGE, Purpose.SYNTHESISE, Purpose.CHAT}
_BEYOND_READING = frozenset(Purpose) - {Purpose.READ, Purpose.CHAT}


class ModelCaller:
    """Asks the model of a chain's member, then its fallbacks in order.

    Attributes:
        tally: What all calls add up to.
    """

    def __init__(
        self,
        *,
        providers: Mapping[ServerKey, ModelProvider],
        templates: Mapping[str, str],
        events: EventSink,
        seed: int,
        services: ModelServices,
        budgets: Budgets | None = None,
        is_streamed: bool = False,
        spent: PastSpending = NOTHING_SPENT,
        exchanges: ExchangeRecord | None = None,
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
            spent: What the run has cost before it was taken up again.
            exchanges: Keeps prompts and replies; None where nobody wants them.
        """
        self._providers = providers
        self._templates = templates
        self._events = events
        self._seed = seed
        self._services = services
        self._ledger = BudgetLedger(budgets) if budgets is not None and budgets != Budgets() else None
        self._is_streamed = is_streamed
        self._exchanges = exchanges
        self._told_step = LADDER[0]
        self._clients: dict[Served, ModelClient] = {}
        self._silent: dict[ServerKey, bool] = {}  # until a first answer: whether it has used up a task's time
        self._given_up: set[Served] = set()
        self.tally = ModelTally()
        models = (name for (name, _), provider in providers.items() if provider.is_language_model)
        spent.count_into(self.tally, self._ledger, models=frozenset(models))

    def has_given_up(self, served: Served) -> bool:
        """Whether a model gave no valid answer before: it is not asked for plans and the like again in this run."""
        return bool(self._given_up) and served in self._given_up

    def find_budget_left(self) -> Budgets | None:
        """What the run may still spend, calls under way apart; None without a limit."""
        return None if self._ledger is None else self._ledger.find_left()

    def take_in(self, usage: Usage, *, role: Role, is_language_model: bool) -> None:
        """Count a call that another process has made for this run."""
        self.tally.add_usage(usage)
        if is_language_model:
            self.tally.used_language_model = self.tally.asked_language_model = True
            if self._ledger is not None:
                self._ledger.take_in(usage, role=role)

    async def ask(
        self,
        member: Member,
        agent: AgentSpec,
        task: Task,
        grounding: Grounding,
        wanted: AnswerFormat[T],
        *,
        deadline: float | None = None,
        is_optional: bool = False,
    ) -> tuple[T, JsonObject]:
        """The member's answer as a value of the wanted format, and the object that it was read from.

        Args:
            member: Who is asked, by its model and its fallbacks.
            agent: Its modelfile.
            task: That the call belongs to.
            grounding: What is asked.
            wanted: The form of the answer.
            deadline: Unix time in seconds.
            is_optional: Nobody waits for the answer: a reply that cannot be used is not asked for again, and a failure
                says nothing of the calls that follow.

        Raises:
            ModelError: Neither its model nor a fallback answered; the first failure is told.
            BudgetSpentError: The run has no room for the call, and no fallback is free.
            DeadlineError: The task's time was over.
        """
        first: MoeError | None = None
        served_by = member.served_by()
        for place, served in enumerate(served_by):
            client = self._find_client(served)
            is_last = place + 1 == len(served_by)
            if isinstance(first, BudgetSpentError) and not client.provider.is_free:
                continue
            server = (served.provider, served.base_url)
            if not is_last and self._silent.get(server):
                continue  # it would take most of this task's time too
            if not is_last and grounding.purpose in _BEYOND_READING and served in self._given_up:
                continue
            site = CallSite(
                events=self._events,
                task_id=task.task_id,
                agent=task.agent,
                role=task.role,
                provider=served.provider,
                model=served.model,
                purpose=str(grounding.purpose),
                deadline=deadline if is_last else share_time(deadline, SHARE_BEFORE_FALLBACK),
                is_read_along=self._is_streamed and task.parent_id is None and grounding.purpose not in _UNREAD,
            )
            try:
                answer = await self._ask_fitting(client, site, agent, grounding, wanted, is_optional=is_optional)
            except BudgetSpentError as error:
                first = first or error
            except (ModelError, DeadlineError) as error:
                _note_failure(client, site, agent, error)
                if isinstance(error, InvalidOutputError) and client.provider.is_language_model and not is_optional:
                    self._given_up.add(served)
                if isinstance(error, DeadlineError) and not is_optional:
                    self._silent.setdefault(server, True)
                    if is_over(deadline):
                        raise
                elif classify(error) is Remedy.GIVE_UP and (first is None or client.provider.is_language_model):
                    raise
                first = first or error
            else:
                self._silent[server] = False
                self.tally.fell_back = self.tally.fell_back or place > 0
                if task.parent_id is None:
                    self.tally.answered_by = served.provider
                return answer
        raise first or ModelUnavailableError(f"agent {member.name} has no model")

    async def _ask_fitting(
        self,
        client: ModelClient,
        site: CallSite,
        agent: AgentSpec,
        grounding: Grounding,
        wanted: AnswerFormat[T],
        *,
        is_optional: bool,
    ) -> tuple[T, JsonObject]:
        """One model's answer; a request that its server finds too long is cut and sent again."""
        step = self._find_step(client, site)
        is_reading = grounding.purpose is Purpose.READ
        parameters = self._make_parameters(agent, step)
        if is_reading:
            parameters = {**parameters, "num_predict": _READING_TOKENS}
        facts = await client.find_facts(site.deadline)
        schema = _choose_schema(client, wanted)
        window = ContextWindow(client.counter, facts.context_tokens, parameters, schema=schema)
        # A reader is no agent: what Camina's prompt says of plans and Belters would only take its room.
        build = partial(build_messages, self._templates, "" if is_reading else agent.system)
        if step.context_share < 1:
            window.save(grounding, build, share=step.context_share)
        told: list[ContextOverflowError] = []
        while True:
            try:
                fitted = await window.fit(grounding, build)
            except ContextOverflowError as error:
                if not told:
                    raise
                raise told[0] from error  # the server's own words say more
            _tell_cut(site, fitted)
            request = ModelRequest(
                model=client.served.model,
                messages=fitted.messages,
                grounding=fitted.cut.grounding,
                parameters=parameters,
                deadline=site.deadline,
            )
            try:
                room = facts.context_tokens - round(fitted.tokens)
                return await self._ask_until_valid(
                    client, site, request, wanted, schema, support=facts.support, room=room, is_optional=is_optional
                )
            except ContextOverflowError as error:
                told.append(error)
                if len(told) > CUTS_MAX:
                    raise
                await window.narrow(error, fitted)

    async def _ask_until_valid(
        self,
        client: ModelClient,
        site: CallSite,
        request: ModelRequest,
        wanted: AnswerFormat[T],
        schema: str,
        *,
        support: SchemaSupport | None,
        room: int,
        is_optional: bool,
    ) -> tuple[T, JsonObject]:
        """A valid answer, for which a server that enforces so much of a schema has so many tokens left."""
        send = partial(client.send, site)
        if wanted is PROSE:
            reply = await send(request, None)
            data: JsonObject = {"text": reply.text}
            value = wanted.read(data)
        else:
            answer = await ask_structured(
                send,
                request,
                schema,
                support=support,
                read=wanted.read,
                accepted=wanted.written_accepted if client.provider.is_language_model else "",
                provider=client.served.provider,
                attempts_max=1 if client.provider.is_deterministic or is_optional else ATTEMPTS_MAX,
                answer_tokens_max=max(_ANSWER_TOKENS_MIN, room),
                on_failure=partial(_tell_invalid, site),
                on_counts=self.tally.add_counts,
            )
            reply, value, data = answer.reply, answer.value, answer.data
        self.tally.used_language_model = self.tally.used_language_model or reply.is_language_model
        return value, data

    def _find_client(self, served: Served) -> ModelClient:
        client = self._clients.get(served)
        if client is None:
            provider = self._providers[served.provider, served.base_url]
            client = ModelClient(
                served,
                provider,
                services=self._services,
                ledger=self._ledger,
                tally=self.tally,
                exchanges=self._exchanges,
            )
            self._clients[served] = client
        return client

    def _find_step(self, client: ModelClient, site: CallSite) -> DegradeStep:
        """What is left out because the budget runs short; said once a rung."""
        step = find_step(client.pressure(site.role))
        if step.pressure > self._told_step.pressure:
            self._told_step = step
            site.emit(BudgetTight(pressure=step.pressure, text=step.text))
        return step

    def _make_parameters(self, agent: AgentSpec, step: DegradeStep) -> JsonObject:
        parameters: JsonObject = {"seed": self._seed, **agent.parameters}
        if step.answer_share < 1:
            usual = find_answer_limit(parameters) or _USUAL_ANSWER_TOKENS
            short = max(_ANSWER_TOKENS_MIN, int(usual * step.answer_share))
            return {**parameters, "num_predict": short}
        return parameters


def _choose_schema(client: ModelClient, wanted: AnswerFormat[T]) -> str:
    if wanted is PROSE:
        return ""
    return wanted.written_strict if client.provider.is_language_model else wanted.written


def _note_failure(client: ModelClient, site: CallSite, agent: AgentSpec, error: ModelError | DeadlineError) -> None:
    if isinstance(error, ModelError):
        client.forget_facts()
        error.hint = error.hint or find_hint(error, agent=agent.name)
    site.tell(ModelFailed, error=error.code, message=error.message, hint=error.hint or "")


def _tell_cut(site: CallSite, fitted: FittedMessages) -> None:
    cut = fitted.cut
    if cut.is_cut:
        site.tell(
            ContextCut,
            dropped=tuple(cut.dropped),
            shortened=tuple(cut.shortened),
            findings_dropped=cut.findings_dropped,
            tokens_before=round(cut.tokens_before),
            tokens=round(cut.tokens),
        )


def _tell_invalid(site: CallSite, failure: OutputFailure) -> None:
    site.begin_anew()
    site.tell(
        ModelInvalid,
        attempt=failure.attempt,
        problem=str(failure.problem),
        message=failure.message,
        will_retry=failure.will_retry,
    )
