"""Whole runs with a scripted model."""

from typing import Any

import anyio
import pytest

from moe.contracts.request import RunRequest
from moe_core.contracts.agent import Fallback
from moe_core.contracts.errors import ModelRefusedError, ModelUnavailableError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.messages import Purpose
from moe_core.contracts.task import Status
from moe_core.contracts.wire import encode_json, to_wire
from moe_core.testing.doubles import make_model, make_tool

pytestmark = [pytest.mark.anyio, pytest.mark.virtual_time]

ASK = RunRequest(question="Who designed the lighthouse?", belter="research")


def belter_request(**changes: Any) -> RunRequest:
    return ASK.model_copy(update=changes)


async def test_a_run_goes_through_every_layer_and_cites_the_words_it_rests_on(make_runner: Any, good: Any) -> None:
    events: list[Event] = []
    result = await make_runner(good).run(ASK, on_event=events.append)
    assert result.status is Status.DONE
    assert not result.degraded
    assert result.answer == "Ada Brook designed the lighthouse. [1]"
    assert [citation.text for citation in result.citations] == ["Ada Brook designed it."]
    roles = [event.data.role for event in events if event.kind is EventKind.TASK_STARTED]
    assert roles == ["camina", "belter", "drummer"]


async def test_a_fault_that_nobody_expected_leaves_no_run_that_goes_on_for_ever(make_runner: Any, good: Any) -> None:
    events: list[Event] = []

    def stumble(event: Event) -> None:
        events.append(event)
        if event.kind is EventKind.CHAIN_ASSEMBLED:
            raise ZeroDivisionError("somebody's plugin")

    with pytest.raises(ZeroDivisionError):
        await make_runner(good).run(ASK, on_event=stumble)
    end = events[-1]
    assert (end.kind, end.data.status) == (EventKind.RUN_FINISHED, "failed")
    assert "somebody's plugin" in end.data.error["message"]


async def test_events_are_numbered_without_gaps_and_carry_both_ids(make_runner: Any, good: Any) -> None:
    events: list[Event] = []
    request = belter_request(correlation_id="from-outside")
    result = await make_runner(good).run(request, on_event=events.append)
    assert [event.sequence for event in events] == list(range(1, len(events) + 1))
    assert {event.run_id for event in events} == {result.run_id}
    assert {event.correlation_id for event in events} == {"from-outside"}
    assert events[0].kind is EventKind.RUN_STARTED
    assert events[-1].kind is EventKind.RUN_FINISHED


async def test_task_ids_extend_their_parents(make_runner: Any, good: Any) -> None:
    events: list[Event] = []
    result = await make_runner(good).run(ASK, on_event=events.append)
    started = {e.task_id: e.data.parent_id for e in events if e.kind is EventKind.TASK_STARTED}
    assert started == {
        f"{result.run_id}/1": None,
        f"{result.run_id}/1/1": f"{result.run_id}/1",
        f"{result.run_id}/1/1/1": f"{result.run_id}/1/1",
    }


async def test_a_statement_that_cites_nothing_that_exists_is_left_out_and_the_reader_told(
    make_runner: Any, good: Any
) -> None:
    made_up = {"text": "It has ninety rooms.", "evidence": ["e99"]}
    kept = {"text": "Ada Brook designed it.", "evidence": ["e1", "e99"]}
    good[Purpose.SYNTHESISE] = lambda _: {"statements": [made_up, kept], "notes": []}
    result = await make_runner(good).run(ASK)
    assert "ninety" not in result.answer
    assert result.answer.startswith("Ada Brook")
    assert any("left out" in note["text"] for note in result.observer.notes)


async def test_without_supported_statements_the_answer_says_that_nothing_was_found(make_runner: Any, good: Any) -> None:
    good[Purpose.SYNTHESISE] = lambda _: {"statements": [], "notes": ["nothing on that"]}
    result = await make_runner(good).run(ASK)
    assert result.status is Status.DONE
    assert result.answer.startswith("Not found in the documents.")
    assert result.citations == ()


