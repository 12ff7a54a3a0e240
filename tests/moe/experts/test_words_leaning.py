"""What feedback says of words alone beside walks."""

import math

from hypothesis import given
from hypothesis import strategies as st

from moe.contracts.search import WordsTrial
from moe.experts.words_leaning import WordsLeaning, load_leaning, write_leaning

CHANCES = st.floats(min_value=0, max_value=1)


def trial(chance: float, *, finds_more: bool) -> WordsTrial:
    return WordsTrial(chance=chance, words=0.5, walk=1.0 if finds_more else 0.5)


def test_walks_that_find_no_more_make_them_less_likely_to_and_others_likelier():
    seldom = WordsLeaning().learn([trial(0.1, finds_more=False)] * 50)
    assert (seldom.shift < -0.5, seldom.questions) == (True, 50)
    assert WordsLeaning().learn([trial(0.1, finds_more=True)] * 3).shift > 0.5


def test_a_walk_that_finds_less_than_words_does_not_find_more():
    assert not WordsTrial(chance=0.1, words=1.0, walk=0.5).finds_more


def test_it_comes_near_the_likeliest_shift_and_stays_where_chances_are_right():
    trials = [trial(0.2, finds_more=number % 5 == 0) for number in range(500)]
    assert abs(WordsLeaning().learn(trials).shift) < 0.1
    rarer = [trial(0.2, finds_more=number % 20 == 0) for number in range(2000)]
    wanted = math.log(0.05 / 0.95) - math.log(0.2 / 0.8)
    assert abs(WordsLeaning().learn(rarer).shift - wanted) < 0.15


@given(st.lists(st.tuples(CHANCES, st.booleans()), max_size=30), CHANCES)
def test_one_more_question_moves_it_towards_its_outcome_and_never_far(known, chance):
    before = WordsLeaning().learn([trial(one, finds_more=found) for one, found in known])
    more = before.observe(trial(chance, finds_more=True))
    none = before.observe(trial(chance, finds_more=False))
    assert none.shift <= before.shift <= more.shift
    assert more.shift - none.shift <= 1 / WordsLeaning().precision
    assert more.precision >= before.precision


def test_it_is_kept_and_a_file_that_cannot_be_read_teaches_nothing(tmp_path):
    path = tmp_path / "words.json"
    assert load_leaning(path) == WordsLeaning()
    leaning = WordsLeaning().learn([trial(0.1, finds_more=True)])
    write_leaning(path, leaning)
    assert load_leaning(path) == leaning
    for damaged in ("{", '{"shift": 1e9}', '{"precision": 0}', "[]"):
        path.write_text(damaged)
        assert load_leaning(path) == WordsLeaning()
