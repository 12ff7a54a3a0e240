"""Files that change while a question is answered are told."""

import os
from pathlib import Path

import pytest

from bundled_reading import READING, load_library, update_index
from moe.contracts.index import SourceChange, SourceChangeKind
from moe.knowledge.fresh_index import open_fresh
from moe.knowledge.index.store import IndexStore
from moe.knowledge.search import SearchSetup
from moe.knowledge.settings import IndexSettings
from moe.knowledge.source_watch import SourceWatch
from moe.storage.workspace import open_workspace
from moe_core.contracts.retriever import Retriever

NAMES = ("a.txt", "b.txt")
LINES = '{"id": "x", "text": "One."}\n{"id": "y", "text": "Two."}\n'


@pytest.fixture(params=["index", "files"])
def watch(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, retriever: Retriever
) -> SourceWatch:
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        Path(name).write_text("The ferry leaves at nine.\n", encoding="utf-8")
    Path("lines.jsonl").write_text(LINES, encoding="utf-8")
    for path in tmp_path.iterdir():
        os.utime(path, (path.stat().st_atime - 60, path.stat().st_mtime - 60))
    sources = [*NAMES, "lines.jsonl"]
    if request.param == "files":
        found = load_library(sources, setup=SearchSetup(retriever=retriever)).watch
        assert found is not None
        return found
    store = IndexStore(workspace=open_workspace(tmp_path / ".moe"), project=tmp_path)
    update_index(store, add=sources)
    opened = open_fresh(store, IndexSettings(), READING)
    assert opened is not None
    return opened.watch


def test_nothing_has_changed_and_what_is_no_document_is_passed_over(watch: SourceWatch) -> None:
    assert watch.compare(["a.txt", "b.txt", "x", "y", "https://host/page"]) == ()


def test_only_the_files_asked_for_are_looked_at(watch: SourceWatch) -> None:
    Path("a.txt").write_text("Something else.\n", encoding="utf-8")
    assert watch.compare(["b.txt", "x"]) == ()
    assert watch.compare(["a.txt"]) == (SourceChange(name="a.txt", kind=SourceChangeKind.EDITED),)


def test_a_file_of_many_documents_is_told_once(watch: SourceWatch) -> None:
    Path("lines.jsonl").unlink()
    (change,) = watch.compare(["x", "y"])
    assert change.kind is SourceChangeKind.DELETED
