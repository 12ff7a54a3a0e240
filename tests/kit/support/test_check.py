import pytest

from moe_kit.support.check import Given, Source, find_unsupported

MILL = Source(text="The mill was restored in 1990 for 2 million pounds by Ada Brook.", context="Pell Mill")


@pytest.mark.parametrize(
    "statement",
    [
        "The mill was restored in 1990 for 2 million pounds by Ada Brook.",
        "Ada Brook restored the mill in 1990.",
        "In 1990, Pell Mill was restored for £2,000,000.",
        "According to the report, the mill was restored in 1990.",
    ],
)
def test_what_the_source_says_in_other_words_is_supported(statement: str) -> None:
    assert find_unsupported(statement, [MILL]) is None


@pytest.mark.parametrize(
    ("statement", "culprit"),
    [
        ("The mill was restored by Napoleon in 1492 for 9 million dollars.", "1492"),
        ("The mill was restored by Napoleon.", "napoleon"),
        ("Napoleon restored the mill.", "napoleon"),
        ("The mill was restored for 2 million dollars.", "2"),
        ("The mill was demolished in 1990.", "demolished"),
        ("The mill was not restored in 1990.", "restor"),
    ],
)
def test_what_it_does_not_say_is_named(statement: str, culprit: str) -> None:
    assert find_unsupported(statement, [MILL]) == culprit


def test_each_sentence_of_a_statement_is_held_by_itself() -> None:
    assert find_unsupported("The mill was restored in 1990. It burned down in 1995.", [MILL]) is not None


def test_sources_that_share_a_name_support_together() -> None:
    born = Source(text="The architect Ada Brook was born in Lunn.")
    statement = "The mill was restored by Ada Brook, who was born in Lunn."
    assert find_unsupported(statement, [MILL, born]) is None


def test_sources_that_share_none_do_not() -> None:
    bridge = Source(text="The bridge was opened in Lunn in 1871.")
    assert find_unsupported("The mill was restored in 1990 in Lunn.", [MILL, bridge]) is not None


def test_a_figure_of_a_tool_s_result_needs_no_citation() -> None:
    statement = "The mill was restored in 1990, 36 years ago."
    assert find_unsupported(statement, [MILL]) == "36"
    assert find_unsupported(statement, [MILL], Given(computed='{"years ago": 36}')) is None


def test_a_name_of_the_question_alone_is_no_support() -> None:
    given = Given(question="When was the mill restored by Napoleon?")
    assert find_unsupported("The mill was restored by Napoleon in 1990.", [MILL], given) == "napoleon"


def test_without_a_source_nothing_is_supported() -> None:
    assert find_unsupported("The mill stands.", []) is not None
