"""Requests that wait for a worker."""

import os

import pytest

from moe.contracts.request import RunRequest
from moe.contracts.runs import QUEUED
from moe.running.fleet.submission import submit_run
from moe.running.resuming import read_past
from moe_core.contracts.executor import ExecutorPlace
from moe_core.contracts.task import Status
from plugins.executors.inline import InlineExecutor

pytestmark = pytest.mark.anyio

ASK = RunRequest(question="Who designed the lighthouse?", docs=("notes.txt",))


@pytest.fixture
def executor(tmp_path):
    return InlineExecutor(ExecutorPlace(folder=tmp_path))


async def test_a_submitted_run_is_recorded_as_queued_with_what_was_asked(store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    assert store.get_summary(run_id).status == QUEUED
    assert read_past(store, run_id).request.question == ASK.question


async def test_its_documents_are_those_of_the_folder_in_which_it_was_asked(store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    assert read_past(store, run_id).request.docs == (os.path.abspath("notes.txt"),)


async def test_asked_for_twice_with_one_id_it_is_one_run(store, executor):
    for question in (ASK.question, "Another one?"):
        await submit_run(RunRequest(question=question), store=store, executor=executor, run_id="mine")
    assert [(run.run_id, run.question, run.events) for run in store.list_runs()] == [("mine", ASK.question, 1)]


async def test_a_queued_run_that_is_cancelled_is_cancelled_at_once(store, executor):
    run_id = await submit_run(ASK, store=store, executor=executor)
    assert store.cancel(run_id).status == Status.CANCELLED
