"""German questions are told by their words and read by the rules for English ones."""

from moe_kit.extraction.german import find_function_words, is_german, put_in_english
from moe_kit.extraction.kinds import AnswerKind, find_asked_kinds


def test_a_question_in_german_is_told() -> None:
    assert is_german("Wann fährt die letzte Fähre?")
    assert not is_german("When was the ferry built in Kiel?")
    assert not is_german("When was the mill that was sold built?")


def test_its_question_words_are_read_in_english() -> None:
    assert put_in_english("Wie viele Boote liegen hier?").startswith("how many")
    assert [asked.kind for asked in find_asked_kinds("Was kostet die Fahrt?")] == [AnswerKind.MONEY]


def test_its_function_words_say_nothing() -> None:
    assert "der" in find_function_words("Wer ist der Kapitän?")
    assert not find_function_words("Who is the captain?")
