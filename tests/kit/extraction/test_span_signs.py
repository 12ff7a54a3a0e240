"""Signs of candidates, and which can't answer at all."""

from moe_kit.extraction.span_candidates import list_candidates, read_sentence
from moe_kit.extraction.span_question import read_span_question
from moe_kit.extraction.span_signs import SpanSigns


def list_fitting(question: str, sentence: str) -> dict[str, list[str]]:
    read = read_span_question(question)
    assert read is not None
    taken = read_sentence(sentence, read.terms, read.words, 0)
    signs = SpanSigns(read, taken)
    return {c.text: signs.list_signs(c) for c in list_candidates(taken) if signs.can_answer(c)}


def test_a_measure_is_answered_by_a_measure_alone():
    assert list(list_fitting("How deep is the lock?", "The lock is 3.4 metres deep and has two gates.")) == [
        "3.4 metres"
    ]


def test_an_amount_is_never_cut():
    found = list_fitting("What does a key cost?", "A lost key costs £25 and a locker £2.")
    assert set(found) == {"£25", "£2"}


def test_what_is_denied_is_no_answer():
    found = list_fitting("Where do bicycles stand?", "Bicycles stand in the cellar, not in the hall.")
    assert "cellar" in found
    assert "hall" not in found


def test_a_day_is_no_place():
    assert "Sunday" not in list_fitting("Where is the meeting?", "The meeting is on Sunday in the library.")


def test_signs_tell_the_border_the_noun_and_the_kind():
    signs = list_fitting("Which guild paid for the lock?", "The lock was paid for by the Weavers guild in 1842.")
    assert {"left-the", "left2-by", "noun-behind"} <= set(signs["Weavers"])
    assert {"is-when", "only-when", "left-in", "right-."} <= set(signs["1842"])


def test_who_is_a_name_or_a_few_plain_words_but_no_verb_and_no_day():
    found = list_fitting("Who is the photographer?", "Nils Oram comes on 9 October in a red van.")
    assert "Nils Oram" in found
    assert not {"9 October", "comes on 9 October", "Nils Oram comes"} & set(found)
