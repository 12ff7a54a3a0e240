"""A project with one document, and its App."""

from pathlib import Path

import pytest

from moe.app import App

MILL = "The tidal mill was restored by Ada Brook. It cost 412,000 in all.\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "mill.md").write_text(MILL, encoding="utf-8")
    return folder


@pytest.fixture
def app(project: Path) -> App:
    return App.open(
        project, environ={"MOE_TRUST": "/"}, overrides={"system.record": "false", "system.provider": "extractive"}
    )
