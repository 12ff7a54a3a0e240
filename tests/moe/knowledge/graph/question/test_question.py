"""Reading a question against an index."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe.knowledge.graph.links.mentions import NameReader
from moe.knowledge.graph.question.question import Question, read_question

DOCUMENTS = {
    "Orla Finch": "Orla Finch (born 1902) kept the lamp of Sorrel Light with Ida Vane.",
    "Sorrel Light": "Sorrel Light is a tower in Wexmouth. Its lamp was lit in 1880.",
    "Wexmouth": "Wexmouth is a port. Its harbour has two quays.",
    "Tidal sluice": "A tidal sluice is a gate that shuts by itself.",
    "-notes": "The keeper wrote to Ida Vane about oil. The lamp smoked.",
}


@pytest.fixture(scope="module")
def read(make_index):
    index = make_index(DOCUMENTS)
    names = NameReader(index)

    def read_text(text: str) -> Question:
        return read_question(text, index, names)

    return read_text


def check_sums(question: Question) -> None:
    terms = len(question.terms)
    assert len(set(question.terms)) == terms
    for values in (question.weights, question.relation, question.asked, question.distance):
        assert values.shape == (terms,)
        assert (values >= 0).all()
        assert np.isfinite(values).all()
    total = 1.0 if terms else 0.0
    assert question.weights.sum() == pytest.approx(total)
    assert question.unit_weights.sum() == pytest.approx(total)
    assert question.relation.sum() == pytest.approx(1.0) or not question.relation.any()
    assert (question.asked <= question.relation + 1e-12).all()
    assert (question.distance <= 1).all()
    assert sorted({term for unit in question.units for term in unit}) == list(range(terms))


def test_rare_terms_weigh_more_and_unknown_ones_most(read):
    question = read("Which lamp and quay and zeppelin?")
    weights = dict(zip(question.terms, question.weights, strict=True))
    assert weights["lamp"] < weights["quay"] < weights["zeppelin"]
    check_sums(question)


def test_a_repeated_word_counts_once(read):
    assert read("lamp lamps LAMP lamp").terms == ("lamp",)


def test_names_that_passages_go_by_are_found(read):
    question = read("Where is the light that Orla Finch kept, Sorrel Light?")
    assert [thing.text for thing in question.named] == ["Orla Finch", "Sorrel Light"]
    assert not any(thing.mention.is_lower for thing in question.named)
    assert 0 < question.named[0].share < 1
    assert {question.terms[place] for place in question.name_terms} == {"orla", "finch", "sorrel", "light"}


def test_a_name_written_small_is_found_but_stays_part_of_what_is_asked(read):
    question = read("what does a tidal sluice do in a storm?")
    assert [(thing.text, thing.mention.is_lower) for thing in question.named] == [("tidal sluice", True)]
    assert not question.name_terms


def test_what_is_asked_leaves_out_the_names(read):
    question = read("When was the lamp of Sorrel Light lit?")
    asked = {term for term, weight in zip(question.terms, question.asked, strict=True) if weight > 0}
    assert asked == {"lamp", "lit"}
    assert question.relation.sum() == pytest.approx(1)


def test_phrases_that_no_passage_goes_by_know_who_holds_them(read):
    question = read("What did Ida Vane burn?")
    (phrase,) = question.phrases
    assert phrase.text == "Ida Vane"
    assert not phrase.is_known
    assert phrase.holders.tolist() == [0, 4]
    assert set(phrase.lead_holders.tolist()) <= {0, 4}


def test_a_phrase_that_touches_a_name_is_known(read):
    assert [phrase.is_known for phrase in read("Why did Orla Finch leave?").phrases] == [True]


def test_a_phrase_with_an_unknown_word_is_held_by_nobody(read):
    (phrase,) = read("What did Ida Zorn burn?").phrases
    assert len(phrase.holders) == len(phrase.lead_holders) == 0


def test_the_words_of_a_phrase_that_somebody_holds_belong_together(read):
    question = read("What did Ida Vane burn?")
    assert [tuple(question.terms[term] for term in unit) for unit in question.units] == [("ida", "vane"), ("burn",)]
    assert all(len(unit) == 1 for unit in read("What did Ida Zorn burn?").units)


def test_words_far_from_names_are_far(read):
    question = read("When in the long history of that old and windy shore did the keeper Orla Finch sleep?")
    distance = dict(zip(question.terms, question.distance, strict=True))
    assert distance["histori"] > distance["shore"] > distance["keeper"]
    assert distance["orla"] == 0


def test_units_that_share_a_word_still_weigh_one_together(read):
    question = read("Did Orla Finch or Ida Finch meet Orla Finch?")
    check_sums(question)
    assert len({frozenset(unit) for unit in question.units}) == len(question.units)


@pytest.mark.parametrize(
    "text", ["", " \n", "the of and", "Who is it?", "???", "\x00\x1b[\u200b", "\U0001f600\U0001f680"]
)
def test_a_question_without_content_has_no_terms(read, text):
    question = read(text)
    assert question.terms == ()
    assert question.units == ()
    check_sums(question)


@pytest.mark.parametrize(
    "text",
    [
        "Orla Finch lamp " * 625,
        "a" * 10_000,
        " ".join(f"Word{number}" for number in range(1100)),
        "\U0001f600 Orla\x00Finch \x07 lamp \u202e",
        "京都塔はどこですか " * 100,
        "أين برج الميناء؟",
        "1880 1902 12,000",
        "\ud800 lamp",
    ],
)
def test_long_and_strange_questions_are_read(read, text):
    question = read(text)
    assert question.text == text
    assert question.terms
    check_sums(question)


def test_a_number_is_a_phrase(read):
    assert [phrase.text for phrase in read("What was lit in 1880?").phrases] == ["1880"]


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from("Who Orla Finch the of Ida Vane lamp lit 1880 tidal sluice Zorn , 京都 \x00".split(" ")))
)
def test_every_question_adds_up(read, words):
    check_sums(read(" ".join(words)))


@settings(max_examples=40)
@given(st.text(max_size=80))
def test_any_text_is_a_question(read, text):
    check_sums(read(text))
