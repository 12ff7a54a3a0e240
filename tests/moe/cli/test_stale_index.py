"""An index that is behind its files: said with every answer, and brought up to date where that is wanted."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

QUESTION = "Who restored the tidal mill?"
NEVER = ("--set", "index.refresh=never")
EDITED = "docs/mill.md has changed since it was indexed"
DELETED = "docs/mill.md is gone since it was indexed"
MOVED = "docs/mill.md has moved to docs/old/mill.md since it was indexed"
NEW = "docs/new.txt is new in a folder that was indexed"
TOUCHED = "docs/mill.md was touched since it was indexed; its content is the same"


def edit(project: Path) -> None:
    path = project / "docs" / "mill.md"
    path.write_text(path.read_text(encoding="utf-8").replace("Ada Brook", "Eve Stone"), encoding="utf-8")


def edit_behind_the_clock(project: Path) -> None:
    """Another content of another size, at the time that the old one had."""
    path = project / "docs" / "mill.md"
    found = path.stat()
    path.write_text("The tidal mill was restored by Eve Stone.\n", encoding="utf-8")
    os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def delete(project: Path) -> None:
    (project / "docs" / "mill.md").unlink()


def move(project: Path) -> None:
    (project / "docs" / "old").mkdir()
    (project / "docs" / "mill.md").rename(project / "docs" / "old" / "mill.md")


def add_one(project: Path) -> None:
    (project / "docs" / "new.txt").write_text("The tidal mill was restored by Eve Stone too.\n", encoding="utf-8")


def touch(project: Path) -> None:
    (project / "docs" / "mill.md").touch()


CHANGES = [(edit, EDITED), (edit_behind_the_clock, EDITED), (delete, DELETED), (move, MOVED), (add_one, NEW)]


@pytest.fixture(autouse=True)
def _indexed(moe, project: Path) -> None:
    for path in (project / "docs", *(project / "docs").iterdir()):
        os.utime(path, (path.stat().st_atime - 60, path.stat().st_mtime - 60))
    assert moe("index", "add", "docs").exit_code == 0


def ask(moe: Any, *options: str) -> Any:
    return moe(*options, "run", QUESTION, "--provider", "extractive", "--strict")


def test_a_fresh_index_says_nothing(moe) -> None:
    result = ask(moe)
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_without_a_refresh_every_change_is_named_and_degrades(moe, project: Path, change, told: str) -> None:
    change(project)
    result = ask(moe, *NEVER)
    assert result.exit_code == 3
    assert f"warning: {told}: run `moe index add`" in result.stderr
    assert "Ada Brook" in result.stdout


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_small_changes_are_taken_in_and_named(moe, project: Path, change, told: str) -> None:
    change(project)
    result = ask(moe)
    assert result.exit_code == 0, result.stderr
    assert f"note: {told}; the index is up to date again" in result.stderr
    assert ("Ada Brook" in result.stdout) == (change in (move, add_one))
    assert ("Eve Stone" in result.stdout) == (change in (edit, edit_behind_the_clock, add_one))
    assert "docs/" not in ask(moe).stderr


def test_a_touched_file_is_named_and_does_no_harm(moe, project: Path) -> None:
    touch(project)
    left = ask(moe, *NEVER)
    assert (left.exit_code, left.stderr) == (0, f"note: {TOUCHED}\n")
    assert f"note: {TOUCHED}; the index is up to date again" in ask(moe).stderr


@pytest.mark.parametrize("options", [("--set", "index.refresh_max_megabytes=0"), ("--set", "index.refresh=ask")])
def test_where_nobody_can_be_asked_other_changes_are_told(moe, project: Path, options: tuple[str, ...]) -> None:
    edit(project)
    result = ask(moe, *options)
    assert result.exit_code == 3
    assert f"{EDITED}: run `moe index add`" in result.stderr


def test_a_new_file_that_cannot_be_read_is_told(moe, project: Path) -> None:
    (project / "docs" / "new.txt").write_bytes(b"\0\1\2" * 99)
    assert "warning: docs/new.txt: " in ask(moe).stderr
    assert "docs/new.txt" not in ask(moe).stderr


def test_an_index_is_not_emptied_unasked(moe, project: Path) -> None:
    (project / "docs").rename(project / "away")
    (project / "docs").mkdir()
    result = ask(moe)
    assert result.exit_code == 3
    assert "docs/ferry.txt is gone since it was indexed" in result.stderr
    assert "Ada Brook" in result.stdout


def test_changes_are_in_the_json_result(moe, project: Path) -> None:
    edit(project)
    arguments = ("run", QUESTION, "--provider", "extractive", "--json")
    left = json.loads(moe(*NEVER, *arguments).stdout)
    assert left["degraded"] is True
    assert [(change["name"], change["kind"], change["is_taken_in"]) for change in left["changes"]] == [
        ("docs/mill.md", "edited", False)
    ]
    assert {"severity": "warning", "text": f"{EDITED}: run `moe index add`"} in left["observer"]["notes"]
    taken_in = json.loads(moe(*arguments).stdout)
    assert (taken_in["degraded"], taken_in["changes"][0]["is_taken_in"]) == (False, True)


def test_a_terminal_is_asked(terminal, project: Path) -> None:
    edit(project)
    arguments = ("--set", "index.refresh=ask", "run", QUESTION, "--provider", "extractive", "--strict")
    code, shown = terminal(*arguments, answer="n")
    assert EDITED in shown
    assert "Bring the index up to date first?" in shown
    assert code == 3
    code, shown = terminal(*arguments, answer="y")
    assert code == 0
    assert "Eve Stone" in shown


def test_many_changes_are_counted(moe, project: Path) -> None:
    for number in range(9):
        (project / "docs" / f"n{number}.txt").write_text("New.\n", encoding="utf-8")
    assert "warning: and 4 more: run `moe index add`" in ask(moe, *NEVER).stderr
    assert "note: and 4 more files" in ask(moe).stderr
