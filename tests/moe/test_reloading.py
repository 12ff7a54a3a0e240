"""The App that counts now, and those that are still worked with."""

import os
from pathlib import Path

import anyio
import pytest

from moe.app import App
from moe.contracts.request import RunRequest
from moe.reloading import AppReloader
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.task import Status

TOOL = """
from moe_core import BaseTool

class Gauge(BaseTool):
    '''{summary}'''

    async def execute(self, params):
        return {{"value": {value}}}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "project" / "config").mkdir(parents=True)
    write(tmp_path / "project", value=1)
    return tmp_path / "project"


@pytest.fixture
def reloader(project: Path) -> AppReloader:
    return AppReloader(lambda: App.open(project, overrides={"system.provider": "extractive"}))


def write(project: Path, *, value: int, summary: str = "Read the gauge.", more: str = "") -> Path:
    file = project / "plugins" / "tools" / "gauge.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TOOL.format(value=value, summary=summary) + more, encoding="utf-8")
    return file


def describe(reload) -> list[str]:
    return [change.describe() for change in reload.changes]


@pytest.mark.anyio
async def test_changed_code_counts_for_the_next_and_not_for_what_goes_on(project, reloader) -> None:
    before = reloader.app
    write(project, value=2)
    assert describe(reloader.reload()) == ["changed: code project/plugins/tools/gauge.py"]
    assert (await reloader.app.run_tool("gauge", {}))["value"] == 2
    assert (await before.run_tool("gauge", {}))["value"] == 1
    write(project, value=3, summary="Read it.")
    assert describe(reloader.reload()) == ["changed: tool gauge (project/plugins/tools/gauge.py): summary"]
    assert describe(reloader.reload()) == []


@pytest.mark.anyio
async def test_a_run_in_flight_ends_with_what_it_began_with(project, reloader, tmp_path) -> None:
    docs = tmp_path / "mill.md"
    docs.write_text("The tidal mill was restored by Ada Brook in 1987.", encoding="utf-8")
    before = reloader.app
    reloads = []

    def reload_at_first(_event) -> None:
        if not reloads:
            write(project, value=2).unlink()
            reloads.append(reloader.reload())

    request = RunRequest(question="Who restored the tidal mill?", docs=(str(docs),))
    with anyio.fail_after(60):
        result = await before.run(request, on_event=reload_at_first)
    assert describe(reloads[0]) == ["removed: tool gauge (project/plugins/tools/gauge.py)"]
    assert result.status is Status.DONE
    assert "gauge" in before.registry.tools
    with pytest.raises(NameUnknownError):
        await reloader.app.run_tool("gauge", {})


@pytest.mark.anyio
async def test_a_broken_file_is_told_once_and_costs_nothing_until_it_is_mended(project, reloader) -> None:
    before = reloader.app
    write(project, value=2, more="def (")
    broken = reloader.reload()
    assert not broken.is_taken
    (fault,) = broken.faults
    assert "gauge.py" in fault.plugin
    assert reloader.reload().faults == ()
    assert reloader.app is before
    assert (await reloader.app.run_tool("gauge", {}))["value"] == 1
    write(project, value=2)
    mended = reloader.reload()
    assert (mended.is_taken, mended.is_mended) == (True, True)
    assert (await reloader.app.run_tool("gauge", {}))["value"] == 2


def test_a_setting_that_is_wrong_keeps_the_settings_that_were_right(project, reloader) -> None:
    file = project / "config" / "system.yaml"
    file.write_text("seed: 5\n", encoding="utf-8")
    assert describe(reloader.reload()) == ["changed: setting system.seed"]
    file.write_text("sed: 6\n", encoding="utf-8")
    (fault,) = reloader.reload().faults
    assert "sed" in fault.message
    assert "seed" in fault.hint
    assert reloader.app.config.system.seed == 5


def test_what_nobody_has_trusted_yet_does_not_count(project, monkeypatch) -> None:
    monkeypatch.setenv("MOE_TRUST", "")
    App.open(project).trust_project()
    reloader = AppReloader(lambda: App.open(project))
    write(project, value=os.getpid())
    (fault,) = reloader.reload().faults
    assert (fault.message, fault.hint) == ("changed: plugins/tools/gauge.py", "moe trust")
    App.open(project).trust_project()
    assert reloader.reload().is_taken
