"""Calling models for agents: who serves them, in which order, and what is done when one fails."""

from collections.abc import Mapping
from typing import TypeVar

from moe.asking.call_site import CallSite
from moe.asking.fitting.cutting import find_answer_limit
from moe.asking.format import Format
from moe.asking.holding.deadline import is_over, share_time
from moe.asking.holding.remedies import Remedy, classify, find_hint
from moe.asking.servers.providers import ServerKey
from moe.asking.services import ModelServices
from moe.asking.spending.budget import BudgetLedger
from moe.asking.spending.ladder import LADDER, DegradeStep, find_step
from moe.asking.spending.tally import ModelTally
from moe.asking.step import ModelStep, RunParts
from moe.contracts.budget import Budgets
from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.chain import Member, Served
from moe_core.contracts.errors import (
    BudgetSpentError,
    DeadlineError,
    ModelError,
    ModelUnavailableError,
    MoeError,
)
from moe_core.contracts.event import EventSink
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.model_payloads import BudgetTight, ModelFailed
from moe_core.contracts.task import Task
from moe_core.contracts.wire import JsonObject

T = TypeVar("T")

# Of the time that is left, what a model may take that has a fallback behind it: one that hangs must leave it some.
SHARE_BEFORE_FALLBACK = 0.8
_USUAL_ANSWER_TOKENS = 1024


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
        self._seed = seed
        self._ladder = LADDER[0]
        self.tally = ModelTally()
        self._parts = RunParts(
            templates=templates,
            events=events,
            services=services,
            ledger=BudgetLedger(budgets) if budgets is not None and budgets != Budgets() else None,
            tally=self.tally,
            is_streamed=is_streamed,
        )

    async def ask(
        self,
        member: Member,
        agent: AgentSpec,
        task: Task,
        grounding: Grounding,
        wanted: Format[T],
        *,
        deadline: float | None = None,
    ) -> T:
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
            if isinstance(first, BudgetSpentError) and not provider.is_free:
                continue
            until = share_time(deadline, SHARE_BEFORE_FALLBACK) if place + 1 < len(served_by) else deadline
            step = self._make_step(served, provider, member, agent, task, grounding.purpose, until)
            try:
                answer = await step.answer(grounding, wanted)
            except BudgetSpentError as error:
                first = first or error
                continue
            except (ModelError, DeadlineError) as error:
                self._note_failure(step, error)
                if isinstance(error, DeadlineError):
                    if is_over(deadline):
                        raise
                elif classify(error) is Remedy.GIVE_UP and (first is None or provider.is_language_model):
                    raise
                first = first or error
                continue
            self.tally.fell_back = self.tally.fell_back or place > 0
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
    ) -> ModelStep:
        ladder = LADDER[0]
        if self._parts.ledger is not None and not provider.is_free:
            ladder = find_step(self._parts.ledger.pressure(member.role))
            self._tell_pressure(ladder, task)
        parameters: JsonObject = {"seed": self._seed, **agent.parameters}
        if ladder.answer_share < 1:
            usual = find_answer_limit(parameters) or _USUAL_ANSWER_TOKENS
            parameters = {**parameters, "num_predict": max(64, int(usual * ladder.answer_share))}
        return ModelStep(
            parts=self._parts,
            served=served,
            provider=provider,
            guard=self._parts.services.resilience.guard(provider, served.model),
            agent=agent,
            task=task,
            purpose=purpose,
            deadline=deadline,
            parameters=parameters,
            ladder=ladder,
            site=CallSite(
                events=self._parts.events,
                task_id=task.task_id,
                agent=task.agent,
                provider=served.provider,
                model=served.model,
                purpose=str(purpose),
            ),
        )

    def _note_failure(self, step: ModelStep, error: ModelError | DeadlineError) -> None:
        if isinstance(error, ModelError):
            self._parts.services.knowledge.forget(step.provider, step.served.model)
            error.hint = error.hint or find_hint(error, agent=step.agent.name)
        step.site.tell(ModelFailed, error=error.code, message=error.message, hint=error.hint or "")

    def _tell_pressure(self, ladder: DegradeStep, task: Task) -> None:
        """Say once a rung what is left out because the budget runs short."""
        if ladder.pressure > self._ladder.pressure:
            self._ladder = ladder
            payload = BudgetTight(pressure=ladder.pressure, text=ladder.text)
            self._parts.events.emit(payload, task_id=task.task_id, agent=task.agent)
