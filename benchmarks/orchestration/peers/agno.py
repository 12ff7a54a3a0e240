"""Agno: an agent a layer, joined by asyncio.gather, without a database and with the one in memory.

Agents alone, without its teams and workflows, which put more around each call.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

from agno.agent import Agent
from agno.db.in_memory import InMemoryDb
from agno.models.base import Model as AgnoModel
from agno.models.message import Message
from agno.models.response import ModelResponse
from measuring import FAN_OUT, HANDS, WORKERS, Model, Way, make_way, measure_and_print


@dataclass
class Instant(AgnoModel):
    """The instant model behind Agno's interface."""

    id: str = "instant"
    model: Any = None

    async def ainvoke(self, messages: list[Message], *args: Any, **options: Any) -> ModelResponse:
        return ModelResponse(role="assistant", content=await self.model.answer(str(messages[-1].content)))

    def invoke(self, *args: Any, **options: Any) -> ModelResponse:
        raise NotImplementedError

    def invoke_stream(self, *args: Any, **options: Any) -> Iterator[ModelResponse]:
        raise NotImplementedError

    def ainvoke_stream(self, *args: Any, **options: Any) -> AsyncIterator[ModelResponse]:
        raise NotImplementedError

    def _parse_provider_response(self, response: Any, **options: Any) -> ModelResponse:
        raise NotImplementedError

    def _parse_provider_response_delta(self, response: Any) -> ModelResponse:
        raise NotImplementedError


class Crew:
    """Three agents, and how they hand work on."""

    def __init__(self, model: Model, *, is_recorded: bool) -> None:
        db = InMemoryDb() if is_recorded else None
        self._is_recorded = is_recorded
        self._lead, self._worker, self._hand = (
            Agent(name=name, model=Instant(model=model), instructions=f"You are a {name}.", db=db, telemetry=False)
            for name in ("lead", "worker", "hand")
        )

    async def _ask(self, agent: Agent, prompt: str) -> str:
        reply = await agent.arun(prompt, session_id=uuid.uuid4().hex if self._is_recorded else None)
        return str(reply.content)

    async def _work(self, instruction: str, *, joins: bool) -> str:
        plan = await self._ask(self._worker, instruction)
        found = await asyncio.gather(*(self._ask(self._hand, f"{plan}: do {n}") for n in range(HANDS)))
        return await self._ask(self._worker, f"join {found}") if joins else " ".join(found)

    async def run_chain(self, *, joins: bool) -> str:
        plan = await self._ask(self._lead, "work")
        found = await asyncio.gather(*(self._work(f"{plan}: part {n}", joins=joins) for n in range(WORKERS)))
        return await self._ask(self._lead, f"join {found}") if joins else " ".join(found)

    async def run_fan_out(self) -> list[str]:
        return await asyncio.gather(*(self._ask(self._hand, f"do {n}") for n in range(FAN_OUT)))


def make_recorded_way(name: str, recording: str) -> Way:
    model = Model()
    return make_way(name, recording, model, Crew(model, is_recorded=bool(recording)))


def make_ways() -> list[Way]:
    return [make_recorded_way("Agno", ""), make_recorded_way("Agno, sessions", "sessions, in memory")]


if __name__ == "__main__":
    measure_and_print("agno", make_ways)
