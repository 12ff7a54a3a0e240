"""The project's folder is found from where one is."""

from pathlib import Path

import pytest

from moe.project import find_project
from moe_core.contracts.errors import ConfigError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs" / "mill.md").write_text("The mill.", encoding="utf-8")
    return folder


def test_a_project_is_the_nearest_folder_above_with_a_workspace(project: Path) -> None:
    deep = project / "docs" / "old"
    deep.mkdir()
    assert find_project(deep, {}) == deep
    (project / ".moe").mkdir()
    assert find_project(deep, {}) == project
    assert find_project(deep, {"MOE_PROJECT": str(deep)}) == deep


def test_a_project_that_is_no_folder_is_told_with_what_to_do(project: Path) -> None:
    with pytest.raises(ConfigError, match=r"mill\.md, which is no folder") as caught:
        find_project(project, {"MOE_PROJECT": str(project / "docs" / "mill.md")})
    assert caught.value.hint
