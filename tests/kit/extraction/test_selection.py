from dataclasses import replace

import pytest

from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.selection import SelectionWeights, order_for_reading, select
from moe_kit.extraction.units import split_evidence

QUESTION = "Who built the Skarn lighthouse, and what did it cost?"
BUILT = "The Skarn lighthouse was built by Ada Thorne."
BUILT_AGAIN = "The lighthouse at Skarn was built by Ada Thorne."
COST = "It cost the harbour board 4,200 pounds."


@pytest.fixture
def rank(make_evidence):
    def run(*texts, question=QUESTION):
        evidence = [
            make_evidence(text, name=f"e{place}") if isinstance(text, str) else text for place, text in enumerate(texts)
        ]
        return rank_units(parse_query(question), split_evidence(evidence))

    return run


def read(chosen):
    return [candidate.unit.text for candidate in chosen]


def test_what_adds_something_comes_before_what_says_the_same_again(rank):
    ranking = rank(BUILT, BUILT_AGAIN, COST)
    again, cost = (candidate.score for candidate in ranking.candidates[1:])
    assert again > cost
    assert read(select(ranking, limit=2)) == [BUILT, COST]


def test_the_same_sentence_of_two_documents_is_taken_once(rank):
    ranking = rank(COST, BUILT, COST, question="What did it cost the harbour board?")
    assert read(select(ranking, limit=9, settings=SelectionWeights(redundancy=0.0))) == [COST]


def test_a_sentence_that_brings_little_beside_the_best_is_not_taken_to_fill_the_limit(rank):
    aside = "Herring were landed at the lighthouse quay."
    assert aside not in read(select(rank(BUILT, COST, aside), limit=9))


def test_without_a_word_of_the_question_nothing_is_chosen(rank):
    assert select(rank(question="Who?"), limit=3) == []


def test_a_name_leads_to_the_passage_that_goes_by_it(rank, make_evidence):
    other = make_evidence("The quay is long.", name="quay", title="The quay")
    ada = make_evidence("She kept bees at Leith.", name="ada", title="Ada Thorne")
    assert read(select(rank(BUILT, other, ada), limit=3)) == [BUILT, "She kept bees at Leith."]


def test_a_name_leads_to_no_other_passage_of_its_own_document(make_evidence):
    evidence = [
        replace(make_evidence(text, name=f"e{place}", title="Orm Mill", start=100 * place), document="orm.md")
        for place, text in enumerate(("Ada Brook restored the Orm Mill.", "Nobody swims.", "Bring a rope."))
    ]
    ranking = rank_units(parse_query("Who restored it?"), split_evidence(evidence))
    assert read(select(ranking, limit=6)) == ["Ada Brook restored the Orm Mill."]


def test_sentences_that_stand_side_by_side_are_read_in_the_order_of_their_document(rank):
    ranking = rank("It was lit in 1872. Ada Thorne built it.", COST)
    lit, built, cost = ranking.candidates
    assert order_for_reading([built, cost, lit]) == [lit, built, cost]
    assert order_for_reading([cost, lit]) == [cost, lit]


def test_of_a_table_the_row_that_says_most_is_taken_without_those_that_say_less(make_evidence):
    text = (
        "# Blue iron gates of the quay\n\n| Item | Cost |\n|---|---|\n| blue iron gate with a lock | £4,200 |\n"
        "| blue iron fence | £900 |\n"
    )
    query = parse_query("How much does a blue iron gate with a lock cost?")
    chosen = select(rank_units(query, split_evidence([make_evidence(text)])), limit=6)
    assert read(chosen) == ["| blue iron gate with a lock | £4,200 |"]


def test_what_says_no_word_of_the_question_is_not_taken_for_its_title_alone(make_evidence):
    text = (
        "When all had been agreed between the parish, the miller and the bishop's clerk, and the oak was dry at last, "
        "they built it, as the book of the guild has it, in 1802. The roof burnt in 1911."
    )
    evidence = [make_evidence(text, title="Orm mill")]
    ranking = rank_units(parse_query("When was the Orm mill built?"), split_evidence(evidence))
    assert read(select(ranking, limit=6)) == [text.partition(" The roof")[0]]
