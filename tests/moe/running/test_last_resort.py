"""A run whose models take all the time, or ask for too much, ends in time, with an answer where one is left."""

from typing import Any

import anyio
import pytest

from moe.contracts.request import RunRequest
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Purpose
from moe_core.contracts.model import ModelProvider
from moe_core.contracts.task import Status
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import to_wire
from moe_core.testing.doubles import make_model, make_tool

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

FOR_EVER = 3600.0
TEXT = "Ada Brook designed the lighthouse."
EVIDENCE = Evidence(
    evidence_id="e1", document="notes.txt", passage_id="notes.txt#1", start=0, end=len(TEXT), text=TEXT, score=1.0
)
ASK = RunRequest(question="Who designed the lighthouse?", belter="research", deadline_seconds=1.5)


@pytest.fixture
def spare(good: Any) -> type[ModelProvider]:
    """Answers at once, without a model."""
    made = make_model(lambda request: good[request.grounding.purpose](request), name="spare")
    made.is_language_model, made.is_free = False, True
    return made


@pytest.fixture
def make_slow(make_runner: Any, agents: Any, fallback: Any, spare: type[ModelProvider]) -> Any:
    """A chain whose models answer in an hour, but its tools and what stands behind them at once."""

    def make(script: Any, **changes: Any) -> Any:
        made = agents(fallbacks=(fallback(provider="spare"),))
        return make_runner(script, more_providers=(spare,), agents=made, **{"delay_seconds": FOR_EVER, **changes})

    return make


async def test_a_silent_model_leaves_its_fallback_the_time_for_an_answer(make_slow: Any, good: Any) -> None:
    result = await make_slow(good).run(ASK)
    assert (result.status, result.degraded) == (Status.DONE, True)
    assert result.answer == "Ada Brook designed the lighthouse. [1]"


async def test_a_silent_model_is_not_asked_again_in_the_same_run(make_slow: Any, good: Any) -> None:
    events: list[Event] = []
    await make_slow(good).run(ASK, on_event=events.append)
    asked = [event.data.provider for event in events if event.kind is EventKind.MODEL_CALLED]
    assert asked.count("scripted") == 1, "only Camina's plan: all that comes after it goes to the fallback at once"


async def test_a_run_whose_agents_have_no_time_left_is_done_once_more_without_models(
    make_slow: Any, good: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool that hangs takes the time of every layer above it, whatever stands behind their models."""
    events: list[Event] = []
    calls: list[object] = []

    async def hang_first(self: BaseTool, params: object) -> dict[str, object]:
        calls.append(params)
        await anyio.sleep(FOR_EVER if len(calls) == 1 else 0)
        return {"evidence": [to_wire(EVIDENCE)]}

    tool = make_tool("lookup")
    monkeypatch.setattr(tool, "execute", hang_first)
    result = await make_slow(good, tools=[tool], delay_seconds=0.0).run(ASK, on_event=events.append)
    assert (result.status, result.degraded) == (Status.DONE, True)
    assert result.answer == "Ada Brook designed the lighthouse. [1]"
    tops = [e.task_id.rpartition("/")[2] for e in events if e.kind is EventKind.TASK_STARTED and not e.data.parent_id]
    assert tops == ["1", "2"]


async def test_without_a_fallback_the_deadline_is_told(make_runner: Any, good: Any) -> None:
    result = await make_runner(good, delay_seconds=FOR_EVER).run(ASK)
    assert result.status is Status.FAILED
    assert result.error is not None
    assert (result.error.code, bool(result.error.hint)) == ("deadline", True)


async def test_a_task_whose_time_is_over_is_not_begun(make_runner: Any, good: Any) -> None:
    tasks = [
        {"id": str(n), "drummer": "search", "instruction": "x", "depends_on": [] if n == 0 else ["0"]} for n in range(9)
    ]
    good[Purpose.DECOMPOSE] = lambda _: {"tasks": tasks}
    events: list[Event] = []
    await make_runner(good, delay_seconds=0.45, max_parallel=1).run(ASK, on_event=events.append)
    late = [e for e in events if e.kind is EventKind.TASK_FINISHED and e.data.error and "began" in str(e.data.error)]
    asked = {event.task_id for event in events if event.kind is EventKind.MODEL_CALLED}
    assert not asked & {event.task_id for event in late}


@pytest.mark.parametrize("planned", [1, 3, 4, 200])
async def test_a_plan_is_cut_to_what_a_plan_may_have(make_runner: Any, good: Any, planned: int) -> None:
    task = {"drummer": "search", "depends_on": []}
    tasks = [{"id": str(number), "instruction": f"look {number}", **task} for number in range(planned)]
    good[Purpose.DECOMPOSE] = lambda _: {"tasks": tasks}
    events: list[Event] = []
    asked = ASK.model_copy(update={"deadline_seconds": 60.0})
    result = await make_runner(good, max_plan_tasks=3).run(asked, on_event=events.append)
    drummers = [e for e in events if e.kind is EventKind.TASK_STARTED and e.data.role == "drummer"]
    cuts = [(event.data.planned, event.data.kept) for event in events if event.kind is EventKind.PLAN_CUT]
    assert len(drummers) == min(planned, 3)
    assert cuts == ([(planned, 3)] if planned > 3 else [])
    assert result.degraded is (planned > 3)
    assert any("max_plan_tasks" in note["text"] for note in result.observer.notes) is (planned > 3)
