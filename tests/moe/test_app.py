"""The App: where all parts of a project meet."""

import os
from pathlib import Path

import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import DocumentError, NameUnknownError, ToolError
from moe_core.contracts.task import Status

MILL = "The tidal mill was restored by Ada Brook in 1987."
TOOL = """
from moe_core import BaseTool, hookimpl


class BellTool(BaseTool):
    '''Ring.'''

    name = "bell"

    async def execute(self, params):
        return {}


@hookimpl
def moe_tools():
    return [BellTool]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "mill.md").write_text(MILL, encoding="utf-8")
    return folder


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Of a user who has configured nothing."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nothing"))
    return {"MOE_TRUST": os.path.abspath(os.sep)}


@pytest.fixture
def app(project: Path, environ: dict[str, str]) -> App:
    return App.open(project, environ=environ, overrides={"system.provider": "extractive"})


def test_what_is_said_stands_above_what_the_project_configures(project: Path, environ: dict[str, str]) -> None:
    (project / "config").mkdir()
    (project / "config" / "system.yaml").write_text("seed: 5\nmax_parallel: 3\n", encoding="utf-8")
    config = App.open(project, environ=environ, overrides={"system.seed": 7}).config
    assert (config.system.seed, config.system.max_parallel) == (7, 3)


@pytest.mark.anyio
async def test_a_run_answers_from_its_documents_and_is_recorded(app: App, project: Path) -> None:
    request = RunRequest(question="Who restored the tidal mill?", docs=(str(project / "docs"),))
    assert not app.workspace.exists()
    result = await app.run(request)
    assert result.status is Status.DONE
    assert MILL in result.answer
    assert [run.run_id for run in app.runs.list_runs(5)] == [result.run_id]
    app.close()


@pytest.mark.anyio
async def test_a_run_leaves_nothing_behind_where_no_record_is_wanted(project: Path, environ: dict[str, str]) -> None:
    app = App.open(project, environ=environ, overrides={"system.provider": "extractive", "system.record": False})
    await app.run(RunRequest(question="Who restored the tidal mill?", docs=(str(project / "docs"),)))
    assert not app.workspace.exists()


def test_documents_are_those_given_else_the_index(app: App, project: Path) -> None:
    with pytest.raises(DocumentError):
        app.open_library()
    app.index.update(add=[str(project / "docs")])
    (project / "ferry.md").write_text("The ferry leaves at nine.", encoding="utf-8")
    assert [document.document_id for document in app.open_library().documents()] == [str(project / "docs" / "mill.md")]
    given = app.open_library([str(project / "ferry.md")]).documents()
    assert [Path(document.document_id).name for document in given] == ["ferry.md"]


@pytest.mark.anyio
async def test_a_tool_runs_by_itself(app: App) -> None:
    assert (await app.run_tool("calculator", {"expression": "15% of 80"}))["value"] == 12
    with pytest.raises(ToolError, match="expression"):
        await app.run_tool("calculator", {"expresion": "1"})
    with pytest.raises(NameUnknownError) as caught:
        await app.run_tool("calculater", {})
    assert "calculator" in (caught.value.hint or "")


@pytest.mark.anyio
async def test_a_sum_that_no_document_speaks_of_is_worked_out(app: App, project: Path) -> None:
    result = await app.run(RunRequest(question="What is 15% of 80?", docs=(str(project / "docs"),)))
    assert result.status is Status.DONE
    assert result.answer.startswith("15% of 80 = 12")


def test_a_chain_can_be_seen_before_it_runs(app: App, project: Path) -> None:
    request = RunRequest(question="Who restored the tidal mill?", docs=(str(project / "docs"),), belter="research")
    route, chain = app.assemble(request)
    assert "research" in str(route)
    assert {member.name for member in chain.members()} >= {"camina", "research"}
    with pytest.raises(NameUnknownError, match="reserch"):
        app.assemble(request.model_copy(update={"belter": "reserch"}))


@pytest.mark.anyio
async def test_plugins_tried_anew_serve_the_next_run_also_when_runs_went_before(app: App, project: Path) -> None:
    environment, router, models = app.environment, app.router, app.models
    plugin = project / "plugins" / "tools" / "gauge.py"
    plugin.parent.mkdir(parents=True)
    plugin.write_text("from moe_core import BaseTool\nclass Gauge(BaseTool):\n    async def execute(self): return {}\n")
    registry = app.refresh_plugins(seconds=30)
    assert "gauge" in app.environment.registry.tools
    assert app.environment.registry is app.models.registry is registry
    assert app.router is not router
    assert app.models is not models
    assert app.environment.live is environment.live
    assert app.environment.services is environment.services
    assert "gauge" not in environment.registry.tools
