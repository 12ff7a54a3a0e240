"""Pydantic AI: an agent a layer, joined by asyncio.gather, without tracing and with OpenTelemetry spans in memory."""

import asyncio

from measuring import FAN_OUT, HANDS, WORKERS, Model, Way, make_way, measure_and_print
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic_ai import Agent
from pydantic_ai.capabilities import Instrumentation
from pydantic_ai.messages import ModelMessage, ModelResponse, TextPart
from pydantic_ai.models.function import AgentInfo, FunctionModel
from pydantic_ai.models.instrumented import InstrumentationSettings


class Crew:
    """Three agents, and how they hand work on."""

    def __init__(self, model: Model, capabilities: list[Instrumentation]) -> None:
        async def answer(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
            return ModelResponse(parts=[TextPart(await model.answer(""))])

        self._lead, self._worker, self._hand = (
            Agent(FunctionModel(answer), name=name, instructions=f"You are a {name}.", capabilities=capabilities)
            for name in ("lead", "worker", "hand")
        )

    async def _ask(self, agent: Agent[None, str], prompt: str) -> str:
        return (await agent.run(prompt)).output

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


def trace_in_memory() -> list[Instrumentation]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))
    return [Instrumentation(settings=InstrumentationSettings(tracer_provider=provider))]


def make_recorded_way(name: str, recording: str) -> Way:
    model = Model()
    return make_way(name, recording, model, Crew(model, trace_in_memory() if recording else []))


def make_ways() -> list[Way]:
    return [make_recorded_way("Pydantic AI", ""), make_recorded_way("Pydantic AI, traced", "spans, in memory")]


if __name__ == "__main__":
    measure_and_print("pydantic-ai-slim", make_ways)
