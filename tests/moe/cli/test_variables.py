"""Environment variables that name what is not there."""

import json
from pathlib import Path

import pytest


@pytest.mark.parametrize(("name", "problem"), [("missing", "does not exist"), ("file", "is no folder")])
def test_a_project_that_is_no_folder_is_an_error(moe, project: Path, monkeypatch, name: str, problem: str) -> None:
    (project / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("MOE_PROJECT", str(project / name))
    result = moe("tools", "list")
    assert result.exit_code == 2
    assert f"error: MOE_PROJECT names {project / name}, which {problem}" in result.stderr
    assert "hint: " in result.stderr
    assert result.stdout == ""


def test_a_plugin_path_that_leads_nowhere_is_told_once(moe, project: Path, monkeypatch) -> None:
    monkeypatch.setenv("MOE_PLUGIN_PATH", "/no/such/place")
    for arguments in (
        ("run", "Who restored the mill?", "--docs", "docs", "--json"),
        ("chain", "show", "x", "--docs", "docs"),
        ("tools", "list"),
    ):
        result = moe(*arguments)
        assert result.exit_code == 0, result.stderr
        assert result.stderr.count("MOE_PLUGIN_PATH names /no/such/place, which does not exist") == 1
    quiet = moe("run", "Who restored the mill?", "--docs", "docs", "--json", "--quiet")
    assert quiet.stderr == ""
    assert "MOE_PLUGIN_PATH" in json.loads(quiet.stdout)["chain"]["warnings"][0]
