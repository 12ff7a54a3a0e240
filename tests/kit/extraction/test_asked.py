import pytest

from moe_kit.extraction.asked import asks_latest, asks_once, find_asked


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


@pytest.mark.parametrize(
    "question",
    [
        "What was the name of the vet who came?",
        "Which village stood there when the water was low?",
        "how many votes did she get when she stayed treasurer",
    ],
)
def test_a_clause_about_what_is_asked_for_is_no_question_of_its_own(question: str) -> None:
    assert asks_once(question)


@pytest.mark.parametrize(
    "question",
    ["When was it built and by whom?", "Who painted it, and when?", "What is it? Where is it?"],
)
def test_a_second_question_stands_behind_a_joint(question: str) -> None:
    assert not asks_once(question)


@pytest.mark.parametrize(
    ("question", "is_latest"),
    [
        ("What is the latest version of tidemark?", True),
        ("When was the newest release published?", True),
        ("What changed in the latest version?", True),
        ("How long are messages kept by default in the current version?", False),
        ("oldest python that works with the current release?", False),
        ("What is a release?", False),
    ],
)
def test_what_holds_in_the_newest_version_does_not_ask_which_it_is(question: str, *, is_latest: bool) -> None:
    assert asks_latest(question) is is_latest


def test_an_acronym_is_a_noun_that_may_be_asked_after():
    assert find_asked("How much VAT was charged?") == {"vat"}
