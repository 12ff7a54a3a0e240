"""Between a layer and the one below: what comes back is joined, and there is time left to join it."""

from typing import Any

import pytest

from moe.contracts.request import RunRequest
from moe.running.citing.support import REPLACED
from moe_core.contracts.messages import ModelRequest, Purpose
from moe_core.contracts.task import Status
from moe_core.testing.doubles import make_tool

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="What is 15% of 80?", belter="research")
NOTHING = {"statements": [], "notes": []}
COMPUTED = {"statement": "15% of 80 is 12."}
LAYERS = (Purpose.SYNTHESISE, Purpose.MERGE, Purpose.EXECUTE)  # Camina, a Belter, a Drummer: each layer's last words


async def test_what_a_tool_computed_reaches_the_answer_although_no_model_repeats_it(
    make_runner: Any, good: Any
) -> None:
    good |= {purpose: lambda _: NOTHING for purpose in LAYERS}
    result = await make_runner(good, tools=[make_tool("lookup", answer=COMPUTED)]).run(ASK)
    assert result.status is Status.DONE
    assert "15% of 80 is 12." in result.answer


async def test_what_a_tool_computed_is_said_once_however_many_drummers_computed_it(make_runner: Any, good: Any) -> None:
    task = {"drummer": "search", "instruction": "x", "depends_on": []}
    good |= {purpose: lambda _: NOTHING for purpose in LAYERS}
    good[Purpose.DECOMPOSE] = lambda _: {"tasks": [{"id": "s", **task}, {"id": "t", **task}]}
    result = await make_runner(good, tools=[make_tool("lookup", answer=COMPUTED)]).run(ASK)
    assert result.answer.count("15% of 80 is 12.") == 1


async def test_each_layer_keeps_time_to_join_what_the_layer_below_brings(make_runner: Any, good: Any) -> None:
    deadlines: dict[Purpose, float] = {}

    def watched(purpose: Purpose, answer: Any) -> Any:
        def run(request: ModelRequest) -> Any:
            assert request.deadline is not None
            deadlines[purpose] = request.deadline
            return answer(request)

        return run

    script = {purpose: watched(purpose, answer) for purpose, answer in good.items()}
    await make_runner(script).run(ASK.model_copy(update={"deadline_seconds": 1000.0}))
    camina, belter, drummer = (deadlines[purpose] for purpose in LAYERS)
    assert camina - belter >= 50  # a twentieth at least; how much is each layer's own choice
    assert belter - drummer >= 50
    assert camina - drummer <= 500  # and whoever does the work has most of it


async def test_a_layer_above_reads_only_what_the_layer_below_cites(
    make_runner: Any, good: Any, make_passages: Any, watch_scores: Any
) -> None:
    task = {"drummer": "search", "depends_on": []}
    good[Purpose.DECOMPOSE] = lambda _: {"tasks": [{"id": str(n), "instruction": str(n), **task} for n in range(4)]}
    good[Purpose.CHOOSE_TOOLS] = lambda request: {
        "calls": [{"tool": "lookup", "params": {"n": int(request.grounding.instruction)}}]
    }
    tool = make_tool("lookup", answer=lambda params: make_passages((1 + params["n"]) / 10))
    good[Purpose.EXECUTE] = lambda request: {
        "statements": [
            {"text": "So it is.", "evidence": [item.evidence_id]}
            for item in request.grounding.evidence
            if request.grounding.instruction in "13"
        ],
        "notes": [],
    }
    seen = watch_scores(good, Purpose.MERGE)
    await make_runner(good, tools=[tool], max_evidence=1).run(ASK)
    assert seen == [[0.4, 0.2]]


async def test_a_false_claim_with_a_citation_that_exists_is_not_printed(
    make_runner: Any, good: dict[Purpose, Any]
) -> None:
    lie = {"text": "The lighthouse was restored by Napoleon in 1492 for 9 million dollars.", "evidence": ["e1"]}
    good[Purpose.SYNTHESISE] = lambda request: {"statements": [lie], "notes": []}
    result = await make_runner(good).run(RunRequest(question="Who designed the lighthouse?", belter="research"))
    assert "Napoleon" not in result.answer
    assert "The lighthouse was built in 1871. [1]" in result.answer
    assert result.degraded
    assert REPLACED in [note["text"] for note in result.observer.notes]
