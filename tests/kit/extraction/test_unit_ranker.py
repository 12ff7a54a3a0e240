"""Of units that say a part of the question the likeliest is quoted, or none."""

import pytest
from msgspec.structs import replace

from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.unit_ranker import (
    LIKELIHOOD_MIN,
    POINTED_MIN,
    READ_MAX,
    LikelyUnit,
    UnitWeights,
    are_unlikely,
    choose_likely,
    find_likely,
    load_unit_weights,
)
from moe_kit.extraction.unit_signs import SIGN_NAMES
from moe_kit.extraction.units import split_evidence

OVENS = (
    "# Ovens\n\nThe bread oven must cool down for two hours before it is swept. Its door is of iron.\n\n"
    "The chimney is swept each May by Mr Tarn.\n"
)


def _find(
    question: str, text: str, weights: UnitWeights | None = None, *, reads_closely: bool = False
) -> list[LikelyUnit]:
    evidence = Evidence(evidence_id="e", document="a.md", passage_id="e", start=0, end=len(text), text=text, score=1.0)
    units = split_evidence([evidence])
    query = parse_query(question)
    return find_likely(query, rank_units(query, units), units, weights=weights, reads_closely=reads_closely)


def test_likelihoods_leave_room_for_no_answer():
    likely = _find("how long does the oven cool?", OVENS)
    assert 0.0 < sum(item.likelihood for item in likely) < 1.0
    assert [item.likelihood for item in likely] == sorted((item.likelihood for item in likely), reverse=True)


def test_the_weights_decide_which_unit_is_the_likeliest():
    short = UnitWeights(bias=0.0, signs={"length": -50.0})
    assert _find("how long does the oven cool?", OVENS, short)[0].signed.candidate.unit.text == "Its door is of iron."


def test_what_is_asked_in_other_words_is_quoted():
    chosen = choose_likely(_find("how many hours does the oven have to cool", OVENS))
    assert "two hours" in chosen[0].candidate.unit.text


@pytest.mark.parametrize("question", ["What does the oven cost?", "Who laid the bricks of the oven?"])
def test_another_thing_about_the_same_subject_is_no_answer(question):
    assert not choose_likely(_find(question, OVENS))


def test_nothing_is_chosen_below_the_border():
    best = _find("how many hours does the oven have to cool", OVENS)[0]
    assert choose_likely([replace(best, likelihood=LIKELIHOOD_MIN)])
    assert not choose_likely([replace(best, likelihood=LIKELIHOOD_MIN - 0.01)])


def test_among_few_units_one_that_says_a_part_of_the_question_is_not_chosen():
    few = "The weir was mended in May.\nThe weir has planks.\n"
    wider = "When was the weir behind the old tannery mended and painted?"
    sure = LIKELIHOOD_MIN + 0.1
    assert not choose_likely([replace(_find(wider, few)[0], likelihood=sure)])
    many = few + "".join(f"The weir has plank {number}.\n" for number in range(6))
    assert choose_likely([replace(_find(wider, many)[0], likelihood=sure)])


def test_what_seems_to_say_all_but_is_unlikely_is_no_answer():
    likely = _find("how many hours does the oven have to cool", OVENS)
    pointed = [item.signed.rated for item in likely[:2] if item.signed.rated is not None]
    low = [replace(item, likelihood=POINTED_MIN - 0.01) for item in likely]
    assert are_unlikely(pointed, low)
    assert not are_unlikely(pointed, [replace(low[0], likelihood=POINTED_MIN), *low[1:]])
    assert not are_unlikely(pointed, [])  # nothing is known of them
    assert not are_unlikely([], low)


def test_no_unit_is_chosen_where_none_is_likely():
    never = UnitWeights(bias=-20.0, signs={})
    assert not choose_likely(_find("how long does the oven cool?", OVENS, never))


def test_every_sign_has_a_weight():
    assert set(load_unit_weights().signs) == set(SIGN_NAMES)


HOUSE = "# The house\n\nPets are not admitted. The deposit is 50 euros. Breakfast is served from 8 to 10.\n"


def test_what_answers_in_other_words_is_chosen_where_it_is_read_closely():
    assert not choose_likely(_find("can i bring my dog", HOUSE))
    chosen = choose_likely(_find("can i bring my dog", HOUSE, reads_closely=True))
    assert [item.candidate.unit.text for item in chosen] == ["Pets are not admitted."]


def test_nothing_is_chosen_where_nothing_answers_though_it_is_read_closely():
    assert not choose_likely(_find("what is the password of the wifi", HOUSE, reads_closely=True))


def test_only_the_best_are_read_and_the_others_count_as_unlikely():
    text = "".join(f"The lamp in room {number} is green.\n\n" for number in range(30))
    likely = _find("What colour is the lamp?", text, reads_closely=True)
    assert sum(item.is_read for item in likely) == READ_MAX
    assert all(item.is_read for item in likely[:READ_MAX])


def test_a_figure_that_is_asked_about_must_be_there_though_it_is_read_closely():
    likely = _find("what does room 12 cost", "Room 14 costs 80 euros a night.\n", reads_closely=True)
    assert not choose_likely([replace(item, likelihood=0.99) for item in likely])