async def test_a_dead_provider_is_replaced_by_the_fallback_and_the_run_is_degraded(
    make_runner: Any, good: Any, agents: Any
) -> None:
    spare = make_model(good, name="spare")
    runner = make_runner(
        lambda _: ModelUnavailableError("no server at 127.0.0.1:1"),
        more_providers=(spare,),
        agents=agents(fallbacks=(Fallback(provider="spare"),)),
    )
    result = await runner.run(ASK)
    assert result.status is Status.DONE
    assert result.degraded
    assert result.answer.startswith("Ada Brook")


async def test_a_refusal_ends_the_run_with_its_own_error(make_runner: Any) -> None:
    result = await make_runner(lambda _: ModelRefusedError("bad key", hint="set OPENAI_API_KEY")).run(ASK)
    assert result.status is Status.FAILED
    assert result.error is not None
    assert (result.error.code, result.error.message, result.error.hint) == (
        "model_refused",
        "bad key",
        "set OPENAI_API_KEY",
    )


@pytest.mark.parametrize("purpose", [Purpose.DECOMPOSE, Purpose.EXECUTE, Purpose.SYNTHESISE])
async def test_an_answer_outside_its_schema_never_gets_into_the_run(make_runner: Any, good: Any, purpose: Any) -> None:
    good[purpose] = lambda _: {"something": "else"}
    result = await make_runner(good).run(ASK)
    assert result.status is Status.FAILED
    assert result.error is not None
    assert result.error.code == "invalid_output"


async def test_a_provider_that_throws_something_foreign_ends_as_one_line(make_runner: Any, good: Any) -> None:
    good[Purpose.DECOMPOSE] = lambda _: ZeroDivisionError("oops")
    result = await make_runner(good).run(ASK)
    assert result.error is not None
    assert result.error.message == "provider scripted failed: ZeroDivisionError: oops"


async def test_a_failing_tool_degrades_the_answer_and_is_named(make_runner: Any, good: Any) -> None:
    events: list[Event] = []
    broken = make_tool("lookup", answer=ValueError("disk on fire"))
    good[Purpose.EXECUTE] = lambda _: {"statements": [], "notes": []}
    good[Purpose.SYNTHESISE] = lambda _: {"statements": [], "notes": []}
    result = await make_runner(good, tools=[broken]).run(ASK, on_event=events.append)
    assert result.degraded
    assert "Not found" not in result.answer
    assert "disk on fire" in result.answer
    failed = [event for event in events if event.kind is EventKind.TOOL_FAILED]
    assert "disk on fire" in failed[0].data.message
    assert any("lookup failed" in note["text"] for note in result.observer.notes)


async def test_one_failed_drummer_of_two_leaves_a_degraded_answer(make_runner: Any, good: Any) -> None:
    task = {"instruction": "x", "depends_on": []}
    good[Purpose.DECOMPOSE] = lambda _: {
        "tasks": [{"id": "s", "drummer": "search", **task}, {"id": "t", "drummer": "think", **task}]
    }
    plain = good[Purpose.EXECUTE]
    good[Purpose.EXECUTE] = lambda request: {} if not request.grounding.evidence else plain(request)
    result = await make_runner(good).run(ASK)
    assert result.status is Status.DONE
    assert result.degraded
    assert result.citations


async def test_a_plan_in_a_circle_still_runs_every_task_once(make_runner: Any, good: Any) -> None:
    base = {"drummer": "search", "instruction": "x"}
    good[Purpose.DECOMPOSE] = lambda _: {
        "tasks": [{"id": "a", "depends_on": ["b", "a"], **base}, {"id": "b", "depends_on": ["a", "zzz"], **base}]
    }
    events: list[Event] = []
    with anyio.fail_after(20):
        result = await make_runner(good).run(ASK, on_event=events.append)
    assert result.status is Status.DONE
    drummers = [e for e in events if e.kind is EventKind.TASK_STARTED and e.data.role == "drummer"]
    assert len(drummers) == 2


