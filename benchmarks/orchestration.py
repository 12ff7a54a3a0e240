"""CPU that the engine itself costs: one Camina, four Belters, sixteen Drummers, an instant model, every event recorded.

Prints milliseconds of CPU a run (median of many), without and with the record on disk, and for scale what the same
number of bare coroutines costs, all in one process and interleaved.

    python benchmarks/orchestration.py [ROUNDS]
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import anyio

from moe.running.engine import Engine
from moe.running.request import RunRequest
from moe.running.result import RunResult
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.evidence import Hit, Passage
from moe_core.contracts.messages import ModelReply, ModelRequest, Purpose
from moe_core.contracts.model import Health, ModelProvider
from moe_core.contracts.retriever import Retriever, SearchIndex
from moe_core.contracts.wire import JsonObject
from moe_core.loading.config import Config, SystemSettings
from moe_core.testing.registries import memory_registry

BELTERS = 4
DRUMMERS = 4
CALLS = 2 + BELTERS * 2 + BELTERS * DRUMMERS


class InstantModel(ModelProvider):
    """Answers at once."""

    name = "instant"

    async def generate(self, request: ModelRequest) -> ModelReply:
        return ModelReply(text="ok")

    async def generate_structured(self, request: ModelRequest, schema: JsonObject) -> ModelReply:
        return ModelReply(text="", data=ANSWERS[request.grounding.purpose])

    async def health(self) -> Health:
        return Health(ok=True)

    async def models(self) -> list[str]:
        return []


class NoRetriever(Retriever):
    """Finds nothing; the benchmark has no documents."""

    name = "none"

    def build(self, passages: Sequence[Passage]) -> SearchIndex:
        return self

    def search(self, query: str, *, k: int) -> list[Hit]:
        return []


def _task(number: int, who: str, name: str) -> dict[str, object]:
    return {"id": str(number), who: name, "instruction": "work", "depends_on": []}


NOTHING = {"statements": [], "notes": ["nothing"]}
ANSWERS = {
    Purpose.PLAN: {"tasks": [{**_task(n, "belter", "worker"), "capability": "work"} for n in range(BELTERS)]},
    Purpose.DECOMPOSE: {"tasks": [_task(n, "drummer", "hand") for n in range(DRUMMERS)]},
    Purpose.EXECUTE: NOTHING,
    Purpose.MERGE: NOTHING,
    Purpose.SYNTHESISE: NOTHING,
}


def build_engine(store: RunStore | None) -> Engine:
    """An engine over three plain agents."""
    registry = memory_registry(
        model_providers=[InstantModel],
        retrievers=[NoRetriever],
        agents=[
            AgentSpec(name="camina", role=Role.CAMINA, base="m"),
            AgentSpec(name="worker", role=Role.BELTER, base="m", description="work"),
            AgentSpec(name="hand", role=Role.DRUMMER, base="m"),
        ],
    )
    system = SystemSettings(walkers=(), provider="instant", retriever="none", max_parallel=64)
    return Engine(registry=registry, config=Config(system=system), store=store)


async def bare() -> None:
    """The same number of calls as coroutines in task groups, with nothing around them."""
    model = InstantModel()

    async def call() -> None:
        await model.health()

    async def belter() -> None:
        await call()
        async with anyio.create_task_group() as group:
            for _ in range(DRUMMERS):
                group.start_soon(call)
        await call()

    await call()
    async with anyio.create_task_group() as group:
        for _ in range(BELTERS):
            group.start_soon(belter)
    await call()


async def measure(rounds: int) -> None:
    """Run the three in turn and print their medians."""
    with tempfile.TemporaryDirectory() as folder, RunStore(open_workspace(Path(folder) / ".moe")) as store:
        request = RunRequest(question="work", belter="worker")
        plain, recorded = build_engine(None), build_engine(store)
        cases: dict[str, Callable[[], Awaitable[object]]] = {
            "bare asyncio": bare,
            "moe": lambda: plain.run(request),
            "moe, recorded": lambda: recorded.run(request),
        }
        spent: dict[str, list[float]] = {name: [] for name in cases}
        for round_number in range(rounds + 5):
            for name, case in cases.items():
                started = time.process_time()
                result = await case()
                if isinstance(result, RunResult) and (result.error or result.usage.requests != CALLS):
                    raise SystemExit(f"the run did not do its work: {result.error}")
                if round_number >= 5:
                    spent[name].append(1000 * (time.process_time() - started))
    base = statistics.median(spent["bare asyncio"])
    print(f"{CALLS} model calls in 3 layers, CPU ms a run (all threads), median of {rounds}")
    for name, values in spent.items():
        median = statistics.median(values)
        print(f"{name:16} {median:7.2f}   {median / base:6.1f}x bare")


if __name__ == "__main__":
    anyio.run(measure, int(sys.argv[1]) if len(sys.argv) > 1 else 50)
