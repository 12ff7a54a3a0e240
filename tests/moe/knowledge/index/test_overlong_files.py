"""What one file may take of the time: to be read, and to be indexed after that."""

import json
import time
from collections.abc import Callable
from io import BytesIO
from itertools import count
from pathlib import Path
from random import Random

import numpy as np
import pytest

from bundled_reading import READING, load_library, read_with, update_index
from moe.contracts.documents import SourceNote
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update.builder import IndexBuilder
from moe.knowledge.index.update.refresh import refresh_index
from moe.knowledge.loading.document_reader import DocumentReader
from moe.knowledge.loading.setup import ReadingSetup
from moe.knowledge.loading.sources import SourceFile
from moe.knowledge.search import SearchSetup
from moe.knowledge.settings import DocumentSettings, IndexSettings
from moe_core.contracts.errors import DocumentError
from moe_core.contracts.evidence import Document

GOOD = "The tidal mill was restored in 1871."
QUICK = read_with(DocumentSettings(seconds=0.03))


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are long from some thousand characters: small enough to be read here, without a process or its wall."""
    monkeypatch.setattr("moe.knowledge.index.update.builder._MOST_WAITING", 16)
    monkeypatch.setattr("moe.knowledge.index.update.builder._MOST_CHARACTERS", 16_000)


def make_slow(characters: int = 240_000) -> str:
    """Words that never come twice, without a space: a moment of reading, and as much indexing as can be."""
    return "".join(Random(1).choices("abcdefghij.", k=characters))


def make_document(name: str, text: str) -> Document:
    return Document(document_id=name, title=name, text=text, source=name)


@pytest.mark.usefixtures("small_steps")
def test_a_file_that_takes_long_to_index_costs_itself_only(write, setup: SearchSetup) -> None:
    write("docs/a.txt", make_slow())
    write("docs/b.txt", GOOD)
    loaded = load_library(["docs"], setup=setup, reading=QUICK)
    assert [document.document_id for document in loaded.library.documents()] == ["docs/b.txt"]
    assert [str(note) for note in loaded.notes] == ["docs/a.txt: needed more than 0.03 seconds to index"]


@pytest.mark.usefixtures("small_steps")
def test_a_named_file_that_takes_long_to_index_is_an_error_with_the_setting_to_raise(write, setup) -> None:
    write("a.txt", make_slow())
    with pytest.raises(DocumentError, match=r"a\.txt needed more than 0\.03 seconds to index") as caught:
        load_library(["a.txt"], setup=setup, reading=QUICK)
    assert "system.documents.seconds" in (caught.value.hint or "")


@pytest.mark.usefixtures("small_steps")
def test_one_long_line_of_a_corpus_costs_itself_only(store: IndexStore) -> None:
    lines = {"a": GOOD, "b": make_slow(), "c": GOOD * 2}
    corpus = store.project / "c.jsonl"
    corpus.write_text("".join(json.dumps({"id": key, "text": text}) + "\n" for key, text in lines.items()))
    (store.project / "d.txt").write_text(GOOD)
    change = update_index(store, add=["."], reading=QUICK)
    assert (change.documents, change.added) == (3, ("c.jsonl", "d.txt"))
    assert [note.path for note in change.notes] == ["b"]
    index = store.open()
    assert index is not None
    assert [document.document_id for document in index.documents] == ["a", "c", "d.txt"]
    assert update_index(store, reading=QUICK).unchanged == 2


@pytest.mark.usefixtures("small_steps")
def test_a_file_of_an_index_that_takes_long_to_index_is_not_read_again_until_it_changes(store: IndexStore) -> None:
    (store.project / "a.txt").write_text(make_slow())
    (store.project / "b.txt").write_text(GOOD)
    first = update_index(store, add=["."], reading=QUICK)
    assert (first.added, [note.path for note in first.notes]) == (("b.txt",), ["a.txt"])
    assert update_index(store, reading=QUICK).notes == ()


@pytest.mark.parametrize("waiting", [0, 3])
def test_a_document_that_is_given_up_leaves_no_trace(waiting: int) -> None:
    before = [make_document(f"{number}", GOOD * number) for number in range(1, waiting + 1)]
    texts = BytesIO(), BytesIO()
    spoiled, sound = map(IndexBuilder, texts)
    for document in before:
        spoiled.add(document)
        sound.add(document)
    with pytest.raises(TimeoutError):
        spoiled.add(make_document("slow", make_slow(2_000_000)), fail_at(2))
    for builder in (spoiled, sound):
        builder.add(make_document("z", GOOD))
    arrays, expected = spoiled.finish(), sound.finish()
    assert texts[0].getvalue() == texts[1].getvalue()
    assert [name for name in expected if not np.array_equal(arrays[name], expected[name])] == []


def fail_at(place: int) -> Callable[[], None]:
    calls = count(1)

    def check() -> None:
        if next(calls) == place:
            raise TimeoutError

    return check


def end_in(seconds: float, *, is_waived: bool = True) -> ReadingSetup:
    return READING.end_by(time.time() + seconds, is_waived=is_waived)


class WorkClock:
    """Time that passes by what is done, in place of the module `time`."""

    def __init__(self) -> None:
        self.now = 1_900_000_000.0
        self.time = self.monotonic = self.thread_time = lambda: self.now

    def index_slowly(self, document: Document, check: Callable[[], None]) -> None:
        """Indexing that takes a fifth of a second, and for ever where the document says so."""
        self.now += 0.2
        check()
        while document.text == "for ever":
            self.now += 0.02
            check()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> WorkClock:
    clock = WorkClock()
    monkeypatch.setattr("moe.knowledge.loading.file_time.time", clock)
    return clock


def test_of_a_deadline_indexing_a_file_takes_no_more_than_half(clock: WorkClock) -> None:
    builder, notes, began = IndexBuilder(BytesIO()), list[SourceNote](), clock.now
    slow, good = (SourceFile(path=Path(name), document_id=name) for name in ("a.txt", "b.txt"))
    with DocumentReader(READING.end_by(clock.now + 4.0)) as reader:
        assert not reader.index(slow, make_document("a.txt", "for ever"), clock.index_slowly, notes)
        assert clock.now - began == pytest.approx(2.0, abs=0.05)
        assert reader.index(good, make_document("b.txt", GOOD), builder.add, notes)
    assert builder.document_count == 1
    assert notes[0].reason.endswith("seconds to index; the deadline leaves it no more")


def test_of_a_deadline_a_corpus_of_many_lines_takes_no_more_than_half_and_is_told_once(clock: WorkClock) -> None:
    builder, notes = IndexBuilder(BytesIO()), list[SourceNote]()
    corpus, good = (SourceFile(path=Path(name), document_id=name) for name in ("a.jsonl", "b.txt"))
    with DocumentReader(READING.end_by(clock.now + 4.0)) as reader:
        documents = [make_document(f"n{number}", GOOD) for number in range(20)]
        taken = [reader.index(corpus, document, clock.index_slowly, notes) for document in documents]
        assert reader.index(good, make_document("b.txt", GOOD), builder.add, notes)
    assert taken[0]
    assert not taken[-1]
    assert [note.path for note in notes] == ["a.jsonl"]


def test_of_a_deadline_reading_takes_no_more_than_half(write, setup: SearchSetup) -> None:
    write("docs/a.html", "<p " + " ".join(f"a{number}=1" for number in range(500_000)) + ">x</p>")
    write("docs/b.html", f"<p>{GOOD}</p>")
    started = time.monotonic()
    loaded = load_library(["docs"], setup=setup, reading=end_in(8.0))
    assert time.monotonic() - started < 8.0
    assert [document.document_id for document in loaded.library.documents()] == ["docs/b.html"]
    assert loaded.notes[0].reason.endswith("seconds to read; the deadline leaves it no more")


@pytest.mark.usefixtures("small_steps")
def test_a_deadline_leaves_nothing_out_of_an_index_for_good(store: IndexStore) -> None:
    (store.project / "a.txt").write_text(GOOD)
    update_index(store, add=["."])
    (store.project / "b.txt").write_text(make_slow())
    refreshed = refresh_index(store, store.load_table(), IndexSettings(), end_in(0.1, is_waived=False))
    assert [(change.name, change.is_taken_in) for change in refreshed.changes] == [("b.txt", False)]
    assert update_index(store).added == ("b.txt",)
