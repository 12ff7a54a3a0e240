"""One Drummer's task: how much of what its tools bring it reads, and what becomes of the rest."""

from pathlib import Path
from typing import Any, ClassVar

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import ToolError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.messages import Purpose
from moe_core.contracts.mode import Mode
from moe_core.contracts.task import Status
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.tool_context import ToolContext
from moe_core.contracts.wire import to_wire
from moe_core.testing.doubles import make_tool
from moe_core.testing.values import make_evidence

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="Who designed the lighthouse?", belter="research")


async def test_a_drummer_reads_the_best_passages_only(
    make_runner: Any, good: Any, make_passages: Any, watch_scores: Any
) -> None:
    seen = watch_scores(good, Purpose.EXECUTE)
    tool = make_tool("lookup", answer=make_passages(0.1, 0.7, 0.3, 0.9, 0.5))
    await make_runner(good, tools=[tool], max_evidence=2).run(ASK)
    assert seen == [[0.9, 0.7]]


async def test_what_several_tools_bring_is_cut_together(
    make_runner: Any, good: Any, make_passages: Any, watch_scores: Any
) -> None:
    seen = watch_scores(good, Purpose.EXECUTE)
    good[Purpose.CHOOSE_TOOLS] = lambda _: {"calls": [{"tool": "lookup", "params": {"n": n}} for n in (0, 1)]}
    brought = (make_passages(0.1, 0.6), make_passages(0.8, 0.2))
    tool = make_tool("lookup", answer=lambda params: brought[params["n"]])
    await make_runner(good, tools=[tool], max_evidence=3).run(ASK)
    assert seen == [[0.8, 0.6, 0.2]]


async def test_what_was_not_read_cannot_be_cited(make_runner: Any, good: Any, make_passages: Any) -> None:
    good[Purpose.EXECUTE] = lambda _: {
        "statements": [{"text": "Ada Brook designed it.", "evidence": ["e0.1"]}],
        "notes": [],
    }
    events: list[Event] = []
    tool = make_tool("lookup", answer=make_passages(0.1, 0.7))
    await make_runner(good, tools=[tool], max_evidence=1).run(ASK, on_event=events.append)
    ended = [event for event in events if event.kind is EventKind.TASK_FINISHED and event.data.role == "drummer"]
    assert [(event.data.statements, event.data.evidence) for event in ended] == [(0, 1)]


async def test_searches_of_documents_are_chosen_by_rule_and_read_once_above(
    make_runner: Any, good: Any, tmp_path: Path
) -> None:
    good[Purpose.CHOOSE_TOOLS] = lambda _: AssertionError("a search needs no model to choose it")
    good[Purpose.EXECUTE] = lambda _: AssertionError("what it brings is read above")
    found = make_evidence("Ada Brook designed it.")
    good[Purpose.MERGE] = lambda request: {
        "statements": [{"text": "Ada Brook designed it.", "evidence": ["E1"]}] if request.grounding.evidence else [],
        "notes": [],
    }
    search = make_tool("lookup", answer={"evidence": [to_wire(found)]}, capabilities=("document_search",))
    (tmp_path / "notes.txt").write_text("Ada Brook designed it.\n", encoding="utf-8")
    library = App.open(tmp_path, environ={}).open_library([str(tmp_path / "notes.txt")])
    request = ASK.model_copy(update={"mode": Mode.FULL})
    result = await make_runner(good, tools=[search]).run(request, library=library)
    assert result.status is Status.DONE
    assert [citation.text for citation in result.citations] == ["Ada Brook designed it."]


class Lookup(BaseTool):
    """Look a thing up, the second time."""

    repeats = "safe"
    tries: ClassVar[list[str]] = []

    async def execute(self, params: dict[str, Any], context: ToolContext) -> dict[str, Any]:
        context.report(f"try {len(self.tries) + 1}")
        self.tries.append(context.idempotency_key)
        if len(self.tries) == 1:
            raise ToolError("the line is busy", retryable=True)
        return {"evidence": []}


async def test_a_run_tells_of_a_tools_progress_and_of_its_second_try(make_runner: Any, good: Any) -> None:
    Lookup.tries.clear()
    events: list[Event] = []
    await make_runner(good, tools=[Lookup]).run(ASK, on_event=events.append)
    told = [event.describe() for event in events if event.kind in (EventKind.TOOL_PROGRESSED, EventKind.TOOL_RETRIED)]
    assert told == ["lookup: try 1", "lookup again: the line is busy", "lookup: try 2"]
    assert len(set(Lookup.tries)) == 1
    assert EventKind.TOOL_FAILED not in [event.kind for event in events]
