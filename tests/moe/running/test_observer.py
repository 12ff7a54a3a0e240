"""What the Observer remarks on one run."""

from itertools import permutations

import pytest
from msgspec.structs import replace

from moe.running.observer import Observer
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.payloads import TaskFinished
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored

SCORE = {"query": "the tide", "question_kind": "when", "score": 0.5, "added": 0}


def remark_on(*told: EventPayload) -> list[str]:
    observer = Observer()
    for data in told:
        observer(Event(run_id="r", correlation_id="c", sequence=1, at=1.0, kind=data.kind, data=data))
    notes = observer.conclude((), used_language_model=True, has_library=False)
    return [note.text for note in notes if note.severity == "warning"]


def scored(consistency: float, *, is_leading: bool = True, counts: bool = True) -> ExpertScored:
    parts = {"consistency": consistency, "relevance": 0.5}
    return ExpertScored(persona="sceptic", parts=parts, is_leading=is_leading, counts=counts, **SCORE)


def test_experts_that_contradict_what_leads_are_told_of_once_a_search() -> None:
    text = "The experts disagree about “the tide”: others contradict what sceptic found."
    assert remark_on(scored(0.0), scored(0.0)) == [text]
    for other in (scored(0.5), scored(0.0, is_leading=False), scored(0.0, counts=False)):
        assert remark_on(other) == []


@pytest.mark.parametrize("order", list(permutations(("1/10", "1/2", "1/3"))))
def test_disputes_are_one_note_in_the_order_of_the_plan_whichever_search_ended_first(order) -> None:
    observer = Observer()
    for place in order:
        told = replace(scored(0.0), query=f"part {place}", persona=f"expert-{place[2:]}")
        observer(
            Event(run_id="r", correlation_id="c", sequence=1, at=1.0, kind=told.kind, data=told, task_id=f"r/{place}")
        )
    notes = observer.conclude((), used_language_model=True, has_library=False)
    text = "The experts disagree about “part 1/2” and 2 more: others contradict what expert-2 found."
    assert [note.text for note in notes if note.severity == "warning"] == [text]


@pytest.mark.parametrize(
    ("codes", "added"),
    [
        (("transport", "transport"), ": the worker at http://gpu:6001 is busy (1)"),
        (("model", "transport"), ": the worker at http://gpu:6001 is busy (2)"),
        (("model", "deadline"), ""),
    ],
)
def test_the_first_reason_why_an_agent_elsewhere_did_nothing_is_told(codes: tuple[str, ...], added: str) -> None:
    observer = Observer()
    for number, code in enumerate(codes, start=1):
        error = {"code": code, "message": f"the worker at http://gpu:6001 is busy ({number})."}
        data = TaskFinished(
            role="drummer", status="failed", statements=0, evidence=0, seconds=1.0, error=error, notes=()
        )
        observer(
            Event(run_id="r", correlation_id="c", sequence=number, at=1.0, kind=data.kind, data=data, agent="search")
        )
    notes = observer.conclude((), used_language_model=True, has_library=False)
    assert [note.text for note in notes if note.severity == "warning"] == [
        f"search failed 2 times; its part is missing{added}."
    ]


def test_one_that_walked_alone_agrees_with_itself() -> None:
    alone = ExpertScored(persona="sceptic", parts={"coverage": 0.1}, is_leading=True, counts=True, **SCORE)
    assert remark_on(alone) == []


def test_an_expert_whose_walk_failed_is_named_once_with_its_reason() -> None:
    failed = ExpertChosen(persona="auditor", query="the tide", cost=0.1, reason="", failure="its strategy raised.")
    assert remark_on(failed, failed) == ["Expert auditor failed, and the next one looked: its strategy raised."]
