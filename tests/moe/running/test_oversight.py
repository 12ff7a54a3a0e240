"""What the Observer sees over many runs."""

from collections.abc import Iterable, Iterator
from random import Random

import pytest

from moe.contracts.oversight import Oversight
from moe.running.oversight import look_at
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.model_payloads import ModelCalled, ModelFailed
from moe_core.contracts.payloads import DocumentsLoaded, RouteChosen, RunFinished, TaskFinished
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored

CALL = {"provider": "ollama", "model": "m:1b", "purpose": "execute"}
CALLED, FAILED = ModelCalled(**CALL), ModelFailed(**CALL, error="x", message="", hint="")
TASK = {"role": "drummer", "statements": 0, "evidence": 0, "seconds": 0.1, "notes": ()}
READ = DocumentsLoaded(documents=1, passages=1, notes=())
SCORE = {"query": "q", "question_kind": "when", "score": 0.5, "is_leading": True, "added": 0, "counts": True}


def end(*, status: str = "done", citations: int = 1) -> RunFinished:
    error = {"code": "model_timeout", "message": ""} if status == "failed" else None
    return RunFinished(status=status, degraded=False, citations=citations, error=error)


def route(name: str) -> RouteChosen:
    return RouteChosen(route=name, belters=(name,), scores={name: 0.6, "other": 0.4}, runner_up="other", why="")


def told(runs: Iterable[Iterable[EventPayload]], agent: str = "search") -> Iterator[Event]:
    for number, run in enumerate(runs):
        for data in run:
            yield Event(
                run_id=f"r{number}", correlation_id="c", sequence=1, at=1.0, kind=data.kind, agent=agent, data=data
            )


def look(*runs: Iterable[EventPayload]) -> Oversight:
    events = list(told(runs))
    Random(1).shuffle(events)
    return look_at(events, candidates=5)


def rules(*runs: Iterable[EventPayload]) -> list[str]:
    return [remark.rule for remark in look(*runs).remarks]


@pytest.mark.parametrize(
    ("rule", "bad", "good", "bad_needed"),
    [
        ("failing", [end(status="failed")], [end()], 2),
        ("nothing_found", [READ, end(citations=0)], [READ, end()], 5),
        (
            "models",
            [ModelCalled(**CALL), ModelFailed(**CALL, error="x", message="", hint="")],
            [ModelCalled(**CALL)],
            2,
        ),
        (
            "tasks",
            [TaskFinished(**TASK, status="failed", error={})],
            [TaskFinished(**TASK, status="done", error=None)],
            2,
        ),
        (
            "experts",
            [ExpertChosen(persona="ann", query="q", cost=1, reason="", failure="no time")],
            [ExpertChosen(persona="ann", query="q", cost=1, reason="")],
            2,
        ),
        (
            "experts",
            [ExpertScored(persona="ann", parts={"consistency": 0.0}, **SCORE)],
            [ExpertScored(persona="ann", parts={"consistency": 1.0}, **SCORE)],
            3,
        ),
    ],
)
def test_a_share_is_remarked_on_from_its_border_on_and_never_by_a_few(rule, bad, good, bad_needed) -> None:
    assert rules(*[bad] * bad_needed, *[good] * (10 - bad_needed)) == [rule]
    assert rules(*[bad] * (bad_needed - 1), *[good] * (11 - bad_needed)) == []
    assert rules(*[bad] * 3) == []


def test_all_questions_at_one_belter_are_a_collapse_and_those_that_were_sent_there_are_none() -> None:
    seen = look(*[[route("research")]] * 19, [route("analysis")])
    assert seen.routes == {"research": 19, "analysis": 1}
    assert [(remark.rule, remark.text) for remark in seen.remarks] == [
        ("routing", "19 of 20 questions went to research, of 5 Belters")
    ]
    assert rules(*[[route("research")]] * 17, *[[route("analysis")]] * 3) == []
    named = RouteChosen(route="research", belters=("research",), scores={"research": 1.0}, runner_up="", why="")
    assert look(*[[named]] * 30).routes == {}


def test_answers_without_documents_are_not_asked_in_vain() -> None:
    assert rules(*[[end(citations=0)]] * 20) == []


def test_a_run_that_was_resumed_is_one_run_and_counts_as_it_ended_at_last() -> None:
    ends = [end(status="failed"), end()]
    resumed = [
        Event(run_id=f"r{run}", correlation_id="c", sequence=number, at=1.0, kind=data.kind, data=data)
        for run in range(10)
        for number, data in enumerate(ends, 1)
    ]
    for events in (resumed, resumed[::-1]):
        seen = look_at(events, candidates=5)
        assert (seen.runs, seen.remarks) == (10, ())
