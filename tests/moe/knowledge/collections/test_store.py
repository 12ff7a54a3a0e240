"""The collections of a workspace."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bundled_reading import READING
from moe.knowledge.collections.store import CollectionStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import DocumentError, NameUnknownError, RequestError


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "somewhere" / "papers"
    (folder / "minutes").mkdir(parents=True)
    (folder / "mill.md").write_text("# The mill\n\nAda Brook restored the mill.\n", encoding="utf-8")
    (folder / "minutes" / "may.txt").write_text("The wheel was agreed.", encoding="utf-8")
    return folder


@pytest.fixture
def make_store(tmp_path: Path) -> Callable[[str], CollectionStore]:
    return lambda name: CollectionStore(open_workspace(tmp_path / name / ".moe"))


def list_passages(store: CollectionStore, name: str) -> list[tuple[str, int, int, str]]:
    index = store.open_index(name).open()
    assert index is not None
    return [(one.passage_id, one.start, one.end, one.text) for one in index.passages]


def test_the_same_documents_are_the_same_passages_everywhere(
    make_store, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = make_store("here"), make_store("there")
    assert len(here.add("mill", [str(papers)], reading=READING).added) == 2
    papers.parent.rename(tmp_path / "moved")
    monkeypatch.chdir(tmp_path / "moved" / "papers")
    there.add("other", ["../papers"], reading=READING)
    assert list_passages(here, "mill") == list_passages(there, "other")
    assert [passage[0] for passage in list_passages(here, "mill")] == ["papers/mill.md#1", "papers/minutes/may.txt#1"]
    assert here.read("mill").version == there.read("other").version
    assert here.read("mill").files == there.read("other").files


def test_a_file_that_is_added_again_is_replaced_and_others_stay(make_store, papers: Path) -> None:
    store = make_store("here")
    store.add("mill", [str(papers)], reading=READING)
    before = store.read("mill").version
    assert store.add("mill", [str(papers)], reading=READING).unchanged == 2
    assert store.read("mill").version == before
    (papers / "mill.md").write_text("Nora Feld restored the mill.", encoding="utf-8")
    change = store.add("mill", [str(papers / "*.md")], reading=READING)
    assert (change.changed, change.unchanged) == (("papers/mill.md",), 1)
    assert "Nora Feld" in list_passages(store, "mill")[0][3]
    assert store.read("mill").version != before


def test_files_and_collections_are_removed(make_store, papers: Path) -> None:
    store = make_store("here")
    store.add("mill", [str(papers)], reading=READING)
    store.add("copy", [str(papers / "mill.md")], reading=READING)
    with pytest.raises(NameUnknownError, match=r"papers/mil\.md"):
        store.remove("mill", ["papers/mil.md"], reading=READING)
    assert store.remove("mill", ["papers/minutes/may.txt"], reading=READING).removed == ("papers/minutes/may.txt",)
    with pytest.raises(RequestError, match="nothing would be left"):
        store.remove("mill", ["papers/mill.md"], reading=READING)
    assert len(list(store.folder.glob(".contents/*"))) == 1
    store.delete("mill")
    assert store.list_names() == ["copy"]
    assert list_passages(store, "copy")
    store.delete("copy")
    assert not list(store.folder.glob(".contents/*"))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", "-a", "a" * 64, "ä", "a\n"])
def test_a_name_is_no_path(make_store, papers: Path, name: str) -> None:
    store = make_store("here")
    with pytest.raises(RequestError, match="no name for a collection"):
        store.add(name, [str(papers)], reading=READING)
    with pytest.raises(NameUnknownError):
        store.open_index(name)
    assert not store.folder.exists()


def test_where_nothing_can_be_read_no_collection_is_made(make_store, tmp_path: Path) -> None:
    store = make_store("here")
    (tmp_path / "empty.md").write_text(" ", encoding="utf-8")
    for path in ("nowhere", "empty.md"):
        with pytest.raises(DocumentError):
            store.add("mill", [str(tmp_path / path)], reading=READING)
        assert store.list_names() == []


def test_two_files_do_not_share_a_name(make_store, papers: Path, tmp_path: Path) -> None:
    (tmp_path / "mill.md").write_text("Another mill.", encoding="utf-8")
    with pytest.raises(RequestError, match=r"would both be mill\.md"):
        make_store("here").add("mill", [str(papers / "mill.md"), str(tmp_path / "mill.md")], reading=READING)
