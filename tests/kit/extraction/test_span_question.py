"""Questions as the ranker of spans reads them."""

import pytest

from moe_kit.extraction.span_question import read_span_question


@pytest.mark.parametrize(
    ("question", "sort", "nouns"),
    [
        ("What year was the lock built?", "when", {"year"}),
        ("Which river feeds the lock?", "where", {"river", "feed"}),
        ("Which guild paid for the lock?", "which", {"guild", "paid"}),
        ("What feeds the lock?", "which", {"feed"}),
        ("Whose barge sank?", "who", set()),
        ("How deep is the lock?", "measure", set()),
        ("Wer baute die Schleuse?", "who", set()),
        ("Welcher Fluss speist die Schleuse?", "where", {"fluss", "speist"}),
    ],
)
def test_the_nouns_behind_the_question_word_tell_the_sort(question, sort, nouns):
    read = read_span_question(question)
    assert read is not None
    assert (read.sort, read.nouns) == (sort, nouns)


def test_words_without_a_question_word_are_none():
    assert read_span_question("Tell me about the lock") is None
