"""Going on with a run whose worker has not told yet that it is done with it, or never began."""

import asyncio

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.server_settings import ServerSettings
from moe.server.keys.access import Access
from moe.server.pool.job import JobEnd, PoolJob
from moe.server.pool.messages import WorkerOrder, WorkerProject
from moe.server.problems import ProblemError
from moe.server.serving import build_state
from note_office import POSTER, open_office
from served_project import ServedProject

pytestmark = pytest.mark.anyio


@pytest.fixture
async def waiting(tmp_path, monkeypatch):
    """What a server of no workers works with, and the id of a run that waits while the job that did it is there."""
    project = ServedProject(tmp_path)
    open_office(project.folder)
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(project.folder)
    app = App.open(project.folder)
    run_id = (await app.run(RunRequest(**POSTER))).run_id
    state = build_state(app, WorkerProject(project=str(project.folder), overrides={}), ServerSettings())
    job = PoolJob(order=WorkerOrder(do="run", run_id=run_id), question="")
    assert state.pool.submit(job)
    job.has_begun.set()
    yield state, job
    await state.desk.budgets.close()
    state.gate.keys.close()
    app.close()


async def test_a_decision_waits_until_the_worker_has_told_and_the_run_goes_on(waiting, monkeypatch):
    monkeypatch.setattr("moe.server.run_desk._REST_SECONDS", 60.0)
    state, job = waiting
    deciding = asyncio.create_task(state.desk.decide(job.run_id, "approve", Access()))
    while state.app.runs.get_run(job.run_id).result["waiting"]:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    state.pool._end(job, JobEnd(status="waiting"))
    await deciding
    assert state.pool.find(job.run_id).order.do == "resume"


async def test_a_decision_on_a_run_that_cannot_go_on_is_kept_and_the_answer_says_so(waiting, monkeypatch):
    monkeypatch.setattr("moe.server.run_desk._REST_SECONDS", 0.05)
    state, job = waiting
    with pytest.raises(ProblemError, match=f"decided on run {job.run_id} is kept, but .* is waiting") as told:
        await state.desk.decide(job.run_id, "approve", Access())
    assert (told.value.code, told.value.hint) == (
        "request",
        f"POST /api/v1/runs/{job.run_id}/resume has it go on later",
    )
    state.pool._end(job, JobEnd(status="waiting"))
    await state.desk.resume(job.run_id, {}, Access())
    assert state.pool.find(job.run_id).order.do == "resume"


async def test_a_run_whose_going_on_came_to_nothing_can_be_gone_on_with_or_deleted(waiting):
    state, job = waiting
    state.pool._end(job, JobEnd(status="waiting"))
    for _ in range(2):
        await state.desk.decide(job.run_id, "approve", Access())
        refused = state.pool.find(job.run_id)
        assert refused is not job
        state.pool.cancel(job.run_id)
        assert refused.end.done()
        job = refused
    await state.desk.delete(job.run_id, Access())
