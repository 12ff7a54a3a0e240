import pytest

from moe_kit.extraction.asked import asks_once, find_asked


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What salary does the harbourmaster receive?", {"salari"}),
        ("How many pupils attend the island school?", {"pupil"}),
        ("How many solar panels are on the roof?", {"panel"}),
        ("Who is the chief executive of Northern Skerry Power?", {"chief", "execut"}),
        ("What's the warranty of the battery?", {"warranti"}),
        ("What is the phone number of the office?", {"phone"}),
    ],
)
def test_the_noun_asked_after_is_found(question, asked):
    assert find_asked(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "Who built the lighthouse?",  # a verb, which has synonyms
        "What did the lighthouse cost?",
        "When was it built?",
        "Which country is it in?",  # a kind of answer, which documents leave out
        "What is the Signal Tower?",
        "What salary does she receive, and who pays it?",
        "Describe the lighthouse",
        "",
    ],
)
def test_a_question_without_such_a_noun_has_none(question):
    assert find_asked(question) == frozenset()


def test_two_questions_in_one_do_not_ask_once():
    assert asks_once("What did it cost?")
    assert not asks_once("Who built it and what did it cost?")
