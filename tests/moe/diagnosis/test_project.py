"""What `moe doctor` finds out about a project, finding by finding."""

from pathlib import Path

import pytest

from moe.app import App
from moe.diagnosis.finding import Finding
from moe.diagnosis.project import find_project_findings


def find(project: Path, topic: str) -> list[Finding]:
    app = App.open(project, overrides={"system.provider": "extractive"})
    return [finding for finding in find_project_findings(app) if finding.topic == topic]


def test_a_project_s_own_files_are_named(project: Path) -> None:
    (finding,) = find(project, "config")
    assert finding.state == "ok"
    assert str(project / "config" / "system.yaml") in finding.text


@pytest.mark.parametrize(
    ("line", "where"), [("order: [olama]\n", "providers.order"), ("providers: {olama: {}}\n", "providers")]
)
def test_a_provider_that_does_not_exist_is_wrong_wherever_it_is_named(project: Path, line: str, where: str) -> None:
    (project / "config" / "providers.yaml").write_text(line, encoding="utf-8")
    wrong = [finding for finding in find(project, "config") if finding.state == "wrong"]
    assert len(wrong) == 1
    assert wrong[0].text.startswith(f"{where} in config/providers.yaml")
    assert "ollama" in wrong[0].remedy


def test_a_workspace_is_made_by_the_first_run(project: Path) -> None:
    (finding,) = find(project, "workspace")
    assert finding.state == "ok"
    assert "will be made by the first run" in finding.text


def test_an_index_is_missing_then_fresh_then_behind_its_files(project: Path) -> None:
    (missing,) = find(project, "index")
    assert (missing.state, missing.remedy) == ("note", "moe index add PATH")
    App.open(project).index.update(add=[str(project / "docs")])
    (fresh,) = find(project, "index")
    assert fresh.state == "ok"
    assert "2 documents" in fresh.text
    (project / "docs" / "mill.md").write_text("Another text.", encoding="utf-8")
    (project / "docs" / "ferry.txt").unlink()
    (behind,) = find(project, "index")
    assert (behind.state, behind.remedy) == ("note", "moe index add")
    assert "2 files have changed since or gone" in behind.text


def test_nothing_is_wrong_with_a_fresh_project(project: Path) -> None:
    app = App.open(project)
    assert [finding for finding in find_project_findings(app) if finding.state == "wrong"] == []


def test_what_the_experts_learned_is_told_when_it_is_damaged_and_once_it_is_kept_aside(project: Path) -> None:
    assert find(project, "experts") == []
    kept = project / ".moe" / "personas" / "performance.json"
    kept.parent.mkdir(parents=True)
    kept.write_text('{"sceptic": {', encoding="utf-8")
    (damaged,) = find(project, "experts")
    assert (damaged.state, str(kept) in damaged.text) == ("wrong", True)
    App.open(project).personas.ledger.keep_damaged()
    (aside,) = find(project, "experts")
    assert (aside.state, "performance.json.damaged-1" in aside.text) == ("note", True)
