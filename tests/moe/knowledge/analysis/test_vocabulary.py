from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.analysis.keys import make_word_key
from moe.knowledge.analysis.marks import IS_CAPITAL, IS_LOWER
from moe.knowledge.analysis.vocabulary import IS_CONNECTOR, IS_STOP_WORD, MARK, Vocabulary
from moe_core.text.tokens import STOP_WORDS, fold, stem

WRITTEN = ("The", "the", "Mills", "mill", "Łódź", "of", "1,234", "1234", "犬", "CAFÉ")
WORDS = st.lists(st.sampled_from(WRITTEN), max_size=8)


@given(WORDS, WORDS)
def test_words_keep_their_numbers_and_have_the_keys_of_their_folded_forms_and_stems(
    first: list[str], second: list[str]
) -> None:
    vocabulary = Vocabulary()
    before = vocabulary.read(first).tolist()
    numbers = vocabulary.read(second)
    assert vocabulary.read(first).tolist() == before
    columns = vocabulary.build_columns()
    table, places = vocabulary.gather(columns.folded[numbers])
    for written, place in zip(second, places.tolist(), strict=True):
        folded = fold(written)
        assert table.strings[place] == folded
        assert int(table.keys[place]) == make_word_key(folded)
        assert int(table.term_keys[place]) == (0 if folded in STOP_WORDS else make_word_key(stem(folded)))
    assert table.keys.tolist() == sorted(table.keys.tolist())


def test_traits_are_of_the_word_as_written_and_of_its_folded_form() -> None:
    vocabulary = Vocabulary()
    numbers = vocabulary.read(["Mill", "mill", "Of", "of"])
    traits = vocabulary.build_columns().traits[numbers].tolist()
    assert [trait & MARK for trait in traits] == [IS_CAPITAL, IS_LOWER, IS_CAPITAL, IS_LOWER]
    assert [bool(trait & IS_STOP_WORD) for trait in traits] == [False, False, True, True]
    assert [bool(trait & IS_CONNECTOR) for trait in traits] == [False, False, True, True]
