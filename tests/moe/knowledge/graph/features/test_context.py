"""The context of a question: what it is, and what it does to words and links."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.graph.features.context import (
    CONTEXT,
    CONTEXT_PASSAGE_FEATURES,
    cross_words,
    read_context,
)
from moe.knowledge.graph.features.features import LINK_FEATURES, PASSAGE_FEATURES
from moe.knowledge.index.update.builder import build_index
from moe_core import Document

PLACES = {name: place for place, name in enumerate(("bm25", "coverage", "named_surely", "phrase_rare"))}
SHARES = st.floats(0, 1)


def read(rows, titled_share=0.5) -> dict[str, float]:
    context = read_context(np.array(rows, dtype=float), PLACES, titled_share=titled_share)
    return dict(zip(CONTEXT, context.tolist(), strict=True))


def test_it_tells_how_far_the_best_match_by_words_is_ahead_and_what_it_covers():
    found = read([[0.4, 0.9, 0, 0.2], [1.0, 0.7, 0.3, 0], [0.1, 0, 0, 0]])
    assert found == pytest.approx({"titled": 0.5, "naming": 0.3, "margin": 0.6, "cover": 0.7, "phrase": 0.2})


def test_a_passage_alone_is_ahead_of_all():
    assert read([[1.0, 1.0, 0, 0]])["margin"] == 1


def test_passages_without_a_word_of_the_question_are_not_ahead_of_each_other():
    assert 0 <= read([[0.0, 0.0, 1, 0], [0.0, 0.0, 0, 0]])["margin"] <= 1


@given(st.lists(st.tuples(SHARES, SHARES, st.floats(0, 5), st.floats(0, 5)), min_size=1, max_size=6), SHARES)
def test_every_part_of_it_is_a_share(rows, titled_share):
    assert all(0 <= value <= 1 for value in read(rows, titled_share).values())


def test_words_count_by_context():
    values = np.array([[1.0, 0.5, 0, 0], [0.5, 1.0, 0, 0]])
    context = np.arange(1, 6) / 10
    crossed = cross_words(values, PLACES, context)
    assert crossed.shape == (2, len(CONTEXT_PASSAGE_FEATURES))
    named = dict(zip(CONTEXT_PASSAGE_FEATURES, crossed[1].tolist(), strict=True))
    assert named["bm25_titled"] == pytest.approx(0.05)
    assert named["coverage_phrase"] == pytest.approx(0.5)


def test_a_collection_is_titled_as_far_as_its_passages_have_titles_of_their_own():
    texts = {"Pell Mill": "The mill stands.", "": "Nobody swims.", "Skerry": "Nine houses stand there."}
    index = build_index(
        Document(document_id=str(number), title=title, text=text, source="", is_atomic=True)
        for number, (title, text) in enumerate(texts.items())
    )
    assert index.titled_share == pytest.approx(2 / 3)
    assert build_index(()).titled_share == 0


def test_the_context_of_a_question_reaches_its_passages_and_links(make_builder):
    builder = make_builder(
        {
            "Sorrel Light": "Sorrel Light was designed by Orla Finch. Its lamp is red.",
            "Orla Finch": "Orla Finch learned her trade at Bremholm.",
            "-note": "The lamp was red and the rope was long.",
        }
    )
    query = builder.build("Where did the designer of Sorrel Light learn her trade?")
    query.graph.expand(list(query.graph.node_ids()))
    values = query.rows.values
    titled = dict(zip(PASSAGE_FEATURES, values.T, strict=True))
    assert titled["bm25_titled"].tolist() == pytest.approx((2 / 3 * titled["bm25"]).tolist())
    assert titled["bm25_titled"].max() > 0
    links = np.concatenate([log.values for log in query.link_log])
    assert set(links[:, LINK_FEATURES.index("in_titled")].round(6)) == {round(2 / 3, 6)}
