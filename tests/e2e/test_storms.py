"""A talkative model: plans of many valid tasks at every layer, and a deadline that is far too short for all of them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chain_server import ChainServer
from model_answers import Asked, Said
from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.run import Run
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio

MINUTES = Path(__file__).parents[2] / "examples" / "harbour" / "minutes"


class TalkativeServer(ChainServer):
    """Plans the same task many times over."""

    tasks = 1

    def say(self, asked: Asked) -> Said:
        said = super().say(asked)
        plan = json.loads(said.text) if said.text.startswith("{") else {}
        if "tasks" not in plan:
            return said
        (first,) = plan["tasks"]
        tasks = [
            {**first, "id": str(n), "instruction": f"Which gable leaned most in year {n}?"} for n in range(self.tasks)
        ]
        return Said(text=json.dumps({"tasks": tasks}), prompt_tokens=400, completion_tokens=30)


@pytest.fixture(scope="module")
def talkative() -> Iterator[TalkativeServer]:
    server = TalkativeServer()
    yield server
    server.stop()


@pytest.mark.parametrize("tasks", [1, 16, 256])
async def test_a_run_ends_in_time_however_much_is_planned(
    tmp_path: Path, talkative: TalkativeServer, tasks: int
) -> None:
    talkative.tasks = tasks
    overrides = {
        "system.provider": "openai",
        "system.record": False,
        "system.mode": "full",  # a weak model would be left aside
        "providers.providers.openai.base_url": f"{talkative.url}/v1",
        **{f"system.roles.{role}": "faulty" for role in ("camina", "belter", "drummer")},
    }
    app = App.open(tmp_path, overrides=overrides, environ={"MOE_TRUST": "/"})
    library = app.open_library([str(MINUTES)])
    events: list[Event] = []
    request = RunRequest(question="Which gable leaned most in the mill survey?", deadline_seconds=6.0)
    result = await Run(app.environment, request, library=library, on_event=events.append).finish()
    assert result.status is Status.DONE
    assert result.answer
    assert result.timings["total"] < 60.0  # without walls it goes on for minutes
    assert result.degraded or tasks == 1
    assert any(event.kind is EventKind.PLAN_CUT for event in events) is (tasks > 12)
