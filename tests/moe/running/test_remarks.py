"""What the Observer's own model remarks on a run."""

from typing import Any

import pytest

from moe.contracts.request import RunRequest
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.errors import ModelUnavailableError
from moe_core.contracts.messages import ModelRequest, Purpose
from moe_core.contracts.payloads import ObserverNote
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio
WATCHER = AgentSpec(name="observer", role=Role.OBSERVER, base="watch:1", description="watches")
REQUEST = RunRequest(question="Who designed the lighthouse?", belter="research")


@pytest.fixture
def observe(make_runner: Any, good: dict[Purpose, Any], agents: Any) -> Any:
    """Asks, with what the Observer's model says; the result, the requests to that model, and the events."""

    async def call(said: Any, *, request: RunRequest = REQUEST, **system: Any) -> Any:
        seen: list[ModelRequest] = []

        def answer(request: ModelRequest) -> Any:
            seen.append(request)
            if isinstance(said, Exception):
                raise said
            return {"notes": [{"severity": "warning", "text": text} for text in said]}

        runner = make_runner({**good, Purpose.OBSERVE: answer}, agents=[*agents(), WATCHER], **system)
        events: list[Any] = []
        result = await runner.run(request, on_event=events.append)
        assert result.status is Status.DONE, result.error
        return result, seen, events

    return call


async def test_in_full_mode_its_model_reads_what_was_done_and_said_and_its_remark_is_told(observe: Any) -> None:
    result, (request,), events = await observe(["Only one passage speaks of the designer."])
    assert request.model == "watch:1"
    shown = request.messages[-1].content
    assert "Ada Brook designed the lighthouse." in shown
    assert "drummer search done: 1 statements, 1 passages" in shown
    note = {"severity": "warning", "text": "The Observer: Only one passage speaks of the designer."}
    assert note in result.observer.notes
    assert note["text"] in [event.data.text for event in events if isinstance(event.data, ObserverNote)]
    assert "Ada Brook designed the lighthouse." in result.answer


async def test_a_remark_with_a_figure_that_nobody_has_shown_it_is_left_out(observe: Any) -> None:
    result, _, _ = await observe(["The lighthouse is of 1999.", "The task took 1 passage."])
    told = [note["text"] for note in result.observer.notes]
    assert "The Observer: The task took 1 passage." in told
    assert not any("1999" in text for text in told)


async def test_one_whose_model_fails_leaves_the_answer_as_it_is(observe: Any) -> None:
    result, seen, _ = await observe(ModelUnavailableError("gone"))
    assert seen
    assert (result.status, result.degraded) == (Status.DONE, False)
    assert not any(note["text"].startswith("The Observer:") for note in result.observer.notes)


async def test_an_answer_without_documents_needs_no_watching(observe: Any) -> None:
    assert (await observe(["Never."], request=RunRequest(question="Hello")))[1] == []
