"""`moe plugin`: what it refuses, and what it finds in a wheel."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moe.cli.group import cli


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["plugin", *arguments])


@pytest.mark.parametrize("name", ["Weather", "2nd", "../out", "a--b", ""])
def test_a_name_that_is_none_is_refused_with_a_better_one(tmp_path: Path, name: str) -> None:
    refused = call("new", name, "--in", str(tmp_path))
    assert refused.exit_code == 2
    assert "moe plugin new weather" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    assert call("new", "moe-plugin-calm", "--in", str(tmp_path)).exit_code == 0
    refused = call("new", "calm", "--in", str(tmp_path))
    assert refused.exit_code == 2
    assert "is there already" in refused.stderr


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    refused = call("check", str(tmp_path))
    assert refused.exit_code == 2
    assert "holds no pyproject.toml" in refused.stderr


def test_a_wheel_that_moe_would_not_find_or_that_lacks_things_is_told(tmp_path: Path) -> None:
    call("new", "calm", "--in", str(tmp_path))
    folder = tmp_path / "moe-plugin-calm"
    package = folder / "moe_plugin_calm"
    package.mkdir()
    module = folder / "moe_plugin_calm.py"
    (package / "__init__.py").write_text(module.read_text().replace("MOE_API_VERSION = 1", "MOE_API_VERSION = 9"))
    module.unlink()
    (package / "calm.moe").write_text("FROM x:1\n")
    project = folder / "pyproject.toml"
    text = project.read_text().replace('dependencies = ["moe-core"]\n', "")
    project.write_text(text + '\n[tool.flit.external-data]\ndirectory = "data"\n')
    (folder / "data").mkdir()
    told = call("check", "--offline", "--json", str(folder))
    report = json.loads(told.stdout)
    assert told.exit_code == 1
    assert report["modules"] == ["moe_plugin_calm"]
    assert any("does not say that it needs moe" in fault for fault in report["faults"])
    assert any("plugin API 9; this moe has 1" in fault for fault in report["faults"])
    project.write_text(text.replace('[project.entry-points."moe.plugins"]', '[project.entry-points."moe.plugin"]'))
    assert "moe does not find it" in call("check", "--offline", str(folder)).stdout
    project.write_text("[project]\n")
    unasked = call("check", "--offline", str(folder))  # without a backend named, setuptools builds it
    assert unasked.exit_code == 2
    assert "would run code of it" in unasked.stderr
    broken = call("check", "--offline", "--yes", str(folder))
    assert broken.exit_code == 2
    assert "cannot be built" in broken.stderr
