import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.text.tokens import STOP_WORDS, find_terms, fold, iterate_tokens, split_words, stem, stem_all


def folded(text: str) -> list[str]:
    return [token.folded for token in iterate_tokens(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Café's 3rd table", ["the", "cafe", "s", "3rd", "table"]),
        ("Straße Łódź Ærø", ["strasse", "lodz", "aero"]),
        ("re\u0301sume\u0301", ["resume"]),
        ("snake_case", ["snake", "case"]),
        ("日本語", ["日本", "本語"]),
        ("第3回 犬", ["第", "3", "回", "犬"]),
        ("서울시", ["서울", "울시"]),
    ],
)
def test_words_are_folded_and_unspaced_scripts_become_pairs(text: str, expected: list[str]) -> None:
    assert folded(text) == expected


def test_a_number_is_the_same_with_and_without_thousands_separators() -> None:
    assert folded("£68,000 and 1,234,567.50") == ["68000", "and", "1234567", "50"]
    assert find_terms("68,000") == find_terms("68000")
    assert folded("1,2 and 12,34") == ["1", "2", "and", "12", "34"]


def test_voiced_kana_stay_different_words() -> None:
    assert fold("が") != fold("か")


def test_marks_do_not_cut_words_of_scripts_that_need_them() -> None:
    assert [token.text for token in iterate_tokens("हिन्दी में")] == ["हिन्दी", "में"]


def test_terms_have_no_stop_words_and_share_stems() -> None:
    assert find_terms("The mills were turning") == [stem("mill"), stem("turned")]
    assert find_terms(" ".join(sorted(STOP_WORDS))) == []


@given(st.text(max_size=60))
def test_every_token_stands_where_it_says(text: str) -> None:
    tokens = list(iterate_tokens(text))
    assert all(text[token.start : token.end] == token.text and token.text for token in tokens)
    assert [token.start for token in tokens] == sorted(token.start for token in tokens)


@given(st.text(max_size=60))
def test_every_letter_and_digit_is_in_a_token(text: str) -> None:
    held = {place for token in iterate_tokens(text) for place in range(token.start, token.end)}
    assert {place for place, char in enumerate(text) if char.isalnum()} <= held


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll"], max_codepoint=0x24F), min_size=1, max_size=12))
def test_composed_and_decomposed_words_have_the_same_terms(word: str) -> None:
    assert find_terms(unicodedata.normalize("NFC", word)) == find_terms(unicodedata.normalize("NFD", word))


@given(st.text(max_size=60))
def test_terms_are_the_tokens_without_stop_words(text: str) -> None:
    assert find_terms(text) == [stem(token.folded) for token in iterate_tokens(text) if token.folded not in STOP_WORDS]


PIECES = ("1,234", "12,345.6", "7", ",", ".", " ", "ab", "É", "e\u0301", "हि", "3rd", "犬猫", "_")


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_what_else_a_text_holds_changes_no_word(text: str) -> None:
    alone, among = split_words(text), split_words(f"{text}\n1,234 हि")
    assert alone.words == among.words[:-2]
    assert alone.starts == among.starts[:-2]


def test_many_words_have_the_stems_of_each() -> None:
    words = ["mills", "turning", "犬", "3rd", "cafe", ""]
    assert stem_all(words) == [stem(word) for word in words]
