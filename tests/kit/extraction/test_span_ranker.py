"""The likeliest answer, by learned weights."""

import pytest

from moe_kit.extraction.span_ranker import SpanWeights, load_span_weights, rank_spans

WEIGHTS = SpanWeights(
    signs={"": {"left-by": 2.0}, "who": {"en-caps-True": 2.0}},
    sure=(0.0, 1.0, 1.0, 0.0),
    sorts={"who": 0.5},
    confidence_min=0.4,
)


def test_the_likeliest_words_are_given_with_how_sure_that_is():
    found = rank_spans("Who restored the lock?", ["The lock was restored by Edda Finch in May."], weights=WEIGHTS)
    assert found is not None
    assert found.text == "Edda Finch"
    assert WEIGHTS.confidence_min <= found.confidence < 1


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("Was the lock restored by Edda Finch?", "The lock was restored by Edda Finch in May."),
        ("Who restored the lock and when did it open?", "The lock was restored by Edda Finch in May."),
        ("Who restored the lock?", "| lock | restored by Edda Finch | May |"),
        ("Tell me about the lock", "The lock was restored by Edda Finch in May."),
        ("Who restored the lock?", "The lock is kept by Edda Finch since May."),
        ("Who restored the lock?", "The lock was restored by Finch's aunt in May."),
    ],
)
def test_nothing_is_given_for_yes_or_no_for_two_questions_or_out_of_a_table(question, quote):
    assert rank_spans(question, [quote], weights=WEIGHTS) is None


def test_nothing_is_given_where_two_are_as_likely():
    quotes = ["The lock was restored by Edda Finch.", "The lock was restored by Nils Oram."]
    assert rank_spans("Who restored the lock?", quotes, weights=WEIGHTS) is None


def test_the_shipped_weights_find_a_plain_place():
    found = rank_spans("Where is the archive stored?", ["The archive is stored in Norwick."])
    assert found is not None
    assert found.text == "Norwick"
    assert found.confidence >= load_span_weights().confidence_min


def test_of_two_amounts_none_is_given_where_it_is_not_plain():
    quotes = ["The dock is deep: 3.4 metres in the north, 2 metres in the south."]
    assert rank_spans("How deep is the dock?", quotes) is None
