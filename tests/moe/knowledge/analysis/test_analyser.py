"""What a passage adds to the index."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.analysis.entries import (
    COUNT_MASK,
    IN_LEAD,
    IN_LOWER_CASE,
    IN_NAME,
    WEIGHT_SCALE,
    make_beginning_keys,
)
from moe.knowledge.analysis.keys import make_name_key, make_word_key
from moe.knowledge.analysis.marks import STARTS_SENTENCE
from moe_core.testing.values import make_passage
from moe_core.text.tokens import find_terms, stem
from passage_entries import list_entries, make_entries

TEXTS = st.lists(st.sampled_from("Orla the mill Mill, . 京都 é 1880 \n\n # (born 1902) of *** is".split(" "))).map(
    " ".join
)


def term(word: str) -> int:
    return make_word_key(stem(word))


def name(text: str) -> int:
    return make_name_key(make_word_key(word) for word in text.split())


def test_terms_of_title_section_and_text_are_counted():
    entries = make_entries(make_passage("Oats and oats.", title="Mill", section="Store"))
    counts = {key: info & COUNT_MASK for key, info in entries.terms.items()}
    assert counts == {term("oats"): 2, term("mill"): 1, term("store"): 1}
    assert entries.length == 4


def test_counts_stop_at_what_fits():
    entries = make_entries(make_passage("oats " * 100))
    assert entries.terms[term("oats")] & COUNT_MASK == 31
    assert entries.length == 100


def test_flags_tell_the_lead_the_name_and_small_letters():
    entries = make_entries(make_passage("It grinds oats. Oats are dear. Barley too. Rye.", title="Elm Mill"))
    assert entries.terms[term("elm")] & (IN_LEAD | IN_NAME | IN_LOWER_CASE) == IN_LEAD | IN_NAME
    assert entries.terms[term("oats")] & (IN_LEAD | IN_NAME | IN_LOWER_CASE) == IN_LEAD | IN_LOWER_CASE
    assert entries.terms[term("barley")] & (IN_LEAD | IN_NAME | IN_LOWER_CASE) == 0


def test_without_a_title_the_lead_is_two_sentences_of_text():
    entries = make_entries(make_passage("Rain fell. Wind blew. Snow came."))
    assert [bool(entries.terms[term(word)] & IN_LEAD) for word in ("rain", "wind", "snow")] == [True, True, False]


def test_the_title_as_first_heading_counts_once():
    entries = make_entries(make_passage("Text.", title="Mill", section="Mill > Wheel"))
    assert entries.terms[term("mill")] & COUNT_MASK == 1
    assert entries.terms[term("wheel")] & COUNT_MASK == 1


def test_a_heading_that_only_begins_like_the_title_stays_whole():
    entries = make_entries(make_passage("Text.", title="Harbour", section="Harbourmaster"))
    assert term("harbourmaster") in entries.terms
    assert term("master") not in entries.terms


def test_sentences_begin_where_they_do():
    entries = make_entries(make_passage("Rain fell. Wind blew.", title="Day", section="Noon hour"))
    starts = [bool(mark & STARTS_SENTENCE) for mark in entries.marks]
    assert entries.words == ["day", "noon", "hour", "rain", "fell", "wind", "blew"]
    assert starts == [True, True, False, True, False, True, False]


def test_names_have_weights_from_one_to_the_scale():
    entries = make_entries(make_passage("It grinds.", title="Elm Mill (Sorrel)"))
    assert entries.names[name("elm mill sorrel")] == WEIGHT_SCALE
    assert entries.names[name("elm mill")] == round(0.9 * WEIGHT_SCALE)


def test_a_person_is_found_by_the_beginning_of_a_given_name():
    entries = make_entries(make_passage("Orla Finch (born 1902) kept the light."))
    beginnings = [make_name_key((key, make_word_key("finch"))) for key in make_beginning_keys("orla")]
    weights = [entries.names[key] for key in beginnings]
    assert weights == sorted(weights, reverse=True)
    assert all(weight < entries.names[name("orla finch")] for weight in weights)
    assert not set(beginnings) & make_entries(make_passage("It is lit.", title="Orla Finch")).names.keys()


def test_phrases_tell_whether_they_stand_in_the_lead():
    entries = make_entries(make_passage("By Ida Vane. Wind blew. With Jory Pell. Ida Vane left.", title="Walk"))
    assert entries.phrases[name("ida vane")] == 1
    assert entries.phrases[name("jory pell")] == 0


def test_headings_above_several_passages_are_no_phrases_of_the_later_ones():
    passage = make_passage("By Ida Vane.", title="Elm Mill", section="Elm Mill > Old Wheel")
    own, headings = {name("ida vane")}, {name("elm mill"), name("old wheel")}
    assert make_entries(passage, is_first=True).phrases.keys() == own | headings
    assert make_entries(passage, is_first=False).phrases.keys() == own


@pytest.mark.parametrize("text", ["", "***", "\n\n", "the of and", "\x00\x01", "\U0001f600 \U0001f680"])
def test_a_passage_without_words_adds_no_terms(text):
    entries = make_entries(make_passage(text))
    assert (dict(entries.terms), entries.length, dict(entries.phrases)) == ({}, 0, {})


@given(TEXTS, TEXTS, st.booleans())
def test_terms_are_those_of_the_corpus_and_all_fits_its_bits(text, title, is_first):
    entries = make_entries(make_passage(text, title=title), is_first=is_first)
    expected = Counter(map(make_word_key, find_terms(title) + find_terms(text)))
    assert {key: info & COUNT_MASK for key, info in entries.terms.items()} == {
        key: min(count, 31) for key, count in expected.items()
    }
    assert entries.length == expected.total()
    assert len(entries.words) == len(entries.marks)
    assert all(1 <= weight <= WEIGHT_SCALE for weight in entries.names.values())
    assert set(entries.phrases.values()) <= {0, 1}
    assert all(info < 256 for info in entries.terms.values())


@given(st.lists(st.tuples(TEXTS, TEXTS, st.booleans()), max_size=4))
def test_passages_read_together_are_as_those_read_alone(parts):
    passages = [(make_passage(text, title=title), is_first) for text, title, is_first in parts]
    assert list_entries(*passages) == [make_entries(passage, is_first=is_first) for passage, is_first in passages]
