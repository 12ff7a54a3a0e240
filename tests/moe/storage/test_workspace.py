"""The workspace folder."""

from pathlib import Path

import pytest

from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import StorageError


def test_opening_a_workspace_makes_nothing(tmp_path):
    workspace = open_workspace(tmp_path / ".moe")
    assert not workspace.exists()
    assert list(tmp_path.iterdir()) == []


def test_creating_a_workspace_hides_it_from_git(tmp_path):
    workspace = open_workspace(tmp_path / "deep" / ".moe")
    workspace.create()
    workspace.create()
    assert workspace.exists()
    assert (workspace.folder / ".gitignore").read_text() == "*\n"


def test_a_folder_that_holds_something_keeps_its_own_git_rules(tmp_path):
    (tmp_path / "paper.md").write_text("text")
    open_workspace(tmp_path).create()
    assert not (tmp_path / ".gitignore").exists()


def test_a_workspace_does_not_move_with_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    workspace = open_workspace(Path(".moe"))
    monkeypatch.chdir("/")
    assert workspace.runs_path == tmp_path / ".moe" / "runs.db"


def test_a_file_in_the_way_is_an_error_with_a_remedy(tmp_path):
    (tmp_path / ".moe").write_text("")
    with pytest.raises(StorageError) as caught:
        open_workspace(tmp_path / ".moe").create()
    assert ".moe" in caught.value.message
    assert "system.workspace" in caught.value.hint
