"""What sort of sentence answers why, how to and what if."""

import pytest

from moe_kit.extraction.fitting import (
    asks_what_if,
    asks_why,
    drop_why,
    gives_condition,
    gives_reason,
    is_beside,
    misses_relation,
    tells_trouble,
)
from moe_kit.extraction.units import split_evidence


@pytest.mark.parametrize(
    "text",
    [
        "The sluice was shut because of the tide.",
        "It is closed in the first week of May for\ncleaning.",
        "No bread, please, as it attracts rats.",
        "Never use vinegar: it harms the seals.",
        "The board met to choose a builder.",
    ],
)
def test_a_reason_is_told_by_its_words(text: str) -> None:
    assert gives_reason(text)


@pytest.mark.parametrize(
    "text",
    [
        "The race was moved to 3 July.",
        "He has been the keeper since 2011.",
        "She is known as the best rower.",
        "We went to the harbour.",
        "Paths for each operating system",
    ],
)
def test_a_date_or_a_place_is_no_reason(text: str) -> None:
    assert not gives_reason(text)


def test_what_went_wrong_may_be_a_reason_without_saying_so() -> None:
    assert tells_trouble("The pipe burst on Friday.")
    assert not tells_trouble("The boats are blue.")


def test_a_case_is_asked_about_and_spoken_of() -> None:
    assert asks_what_if("What happens if a boat is late?")
    assert asks_what_if("What should I do when the alarm rings?")
    assert not asks_what_if("What is the alarm?")
    assert gives_condition("Anyone who is late pays £5.")
    assert not gives_condition("The boats are blue.")


def test_a_question_for_a_reason_is_also_one_for_the_fact() -> None:
    assert asks_why("Why was the race stopped?")
    assert asks_why("Warum wurde das Rennen abgebrochen?")
    assert drop_why("Why was the race stopped?").strip() == "was the race stopped?"


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("What is the address of the forum?", "For questions there is the forum.", True),
        ("What is the address of the forum?", "The forum is at forum.mill.example.", False),
        ("What is Anna's address?", "Anna's address is Rose Cottage.", False),
        ("What is the right way to address a judge?", "Say Your Honour to a judge.", False),
        ("What is the number of the bank account?", "The account has changed.", True),
        ("What is the number of employees?", "The number of employees is twelve.", False),
        ("What is the name of the Mayor?", "The Mayor has not answered.", True),
        ("What is the name of the mayor?", "The mayor, Ada Quist, has not answered.", False),
    ],
)
def test_what_is_exact_is_told_exactly(make_evidence, question: str, text: str, expected: bool) -> None:
    (unit,) = split_evidence([make_evidence(text)])
    assert is_beside(question, unit) is expected


@pytest.mark.parametrize(
    ("question", "text", "misses"),
    [
        ("Who repaired the sluice?", "The sluice was painted by Edda Finch.", True),
        ("Who repaired the sluice?", "The sluice was mended by Edda Finch.", False),
        ("Which boat is the oldest?", "Each boat has a licence.", True),
        ("Which boat is the oldest?", "The oldest is Heron.", False),
        ("Did Edda accept the post?", "I would ask Edda first for the post.", True),
        ("Did Edda accept the post?", "Edda accepted it in May.", False),
    ],
)
def test_what_says_another_relation_answers_nothing(question: str, text: str, misses: bool) -> None:
    assert misses_relation(question, text) is misses


@pytest.mark.parametrize(
    ("question", "text", "is_told"),
    [
        ("What is the boat called?", "The boat goes to Rufus Finch.", False),
        ("What is the boat called?", "Rufus rows the boat Heron.", True),
        ("What is the boat called?", "The dog of the boat is called Heron.", False),
        ("What is the boat called?", "The dog is called Heron, not the boat.", False),
        ("What is the boat called?", "Heron, our boat, leaks.", True),
        ("Wie heißt der Hund?", "Der Hund gehört Frau Finke.", False),
        ("Wie heißt der Hund?", "Der Hund heißt Bello.", True),
    ],
)
def test_the_name_of_a_thing_is_not_that_of_somebody_beside_it(
    make_evidence, question: str, text: str, is_told: bool
) -> None:
    [unit] = split_evidence([make_evidence(text)])
    assert is_beside(question, unit) is not is_told
