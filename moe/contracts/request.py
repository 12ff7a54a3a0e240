"""What a person asks for, checked once at the edge."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from moe.contracts.budget import SECONDS_MAX, Budgets
from moe.contracts.depth import Depth, get_plan
from moe.contracts.experts import ExpertWish
from moe.contracts.task_kinds import OUTSIDE, AnswerForm, TaskSource, TaskType
from moe_core.contracts.agent import Role
from moe_core.contracts.mode import Mode
from moe_core.contracts.trace_context import read_traceparent

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class RunRequest(BaseModel):
    """One request.

    Attributes:
        question: What to answer.
        docs: Files, folders and globs to answer from.
        collection: The collection to answer from, in place of `docs`.
        top: The layer that answers: camina runs the whole chain, belter and drummer only themselves and what is below.
        belter: The Belter to use; None lets the router choose.
        task_type: Who works on it, in place of a Belter by name.
        depth: How thoroughly: evidence, tasks, experts, time and what models may spend; None takes what is configured.
        include: What Drummers may use; documents that are named always count.
        format: How the answer is laid out; a list is not streamed.
        drummer: The Drummer to use, when `top` is drummer.
        provider: Provider in place of the configured one.
        model: Model in place of every agent's base.
        mode: What is asked of the models, in place of what they were measured to be able to do.
        deadline_seconds: In place of the configured one.
        budget: What the run and its layers may spend on models, limit by limit in place of the configured ones.
        web: Tools may reach the network although documents are given.
        personas: These walk the documents' graph, in place of those that are chosen for each search.
        experts: So many are woken for each search; by default one, in doubt now and then more.
        explain: Tell, as events, how personas came from each search's words to what it found.
        stream: Tell, as passing events, of the final answer while it is written.
        conversation_id: The conversation whose next question this is: it may leave out what earlier turns say.
        correlation_id: The caller's own id, carried through everything; made when absent.
        traceparent: The caller's own span, as the W3C's header has it: the run's spans stand below it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: Annotated[str, StringConstraints(min_length=1, max_length=20_000, strip_whitespace=True)]
    docs: tuple[str, ...] = ()
    collection: Name | None = None
    top: Role = Role.CAMINA
    belter: Name | None = None
    task_type: TaskType | None = None
    depth: Depth | None = None
    include: Annotated[tuple[TaskSource, ...], Field(max_length=10)] = ()
    format: AnswerForm = AnswerForm.PROSE
    drummer: Name | None = None
    provider: Name | None = None
    model: Name | None = None
    mode: Mode | None = None
    deadline_seconds: float | None = Field(None, gt=0, le=SECONDS_MAX)
    budget: Budgets | None = None
    web: bool = False
    personas: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    experts: int | None = Field(None, ge=1, le=100)
    explain: bool = False
    stream: bool = False
    conversation_id: Name | None = None
    correlation_id: Name | None = None
    traceparent: str | None = None

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        if self.task_type is not None and self.belter is not None:
            raise ValueError("a Belter and a task type are both named; name one of them")
        if self.traceparent is not None and read_traceparent(self.traceparent) is None:
            raise ValueError("traceparent is no header of that name, as 00-<32 digits>-<16 digits>-01")
        if self.task_type is TaskType.GENERAL and (self.docs or self.collection or self.include):
            raise ValueError("a task of type general is answered without sources; research takes documents")
        return self

    def find_wish(self) -> ExpertWish | None:
        """What it says of who is woken; None for nothing."""
        most = get_plan(self.depth).experts if self.experts is None and self.depth is not None else self.experts
        if not self.personas and most is None:
            return None
        return ExpertWish(personas=self.personas, most=most)

    def count_seconds(self, usual: float) -> float:
        """Longest that the run may take.

        Args:
            usual: What a run may take that says nothing of it.
        """
        return self.deadline_seconds or (usual if self.depth is None else get_plan(self.depth).deadline_seconds)

    def list_sources(self) -> tuple[TaskSource, ...]:
        """What Drummers may use; () for all."""
        named = (TaskSource.DOCUMENTS,) if self.include and (self.docs or self.collection) else ()
        return tuple(dict.fromkeys((*self.include, *named)))

    @property
    def wants_web(self) -> bool:
        """Whether tools may reach the network although documents are given: it says so, or includes what lies there."""
        return self.web or not OUTSIDE.isdisjoint(self.include)
