"""Runs of words that may be an answer."""

from moe_core.text.tokens import find_terms
from moe_kit.extraction.span_candidates import list_candidates, read_sentence


def list_texts(sentence: str, *terms: str) -> list[str]:
    read = read_sentence(sentence, dict.fromkeys(terms, 1.0), terms, 0)
    return [candidate.text for candidate in list_candidates(read)]


def test_what_the_question_says_itself_is_no_candidate():
    found = list_texts("The old lock was built by Edda.", *find_terms("old lock"))
    assert "old lock" not in found
    assert "Edda" in found


def test_no_candidate_begins_or_ends_with_a_small_word_or_runs_over_a_border():
    found = list_texts("The keeper of the lock (a widow) left.")
    assert "keeper of the lock" in found
    assert not any(text.endswith(("of", "the")) or text.startswith(("The", "of")) or "(" in text for text in found)


def test_addresses_initials_and_possessive_names_stay_whole():
    assert "ask@lock.example" in list_texts("Write to <ask@lock.example>.")
    assert "/etc/lock.toml" in list_texts("It is in `/etc/lock.toml`.")
    assert "Nils B. Oram" in list_texts("It was Nils B. Oram.")
    assert "Tanner's Row" in list_texts("It stops in Tanner's Row.")


def test_a_list_of_names_may_be_long():
    names = "Edda Finch, Nils Oram, Rolf Aune and Mira Tove"
    assert names in list_texts(f"It was dug by {names}.")


def test_how_much_of_the_question_a_sentence_says_is_told():
    read = read_sentence("The lock is old.", {"lock": 1.0, "bridg": 1.0}, ("lock", "bridg"), 0)
    assert read.covered == 0.5
