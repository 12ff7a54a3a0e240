"""What an answer quotes stands in its document, and what damage hides is not told as absent."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bundled_reading import update_index
from moe.knowledge.index.format.files import IndexDamagedError
from moe.knowledge.index.store import IndexStore
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import SearchSetup
from moe.running.citing.scrutiny import scrutinise
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import StorageError
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.retriever import Retriever
from moe_core.contracts.task import Span, Statement, Status, TaskError, TaskResult
from moe_core.testing.values import make_task_result

TEXT = "The lighthouse was built in 1871. Ada Brook designed it.\n"
END = len(TEXT) - 1


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IndexStore:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text(TEXT, encoding="utf-8")
    found = IndexStore(workspace=open_workspace(tmp_path / ".moe"), project=tmp_path)
    update_index(found, add=["notes.txt"])
    return found


@pytest.fixture
def library(store: IndexStore, retriever: Retriever) -> DocumentLibrary:
    index = store.open()
    assert index is not None
    return DocumentLibrary(index, setup=SearchSetup(retriever=retriever))


def quote(text: str, start: int, end: int, document: str = "notes.txt", passage: str = "notes.txt#1") -> Evidence:
    return Evidence(
        evidence_id=f"e{start}", document=document, passage_id=passage, start=start, end=end, text=text, score=1.0
    )


def make_outcome(evidence: Sequence[Evidence]) -> TaskResult:
    spans = [Span(evidence_id=item.evidence_id, start=item.start, end=item.end) for item in evidence]
    statements = (Statement(text="It.", evidence=(s.evidence_id,), spans=(s,)) for s in spans)
    return make_task_result(statements, evidence=evidence)


@pytest.mark.parametrize("passage", ["notes.txt#1", "made up"])
def test_a_quote_that_stands_there_stays_and_a_false_one_goes_with_what_rests_on_it(
    library: DocumentLibrary, passage: str
) -> None:
    true = quote(TEXT[4:14], 4, 14, passage=passage)
    false = quote("lighthouses", 3, 14, passage=passage)
    assert scrutinise(make_outcome([true]), library, ()) == make_outcome([true])
    left = scrutinise(make_outcome([true, false]), library, ())
    assert [statement.evidence for statement in left.statements] == [("e4",)]
    assert left.status is Status.DEGRADED
    assert "do not stand in notes.txt" in left.notes[0]


def test_what_comes_from_elsewhere_is_its_tool_s_to_answer_for(library: DocumentLibrary) -> None:
    outcome = make_outcome([quote("Anything.", 0, 9, document="https://host/page")])
    assert scrutinise(outcome, library, ()) is outcome
    assert scrutinise(outcome, None, ()) is outcome


def flip(store: IndexStore, name: str, place: int) -> None:
    (path,) = store.folder.glob(f"seg-*/{name}")
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ 1]))


@pytest.mark.parametrize("passage", ["notes.txt#1", "made up"])
def test_a_passage_that_is_damaged_after_the_index_was_opened_is_not_quoted(
    store: IndexStore, library: DocumentLibrary, passage: str
) -> None:
    outcome = make_outcome([quote(TEXT[4:14], 4, 14, passage=passage)])
    flip(store, "text.bin", 20)
    with pytest.raises(IndexDamagedError) as caught:
        scrutinise(outcome, library, ())
    assert "moe index verify" in (caught.value.hint or "")


def test_a_search_that_damage_made_fail_is_no_absence(library: DocumentLibrary) -> None:
    gaps = [TaskError(code="tool", message="no"), TaskError(code="storage", message="the index is damaged")]
    with pytest.raises(StorageError, match="the index is damaged"):
        scrutinise(make_outcome([]), library, gaps)
    assert scrutinise(make_outcome([]), library, gaps[:1]) == make_outcome([])


def test_nothing_is_absent_from_an_index_that_was_not_compared(
    store: IndexStore, retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("moe.knowledge.index.generation._MOST_BYTES_COMPARED", 0)
    flip(store, "text.bin", 5)
    index = store.open()
    assert index is not None
    library = DocumentLibrary(index, setup=SearchSetup(retriever=retriever))
    with pytest.raises(IndexDamagedError):
        scrutinise(make_outcome([]), library, ())
    with pytest.raises(IndexDamagedError):
        library.search("submarine", k=3)
