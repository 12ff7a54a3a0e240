"""Calling models for agents: deadline, validation, fallbacks, events and usage in one place."""

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import anyio

from moe.running.events import EventStream
from moe.running.formats import Format
from moe.running.prompts import build_messages
from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.errors import (
    DeadlineError,
    InvalidOutputError,
    ModelError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
    MoeError,
)
from moe_core.contracts.event import EventKind
from moe_core.contracts.messages import Grounding, ModelReply, ModelRequest, Usage
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.task import Task
from moe_core.contracts.wire import JsonObject
from moe_core.routing.chain import Member
from moe_core.routing.serving import Served

T = TypeVar("T")

PROSE: Format[str] = Format({"type": "object"}, lambda data: str(data["text"]).strip())


class ModelCaller:
    """Asks the model of a chain's member, then its fallbacks in order.

    Attributes:
        usage: What all calls cost so far.
        fell_back: Whether any call was served by a fallback.
        used_language_model: Whether any reply came from one.
    """

    def __init__(
        self,
        *,
        providers: Mapping[tuple[str, str], ModelProvider],
        templates: Mapping[str, str],
        events: EventStream,
        seed: int,
    ) -> None:
        self._providers = providers
        self._templates = templates
        self._events = events
        self._seed = seed
        self.usage = Usage()
        self.fell_back = False
        self.used_language_model = False

    async def ask(self, member: Member, agent: AgentSpec, task: Task, grounding: Grounding, wanted: Format[T]) -> T:
        """The member's answer as a value of the wanted format.

        Raises:
            ModelError: Neither its model nor a fallback answered; the first failure is told.
            DeadlineError: The task's time was over.
        """
        request = ModelRequest(
            model=member.served.model,
            messages=build_messages(self._templates, agent.system, grounding),
            grounding=grounding,
            parameters={"seed": self._seed, **agent.parameters},
            deadline=task.deadline,
        )
        first_error: ModelError | None = None
        for place, served in enumerate(member.served_by()):
            try:
                answer = await self._call(served, replace(request, model=served.model), task, wanted)
            except ModelRefusedError:
                raise
            except ModelError as error:
                first_error = first_error or error
                continue
            self.fell_back = self.fell_back or place > 0
            return answer
        raise first_error or ModelUnavailableError(f"agent {member.name} has no model")

    async def _call(self, served: Served, request: ModelRequest, task: Task, wanted: Format[T]) -> T:
        name = served.provider
        where = {
            "task_id": task.task_id,
            "agent": task.agent,
            "provider": name,
            "model": request.model,
            "purpose": str(request.grounding.purpose),
        }
        self._events.emit(EventKind.MODEL_CALLED, **where)
        started = time.perf_counter()
        try:
            with anyio.fail_after(_seconds_left(task.deadline)):
                reply, answer = await self._answer(self._providers[name, served.base_url], request, wanted)
        except TimeoutError as error:
            self._events.emit(EventKind.MODEL_FAILED, **where, error="model_timeout")
            if task.deadline is not None and time.time() >= task.deadline:
                raise DeadlineError(
                    f"{task.agent} ran out of time", hint="give it more with --deadline SECONDS"
                ) from error
            raise ModelTimeoutError(f"{name} did not answer in time", provider=name, model=request.model) from error
        except ModelError as error:
            self._events.emit(EventKind.MODEL_FAILED, **where, error=error.code, message=error.message)
            raise
        seconds = time.perf_counter() - started
        usage = replace(reply.usage, requests=1, seconds=seconds)
        self.usage += usage
        self.used_language_model = self.used_language_model or reply.is_language_model
        self._events.emit(
            EventKind.MODEL_ANSWERED,
            **where,
            seconds=seconds,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
        )
        return answer

    async def _answer(self, provider: ModelProvider, request: ModelRequest, wanted: Format[T]) -> tuple[ModelReply, T]:
        try:
            if wanted is PROSE:
                reply = await provider.generate(request)
                data: JsonObject | None = {"text": reply.text}
            else:
                reply = await provider.generate_structured(request, wanted.schema)
                data = reply.data
        except (MoeError, TimeoutError):
            raise
        except Exception as error:  # a plugin's own fault must end as one line
            reason = f"{type(error).__name__}: {error}".strip(": ")
            raise ModelError(
                f"provider {provider.name} failed: {reason}", provider=provider.name, model=request.model
            ) from error
        try:
            return reply, wanted.read(data or {})
        except ValueError as error:
            raise InvalidOutputError(
                f"{provider.name} answered outside its schema: {error}", provider=provider.name, model=request.model
            ) from error


def _seconds_left(deadline: float | None) -> float | None:
    return None if deadline is None else max(0.0, deadline - time.time())
