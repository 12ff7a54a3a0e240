"""A run's tasks done by another process: from the run's record alone, with the same results."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.executors.local import LocalExecutor
from moe.running.run import Run
from moe.running.spec import read_spec, rebuild_context
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import DocumentError, RequestError
from moe_core.contracts.task import Status, Task, TaskResult
from moe_core.contracts.wire import encode_json

pytestmark = pytest.mark.anyio

HARBOUR = Path(__file__).parents[3] / "examples" / "harbour"
QUESTION = "How many people gave to the appeal for the mill, and how much?"
ELSEWHERE = """
import asyncio, json, sys
from pathlib import Path
from moe.app import App
from moe.running.spec import read_spec, rebuild_context
from moe_core.contracts.task import Task
from moe_core.contracts.wire import decode_json, encode_json

async def main(project, run_id):
    app = App.open(Path(project))
    spec = read_spec(app.runs.get_run(run_id).events)
    async with rebuild_context(app.environment, spec) as context:
        for line in sys.stdin:
            print(encode_json(await context.executor.run(decode_json(Task, line))).decode())

asyncio.run(main(*sys.argv[1:]))
"""


class Listening(LocalExecutor):
    """Remembers the tasks and their results."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[tuple[Task, TaskResult]] = []

    async def run(self, task: Task) -> TaskResult:
        result = await super().run(task)
        self.done.append((task, result))
        return result


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(HARBOUR, tmp_path / "harbour")
    return tmp_path


@pytest.fixture
def run_here(project: Path) -> Callable[..., object]:
    async def run() -> tuple[App, str, list[tuple[Task, TaskResult]]]:
        app = App.open(project)
        executor = Listening()
        environment = replace(app.environment, executor=executor)
        request = RunRequest(question=QUESTION, belter="research", docs=(str(project / "harbour"),))
        result = await Run(environment, request).finish()
        assert result.status is Status.DONE
        assert result.citations
        return app, result.run_id, executor.done

    return run


async def test_another_process_does_a_run_s_tasks_with_the_same_results(project: Path, run_here: Callable) -> None:
    _, run_id, done = await run_here()
    drummers = [(task, result) for task, result in done if task.role is Role.DRUMMER and not task.needs]
    assert drummers
    answered = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(project), run_id],
        input=b"\n".join(encode_json(task) for task, _ in drummers),
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert [json.loads(line) for line in answered.stdout.splitlines()] == [
        json.loads(encode_json(result)) for _, result in drummers
    ]


async def test_a_run_is_not_taken_up_over_other_documents(project: Path, run_here: Callable) -> None:
    app, run_id, _ = await run_here()
    spec = read_spec(app.runs.get_run(run_id).events)
    async with rebuild_context(app.environment, spec) as context:
        assert context.question == QUESTION
    appeal = project / "harbour" / "history" / "appeal-2015.md"
    appeal.write_text(appeal.read_text(encoding="utf-8").replace("1", "2"), encoding="utf-8")
    with pytest.raises(DocumentError, match="have changed"):
        async with rebuild_context(app.environment, spec):
            pass


def test_a_record_that_ends_before_the_chain_says_so() -> None:
    with pytest.raises(RequestError, match="does not say who works"):
        read_spec([])
