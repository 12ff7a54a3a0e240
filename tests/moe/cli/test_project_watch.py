"""Waiting for a change of the project."""

from pathlib import Path
from threading import Timer

import pytest

from moe.app import App
from moe.cli.project_watch import ProjectWatch


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("config", "cache"):
        monkeypatch.setenv(f"XDG_{name.upper()}_HOME", str(tmp_path / name))
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


def open_watch(project: Path) -> ProjectWatch:
    return ProjectWatch(App.open(project))


def test_what_changed_before_anybody_waits_is_not_missed(project: Path) -> None:
    watch = open_watch(project)
    (project / "modelfiles").mkdir()
    watch.wait()


def test_a_file_that_comes_is_told(project: Path) -> None:
    (project / "plugins" / "tools").mkdir(parents=True)
    watch = open_watch(project)
    come = Timer(0.3, (project / "plugins" / "tools" / "new.py").touch)
    come.start()
    watch.wait()
    come.join()