async def test_no_plan_is_asked_for_when_one_belter_is_chosen(make_runner: Any, good: Any) -> None:
    good[Purpose.PLAN] = lambda _: AssertionError("there is nothing to plan")
    events: list[Event] = []
    result = await make_runner(good).run(ASK, on_event=events.append)
    assert result.status is Status.DONE
    started = [e.data for e in events if e.kind is EventKind.TASK_STARTED and e.data.role == "belter"]
    assert [task.instruction for task in started] == [ASK.question]


async def test_a_task_knows_what_the_tasks_it_depends_on_have_found(make_runner: Any, good: Any) -> None:
    base = {"drummer": "think", "instruction": "y"}
    good[Purpose.DECOMPOSE] = lambda _: {
        "tasks": [
            {"id": "s", "drummer": "search", "instruction": "x", "depends_on": []},
            {"id": "t", "depends_on": ["s"], **base},
        ]
    }
    seen: list[Any] = []
    plain = good[Purpose.EXECUTE]

    def execute(request: Any) -> Any:
        seen.append(request.grounding.findings)
        return plain(request)

    good[Purpose.EXECUTE] = execute
    await make_runner(good).run(ASK)
    assert any("Ada Brook" in str(finding) for finding in seen[1])


async def test_a_model_that_never_answers_meets_the_deadline(make_runner: Any, good: Any) -> None:
    runner = make_runner(good, delay_seconds=60)
    with anyio.fail_after(20):
        result = await runner.run(belter_request(deadline_seconds=0.3))
    assert result.status is Status.FAILED
    assert result.error is not None
    assert result.error.code == "deadline"
    assert "--deadline" in (result.error.hint or "")


async def test_cancelling_leaves_a_complete_and_marked_record(make_runner: Any, good: Any) -> None:
    events: list[Event] = []
    with anyio.move_on_after(0.2) as scope:
        await make_runner(good, delay_seconds=60).run(ASK, on_event=events.append)
    assert scope.cancelled_caught
    assert events[-1].kind is EventKind.RUN_FINISHED
    assert events[-1].data.status == "cancelled"


async def test_an_unknown_belter_is_refused_before_any_model_is_called(make_runner: Any, good: Any) -> None:
    events: list[Event] = []
    result = await make_runner(good).run(belter_request(belter="reserch"), on_event=events.append)
    assert result.error is not None
    assert result.error.code == "name_unknown"
    assert "'research'" in (result.error.hint or "")
    assert not [event for event in events if event.kind is EventKind.MODEL_CALLED]


async def test_the_result_and_every_event_are_json(make_runner: Any, good: Any) -> None:
    events: list[Event] = []
    result = await make_runner(good).run(ASK, on_event=events.append)
    plain = to_wire(result)
    keys = "run_id correlation_id question status degraded answer citations route chain usage timings observer error"
    assert set(keys.split()) <= set(plain)
    assert all(to_wire(event)["run_id"] == result.run_id for event in events)
    assert plain["usage"]["requests"] == len([e for e in events if e.kind is EventKind.MODEL_ANSWERED])


async def test_equal_runs_give_equal_answers(make_runner: Any, good: Any) -> None:
    first, second = [await make_runner(good).run(ASK) for _ in range(2)]
    assert (first.answer, first.citations) == (second.answer, second.citations)


async def test_an_agents_own_response_format_is_asked_for_and_handed_out(
    make_runner: Any, good: Any, agents: Any
) -> None:
    own = {"type": "object", "properties": {"result": {"type": "string"}}, "required": ["result"]}
    good[Purpose.SYNTHESISE] = lambda _: {"statements": [], "notes": [], "data": {"result": "ok"}}
    result = await make_runner(good, agents=agents(camina={"response_schema": own})).run(ASK)
    assert result.data == {"result": "ok"}


async def test_what_costs_nothing_is_told_without_a_cost(make_runner: Any, good: Any) -> None:
    events: list[Event] = []
    await make_runner(good).run(ASK, on_event=events.append)
    answered = [encode_json(event.data) for event in events if event.kind is EventKind.MODEL_ANSWERED]
    assert answered
    assert not [data for data in answered if b"cost" in data]
