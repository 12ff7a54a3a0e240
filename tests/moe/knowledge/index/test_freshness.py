"""What has become of an index's files is found by looking at them, and read only where that is needed."""

import os
import shutil
from pathlib import Path

import pytest

from bundled_reading import FORMATS, update_index
from moe.contracts.index import SourceChangeKind
from moe.knowledge.index.freshness import find_changes
from moe.knowledge.index.store import IndexStore

Told = list[tuple[str, SourceChangeKind, str]]


def write(path: Path, text: str = "The ferry leaves at nine.\n") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def age(folder: Path) -> None:
    """Make files and folders look as if nobody had touched them for a minute."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (path.stat().st_atime - 60, path.stat().st_mtime - 60))


@pytest.fixture
def aged(store: IndexStore) -> IndexStore:
    """A store whose project has three documents, a broken file and a hidden one; not indexed yet."""
    for name in ("docs/a.txt", "docs/sub/b.txt", "named.txt"):
        write(store.project / name, f"The ferry of {name} leaves at nine.\n")
    write(store.project / "docs/empty.txt", " \n")
    write(store.project / "docs/.hidden.txt")
    age(store.project)
    return store


def look(store: IndexStore) -> Told:
    return [(change.name, change.kind, change.moved_to) for change in find_changes(store, FORMATS)]


def test_without_an_index_nothing_has_changed(store: IndexStore) -> None:
    assert look(store) == []


def test_neither_files_nor_folders_that_look_the_same_are_opened(
    aged: IndexStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    update_index(aged, add=["docs", "named.txt"])
    monkeypatch.setattr("moe.knowledge.index.freshness.read_state", None)
    monkeypatch.setattr("moe.knowledge.index.freshness.list_files", None)
    assert look(aged) == []


def test_each_change_is_told_by_name(aged: IndexStore) -> None:
    update_index(aged, add=["docs", "named.txt"])
    write(aged.project / "docs/a.txt", "Something else.\n")
    (aged.project / "docs/sub/b.txt").rename(aged.project / "docs/c.txt")
    write(aged.project / "docs/sub/new/d.txt")
    (aged.project / "named.txt").unlink()
    assert look(aged) == [
        ("docs/a.txt", SourceChangeKind.EDITED, ""),
        ("docs/sub/b.txt", SourceChangeKind.MOVED, "docs/c.txt"),
        ("docs/sub/new/d.txt", SourceChangeKind.NEW, ""),
        ("named.txt", SourceChangeKind.DELETED, ""),
    ]


def test_a_file_that_is_only_touched_is_told_as_that(aged: IndexStore) -> None:
    update_index(aged, add=["named.txt"])
    (aged.project / "named.txt").touch()
    assert look(aged) == [("named.txt", SourceChangeKind.TOUCHED, "")]
    assert not find_changes(aged, FORMATS)[0].is_behind


def test_a_file_indexed_as_soon_as_it_was_written_has_not_changed(store: IndexStore) -> None:
    write(store.project / "docs/a.txt")
    update_index(store, add=["docs"])
    assert look(store) == []


@pytest.mark.parametrize("add", ["docs", "docs/**", "."])
def test_what_is_new_is_found_from_any_folder(aged: IndexStore, add: str, monkeypatch: pytest.MonkeyPatch) -> None:
    update_index(aged, add=[add])
    write(aged.project / "docs/sub/new.txt")
    write(aged.project / "elsewhere.md") if add == "." else write(aged.project.parent / "elsewhere.md")
    monkeypatch.chdir(aged.project / "docs")
    new = [("docs/sub/new.txt", SourceChangeKind.NEW, "")]
    assert look(aged) == (new if add != "." else [*new, ("elsewhere.md", SourceChangeKind.NEW, "")])
    update_index(aged)
    assert look(aged) == []


def test_what_could_not_be_read_or_was_taken_out_is_not_new(aged: IndexStore) -> None:
    update_index(aged, add=["docs"])
    update_index(aged, remove=["docs/sub"])
    write(aged.project / "docs/sub/late.txt")
    (aged.project / "docs").touch()
    assert look(aged) == []
    write(aged.project / "docs/empty.txt", "Not any more.\n")
    assert look(aged) == [("docs/empty.txt", SourceChangeKind.NEW, "")]


def test_a_folder_that_is_gone_misses_its_files(aged: IndexStore) -> None:
    update_index(aged, add=["docs"])
    shutil.rmtree(aged.project / "docs")
    assert {kind for _, kind, _ in look(aged)} == {SourceChangeKind.DELETED}
