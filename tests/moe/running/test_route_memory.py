"""What is remembered of how Belters did, and what routing makes of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.runs import RunRating
from moe.running.route_memory import RouteMemory
from moe.running.run import Run
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import ModelUnavailableError, StorageError
from moe_core.contracts.messages import ModelRequest, Purpose
from moe_core.contracts.task import Status

pytestmark = pytest.mark.anyio
QUESTION = "What do our documents say about the price of the ferry, and what does the average come to?"


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(tmp_path: Path, clock: Clock) -> RouteMemory:
    return RouteMemory(workspace=open_workspace(tmp_path / ".moe"), clock=clock)


def test_nothing_is_written_by_reading_and_nothing_known_is_nothing_said(memory: RouteMemory) -> None:
    assert memory.read() == {}
    memory.fail([])
    assert not memory.workspace.exists()


def test_ratings_move_those_who_worked_and_the_same_word_again_changes_nothing(memory: RouteMemory) -> None:
    for _ in range(3):
        memory.rate(["research"], is_good=False)
    memory.rate(["knowledge"], is_good=True)
    assert memory.read()["research"] < 0.25
    assert memory.read()["knowledge"] == pytest.approx(2 / 3, abs=1e-4)
    before = memory.read()
    memory.rate(["knowledge"], is_good=True, was_good=True)
    assert memory.read() == before
    memory.rate(["knowledge"], is_good=False, was_good=True)  # another word takes the place of the one before
    assert memory.read()["knowledge"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_failure_counts_and_is_forgotten_by_half_in_a_day(memory: RouteMemory, clock: Clock) -> None:
    memory.fail(["research"])
    assert memory.read() == {"research": round(1 / 3, 4)}
    clock.now += 86_400
    assert memory.read() == {"research": 0.4}
    clock.now += 30 * 86_400
    assert memory.read()["research"] == pytest.approx(0.5, abs=1e-3)


def test_a_damaged_file_says_nothing_and_a_folder_that_cannot_be_written_is_told(memory: RouteMemory) -> None:
    memory.fail(["research"])
    Path(memory.path).write_text("{")
    assert memory.read() == {}
    Path(memory.path).unlink()
    Path(memory.path).mkdir()
    with pytest.raises(StorageError, match=r"cannot write .*routes\.json"):
        memory.fail(["research"])


@pytest.fixture
def app(tmp_path: Path) -> App:
    (tmp_path / "a.txt").write_text("The ferry costs 4 pounds. The ferry sails on Mondays.", encoding="utf-8")
    return App.open(tmp_path, environ={"MOE_TRUST": "/", "MOE_PROVIDERS__ORDER": "[extractive]"})


async def test_what_users_say_of_runs_changes_close_routes_and_is_told_in_the_reason(app: App) -> None:
    request = RunRequest(question=QUESTION, docs=(str(app.project / "a.txt"),))
    first = await app.run(request)
    before = first.route.scores[first.route.belters[0]]
    app.personas.rate(app.runs, first.run_id, RunRating(verdict="bad", note="", at=1.0))
    again = app.route(QUESTION, has_documents=True)
    assert again.scores[first.route.belters[0]] < before
    assert "success so far" in again.why
    assert "success so far" not in first.route.why
    app.personas.rate(app.runs, first.run_id, RunRating(verdict="good", note="", at=2.0))
    assert app.route(QUESTION, has_documents=True).scores[first.route.belters[0]] > before
    resumed = await app.run(request)
    assert resumed.route.scores == app.route(QUESTION, has_documents=True).scores
    app.close()


async def test_a_belter_that_was_named_is_not_judged_by_it_as_a_choice(app: App) -> None:
    named = await app.run(RunRequest(question=QUESTION, belter="research", docs=(str(app.project / "a.txt"),)))
    assert named.status is Status.DONE
    app.personas.rate(app.runs, named.run_id, RunRating(verdict="bad", note="", at=1.0))
    assert app.route_memory.read() == {}
    app.close()


@pytest.mark.parametrize("is_recorded", [True, False])
async def test_a_belter_whose_task_failed_is_remembered_where_runs_are_recorded(
    make_runner: Any, good: dict[Purpose, Any], memory: RouteMemory, is_recorded: bool
) -> None:
    def fail(request: ModelRequest) -> Any:
        raise ModelUnavailableError("away")

    with RunStore(memory.workspace) as store:
        environment = replace(
            make_runner({**good, Purpose.DECOMPOSE: fail}).environment,
            store=store if is_recorded else None,
            memory=memory,
        )
        result = await Run(environment, RunRequest(question="Who designed it?", belter="research")).finish()
    assert result.status is Status.FAILED
    assert memory.read() == ({"research": round(1 / 3, 4)} if is_recorded else {})
