"""The workspace folder."""

import os
import stat
from pathlib import Path

import pytest

from moe.storage.runs import RunStore
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


@pytest.mark.skipif(os.name != "posix", reason="modes of files as POSIX has them")
def test_what_is_recorded_is_nobody_else_s_to_read(tmp_path, make_start):
    workspace = open_workspace(tmp_path / "project" / ".moe")
    with RunStore(workspace) as runs:
        runs.start(make_start())
        runs.flush()
        assert stat.S_IMODE(workspace.folder.stat().st_mode) == 0o700
        files = [path for path in workspace.folder.iterdir() if path.name.startswith("runs.db")]
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(workspace.folder.parent.stat().st_mode) == 0o777 & ~read_umask()


def read_umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask


@pytest.mark.skipif(os.name != "posix", reason="modes of files as POSIX has them")
def test_a_folder_that_was_there_keeps_its_mode(tmp_path):
    folder = tmp_path / ".moe"
    folder.mkdir(mode=0o755)
    open_workspace(folder).create()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
