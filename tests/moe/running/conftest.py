"""A small chain whose model answers from a script."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from moe.configuration import Config, SystemSettings
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.running.environment import RunEnvironment
from moe.running.run import Run
from moe_core.contracts.agent import AgentSpec, Fallback, Role, ToolUse
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import ModelRequest, Purpose
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.retriever import Retriever
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import to_wire
from moe_core.testing.doubles import make_model, make_tool
from moe_core.testing.registries import memory_registry

TEXT = "The lighthouse was built in 1871. Ada Brook designed it. Gulls nest on its roof."


class NoRetriever(Retriever):
    """Finds nothing; the chains here bring their evidence by tool."""

    name = "none"

    def build(self, passages: Any) -> Any:
        return self

    def search(self, query: str, *, k: int) -> list[Any]:
        return []


def make_evidence_tool() -> type[BaseTool]:
    evidence = Evidence(
        evidence_id="e1", document="notes.txt", passage_id="notes.txt#1", start=0, end=len(TEXT), text=TEXT, score=1.0
    )
    return make_tool("lookup", answer={"evidence": [to_wire(evidence)]})


def make_agents(**changes: Any) -> list[AgentSpec]:
    """Camina, one Belter, two Drummers."""
    fallbacks = changes.get("fallbacks", ())
    return [
        AgentSpec(name="camina", role=Role.CAMINA, base="big:1", fallbacks=fallbacks, **changes.get("camina", {})),
        AgentSpec(name="research", role=Role.BELTER, base="mid:1", description="find things", fallbacks=fallbacks),
        AgentSpec(
            name="search",
            role=Role.DRUMMER,
            base="small:1",
            tools=(ToolUse(name="lookup"),),
            capabilities=("search",),
            fallbacks=fallbacks,
        ),
        AgentSpec(name="think", role=Role.DRUMMER, base="small:1", fallbacks=fallbacks),
    ]


GOOD: Mapping[Purpose, Any] = {
    Purpose.PLAN: {
        "tasks": [
            {
                "id": "a",
                "belter": "research",
                "capability": "find",
                "instruction": "Who designed the lighthouse?",
                "depends_on": [],
            }
        ]
    },
    Purpose.DECOMPOSE: {"tasks": [{"id": "s", "drummer": "search", "instruction": "designer", "depends_on": []}]},
    Purpose.CHOOSE_TOOLS: {"calls": [{"tool": "lookup", "params": {"query": "designer"}}]},
    Purpose.EXECUTE: {"statements": [{"text": "Ada Brook designed it.", "evidence": ["e1"]}], "notes": []},
    Purpose.MERGE: {"statements": [{"text": "Ada Brook designed it.", "evidence": ["e1"]}], "notes": []},
    Purpose.SYNTHESISE: {
        "statements": [{"text": "Ada Brook designed the lighthouse.", "evidence": ["e1"]}],
        "notes": [],
    },
    Purpose.CHAT: "Hello.",
}


@pytest.fixture
def good() -> dict[Purpose, Any]:
    return {purpose: always(answer) for purpose, answer in GOOD.items()}


def always(answer: Any) -> Callable[[ModelRequest], Any]:
    """The same answer for every call."""
    return lambda request: answer


@dataclass(frozen=True)
class Runner:
    """Runs requests one after the other."""

    environment: RunEnvironment

    async def run(self, request: RunRequest, **told: Any) -> RunResult:
        return await Run(self.environment, request, **told).finish()


@pytest.fixture
def make_runner() -> Callable[..., Runner]:
    def make(
        script: Any,
        *,
        tools: list[type[BaseTool]] | None = None,
        more_providers: tuple[type[ModelProvider], ...] = (),
        agents: list[AgentSpec] | None = None,
        delay_seconds: float = 0.0,
        **system: Any,
    ) -> Runner:
        model = make_model(script, name="scripted", delay_seconds=delay_seconds)
        registry = memory_registry(
            tools=tools if tools is not None else [make_evidence_tool()],
            model_providers=[model, *more_providers],
            retrievers=[NoRetriever],
            agents=agents if agents is not None else make_agents(),
        )
        config = Config(system=SystemSettings(provider="scripted", retriever="none", walkers=(), **system))
        return Runner(RunEnvironment.build(registry, config))

    return make


@pytest.fixture
def agents() -> Callable[..., list[AgentSpec]]:
    return make_agents


@pytest.fixture
def notes(tmp_path: Path) -> str:
    path = tmp_path / "notes.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


@pytest.fixture
def fallback() -> type[Fallback]:
    return Fallback


@pytest.fixture
def make_passages() -> Callable[..., dict[str, Any]]:
    """What a tool brings: one passage a score, `e0.5` the one of 0.5."""

    def make(*scores: float) -> dict[str, Any]:
        passages = [
            Evidence(
                evidence_id=f"e{score}",
                document="notes.txt",
                passage_id=f"notes.txt#{place}",
                start=100 * place,
                end=100 * place + len(TEXT),
                text=TEXT,
                score=score,
            )
            for place, score in enumerate(scores)
        ]
        return {"evidence": passages}

    return make


@pytest.fixture
def watch_scores() -> Callable[[dict[Purpose, Any], Purpose], list[list[float]]]:
    """Has a script write down the scores of the evidence in each request of a purpose."""

    def watch(script: dict[Purpose, Any], purpose: Purpose) -> list[list[float]]:
        seen: list[list[float]] = []
        plain = script[purpose]

        def answer(request: ModelRequest) -> Any:
            seen.append([item.score for item in request.grounding.evidence])
            return plain(request)

        script[purpose] = answer
        return seen

    return watch
