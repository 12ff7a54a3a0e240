"""Reading an index in memory: everything that went in comes out."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bundled_reading import update_index
from moe.knowledge.analysis.entries import COUNT_MASK, IN_NAME
from moe.knowledge.index.update.builder import build_index
from moe.knowledge.loading.passages import split_document
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.evidence import Document, Section
from passage_entries import make_entries

WORDS = st.sampled_from(
    "mill Ada Brook river Tidal Bridge ünï 東京タワー the of e\u0301t\u00e9 \U0001f600 1912".split()
)
TEXTS = st.lists(st.one_of(WORDS, st.sampled_from([".", "\n\n", "# "])), max_size=60).map(" ".join)
LONG = st.builds(lambda text, times: (text + " ") * times, TEXTS, st.sampled_from([1, 1, 12]))


@st.composite
def documents(draw):
    made = []
    for number in range(draw(st.integers(0, 5))):
        text = draw(LONG)
        middle = len(text) // 2
        sections = (Section(title="Prolog Ω", level=1, start=middle, end=len(text)),) if draw(st.booleans()) else ()
        made.append(
            Document(
                document_id=draw(st.sampled_from(["notes/a", "Ä#1", "b", "b#"])) + str(number),
                title=draw(st.one_of(st.just(""), TEXTS)),
                text=text,
                source=f"f{number}.md",
                media_type=draw(st.sampled_from(["text/plain", "text/markdown"])),
                sections=sections,
                is_atomic=draw(st.booleans()),
            )
        )
    return made


@settings(max_examples=40)
@given(documents())
def test_documents_and_passages_come_back_as_they_were(given_documents):
    index = build_index(given_documents)
    expected = [passage for document in given_documents for passage in split_document(document)]
    assert list(index.documents) == given_documents
    assert list(index.passages) == expected
    assert len(index) == len(expected)
    for number, passage in enumerate(expected):
        assert index.texts_of(np.array([number])) == [passage.text]
        assert index.find_number(passage.passage_id) == number
    for number, document in enumerate(given_documents):
        assert index.find_document_number(document.document_id) == number
        assert index.get_document(document.document_id) == document
        assert {index.passages[place].document_id for place in index.passages_of(number)} <= {document.document_id}


@settings(max_examples=40)
@given(documents())
def test_tables_hold_what_the_analysis_finds(given_documents):
    index = build_index(given_documents)
    frequencies: Counter[int] = Counter()
    found = []
    for document in given_documents:
        for place, passage in enumerate(split_document(document)):
            found.append(make_entries(passage, is_first=place == 0))
            frequencies.update(found[-1].terms.keys())
    assert len(index.terms) == len(frequencies)
    for number, entries in enumerate(found):
        for table, expected in ((index.terms, entries.terms), (index.names, entries.names)):
            for key, info in expected.items():
                members, infos = table.row(table.find(key))
                assert infos[members.tolist().index(number)] == info
        assert {int(index.phrases.keys[row]) for row in index.phrases_of(number)} == set(entries.phrases)
        idf = sum(
            math.log(1 + (len(found) - frequencies[key] + 0.5) / (frequencies[key] + 0.5))
            for key, info in entries.terms.items()
            if info & IN_NAME
        )
        assert index.name_idf_of(np.array([number]))[0] == pytest.approx(idf, rel=1e-5)
    assert index.lengths.tolist() == [entries.length for entries in found]
    assert index.mean_length == pytest.approx(sum(index.lengths.tolist()) / max(1, len(found)))
    assert all(size & COUNT_MASK for size in index.terms.info.tolist())


def make(document_id: str, *, is_atomic: bool = False) -> Document:
    return Document(document_id=document_id, title="", text="Some words.", source="s", is_atomic=is_atomic)


def test_a_mistyped_id_is_answered_with_near_ones():
    index = build_index([make("papers/mill.md"), make("papers/ferry.txt")])
    with pytest.raises(NameUnknownError) as caught:
        index.get_document("papers/mil.md")
    assert caught.value.near[0] == "papers/mill.md"
    with pytest.raises(NameUnknownError) as caught:
        index.get_document("ferry.txt")
    assert caught.value.near[0] == "papers/ferry.txt"


@pytest.mark.parametrize("passage_id", ["", "a", "a#0", "a#2", "a#01", "b#1", "a#x", "zzz", "a#99999999999999999999"])
def test_ids_of_no_passage_are_not_found(passage_id):
    index = build_index([make("a"), make("b", is_atomic=True)])
    assert index.find_number(passage_id) is None
    assert index.find_number("a#1") == 0
    assert index.find_number("b") == 1


def test_sequences_count_from_both_ends_and_in_slices():
    index = build_index([make(name) for name in "abc"])
    assert index.passages[-1].document_id == "c"
    assert [document.document_id for document in index.documents[1:]] == ["b", "c"]
    with pytest.raises(IndexError):
        index.passages[3]


def test_text_that_is_no_unicode_survives():
    text = "Broken \ud800 half of a pair. More."
    index = build_index([Document(document_id="x", title="\udfff", text=text, source="s")])
    assert index.get_passage(0).text == text
    assert index.documents[0].title == "\udfff"


def test_an_index_of_nothing_is_empty():
    index = build_index([])
    assert (len(index), len(index.documents), index.mean_length, list(index.passages)) == (0, 0, 0.0, [])
    assert index.terms.find(1) == -1


@given(first=st.lists(documents(), min_size=2, max_size=2))
def test_equal_documents_have_equal_fingerprints_and_others_have_others(first):
    one, other = first
    assert build_index(one).fingerprint == build_index(one).fingerprint
    assert (build_index(one).fingerprint == build_index(other).fingerprint) == (one == other)


def test_documents_without_a_passage_are_told_apart_by_what_they_are():
    first, second = (replace(make("a", is_atomic=is_atomic), text=" ") for is_atomic in (False, True))
    assert build_index([first]).fingerprint != build_index([second]).fingerprint


def test_an_opened_index_goes_by_its_files(store, tmp_path):
    (tmp_path / "a.txt").write_text("The mill was built in 1812.", encoding="utf-8")
    update_index(store, add=[str(tmp_path / "a.txt")])
    first = store.open()
    assert first.fingerprint == store.open().fingerprint
    (tmp_path / "a.txt").write_text("The mill was built in 1813.", encoding="utf-8")
    update_index(store)
    assert store.open().fingerprint != first.fingerprint
