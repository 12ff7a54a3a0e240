"""An index in many pieces, some of whose documents are dead, is the one that its living documents would make."""

import os
import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bundled_reading import update_index
from moe.knowledge.analysis.keys import make_word_key
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.joined.index import JoinedIndex
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.update import generation_writer
from moe.knowledge.index.update.builder import build_index
from moe.knowledge.index.verification import verify_index
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import SearchSetup, Walker
from moe.storage.workspace import open_workspace
from moe_core.contracts.persona import Persona
from plugins.traversals.belief import BeliefTraversal

WORDS = "mill Ada Brook river Tidal Bridge ünï 東京タワー the of was Kent ferry Gull Creek 1912 restored".split()
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(
    lambda words: " ".join(words).capitalize() + "."
)
TEXTS = st.lists(st.one_of(SENTENCES, st.just("\n\n# Ada Brook\n\n")), min_size=1, max_size=40).map(" ".join)
NAMES = st.sampled_from([f"{letter}.{kind}" for letter in "abcde" for kind in ("txt", "md")])
STEPS = st.lists(
    st.tuples(st.dictionaries(NAMES, st.one_of(TEXTS, st.none()), min_size=1, max_size=4), st.integers(0, 1 << 20)),
    min_size=2,
    max_size=7,
)
QUESTIONS = ("Who restored the Tidal Mill at Gull Creek?", "the ferry of Ada Brook", "東京タワー 1912")


def list_entries(index: PassageIndex, table: str) -> dict[int, tuple[list[int], list[int]]]:
    """By key the members, and what is noted of them."""
    postings = getattr(index, table)
    keys = np.unique(np.concatenate(postings.key_columns))
    rows = postings.find_many(keys)
    keys, rows = keys[rows >= 0], rows[rows >= 0]
    entries = {
        key: tuple(column.tolist() for column in postings.row(row))
        for key, row in zip(keys.tolist(), rows, strict=True)
    }
    assert postings.keys_of(rows).tolist() == keys.tolist()
    assert postings.sizes(rows).tolist() == [len(members) for members, _ in entries.values()]
    firsts = zip(*(column.tolist() for column in postings.find_first(rows)), strict=True)
    assert list(firsts) == [(members[0], info[0]) for members, info in entries.values()]
    return entries


def describe(index: PassageIndex) -> dict[str, object]:
    """All that can be told of an index, without the numbers of rows."""
    numbers = np.arange(len(index))
    terms = list_entries(index, "terms")
    rows = index.terms.find_many(terms)
    tokens = index.read_tokens(numbers[::-1])
    word_terms = index.words.terms_of(tokens.words)
    word_keys = index.words.keys_of(tokens.words)
    return {
        "documents": list(index.documents),
        "passages": list(index.passages),
        "texts": index.texts_of(numbers[::-1]),
        "numbers": [index.find_number(passage.passage_id) for passage in index.passages],
        "ranges": [index.passages_of(number) for number in range(index.document_count)],
        "untitled": index.is_untitled(numbers).tolist(),
        "lengths": index.lengths.tolist(),
        "facts": (index.mean_length, index.titled_share, index.fingerprint, len(index)),
        "terms": terms,
        "names": list_entries(index, "names"),
        "phrases": list_entries(index, "phrases"),
        "idf": index.idf_of(rows).tolist(),
        "lower": [index.lower_share_of(row) for row in rows.tolist()],
        "name_idf": index.name_idf_of(numbers).tolist(),
        "phrases_of": [index.phrases.keys_of(index.phrases_of(number)).tolist() for number in numbers.tolist()],
        "name_terms": index.terms.keys_of(index.name_terms.gather(numbers)[1]).tolist(),
        "tokens": (tokens.marks.tolist(), tokens.starts.tolist(), tokens.owners.tolist(), word_keys.tolist()),
        "words": index.words.read_strings(tokens.words),
        "beginnings": index.words.beginnings_of(tokens.words).tolist(),
        "sequence": index.find_sequence(
            np.array([make_word_key("tidal"), make_word_key("mill")], np.uint64), is_capital=np.array([False, False])
        ).tolist(),
        "same words": (index.words.find_many(word_keys) == tokens.words).all(),
        "word terms": np.where(word_terms >= 0, index.terms.keys_of(np.maximum(word_terms, 0)), 0).tolist()
        if len(index)
        else [],
    }


def search(index: PassageIndex, retriever) -> list[object]:
    found = []
    for walkers in ((), (Walker(persona=Persona(name="neutral"), strategy=BeliefTraversal),)):
        library = DocumentLibrary(index, setup=SearchSetup(retriever=retriever, walkers=walkers))
        found += [library.search(question, k=10) for question in QUESTIONS]
    return found


@pytest.fixture
def kept_apart(monkeypatch: pytest.MonkeyPatch) -> random.Random:
    """Has chance say which segments are merged, instead of their sizes."""
    chance = random.Random(0)
    monkeypatch.setattr(
        generation_writer,
        "choose_merged",
        lambda sizes, fresh: {place for place in range(len(sizes)) if chance.random() < 0.2},
    )
    return chance


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_an_index_in_pieces_tells_and_finds_what_one_piece_would(kept_apart, retriever, steps):
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.chdir(folder)
        try:
            store = IndexStore(workspace=open_workspace(folder / ".moe"), project=folder)
            (folder / "docs").mkdir()
            (folder / "docs/keep.txt").write_text("The mill.", encoding="utf-8")
            for files, seed in steps:
                kept_apart.seed(seed)
                for file, text in files.items():
                    (folder / "docs" / file).unlink(missing_ok=True)
                    if text is not None:
                        (folder / "docs" / file).write_text(text, encoding="utf-8")
                update_index(store, add=["docs"])
                index = store.open()
                whole = build_index(index.documents)
                assert describe(index) == describe(whole)
                assert search(index, retriever) == search(whole, retriever)
                assert verify_index(store) == []
        finally:
            os.chdir(before)


def test_small_files_that_come_one_by_one_make_few_segments(store: IndexStore) -> None:
    for number in range(30):
        (store.project / f"{number}.txt").write_text(f"File {number} about mills.", encoding="utf-8")
        update_index(store, add=[f"{number}.txt"])
    generation = store.open_generation()
    assert generation is not None
    assert len(generation.segments) == 1
    assert generation.manifest.passages == 30


@pytest.mark.parametrize("damaged", ["text.bin", "arrays.bin"])
def test_a_segment_that_an_update_does_not_write_is_left_as_it_is(
    store: IndexStore, kept_apart: random.Random, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    monkeypatch.setattr("moe.knowledge.index.generation._MOST_BYTES_COMPARED", 0)
    monkeypatch.setattr(generation_writer, "choose_merged", lambda sizes, fresh: set())
    for name in ("a.txt", "b.txt"):
        (store.project / name).write_text(f"The mill of {name}.", encoding="utf-8")
        update_index(store, add=[name])
    index = store.open()
    assert isinstance(index, JoinedIndex)
    path = store.folder / "seg-000001" / damaged
    data = bytearray(path.read_bytes())
    data[0] ^= 255
    path.write_bytes(data)
    (store.project / "c.txt").write_text("The mill of c.", encoding="utf-8")
    assert update_index(store, add=["c.txt"]).added == ("c.txt",)
    assert next(problem.what for problem in verify_index(store)).startswith(
        f"seg-000001/{damaged} is not what was written"
    )
