import pytest

from moe_kit.support.polarity import find_contradiction
from moe_kit.support.reading import read_text


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Dogs are allowed in the flat.", "Dogs are not allowed in the flat."),
        ("Dogs are not allowed.", "Dogs are allowed."),
        ("The date is not about 2040.", "The date is about 2040."),
        ("The mill never closed.", "The mill closed in 1990."),
        ("It doesn't sail on Sundays.", "It sails on Sundays."),
        ("The rent is due before Easter.", "The rent is due after Easter."),
        ("All mills are open.", "Some mills are open."),
        ("Only members pay.", "Members pay."),
        ("Der Hafen ist nicht offen.", "Der Hafen ist offen."),
    ],
)
def test_yes_and_no_contradict(statement: str, source: str) -> None:
    assert find_contradiction(read_text(statement), read_text(source)) is not None


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Dogs are not allowed.", "Dogs aren't allowed in the flat."),
        ("The mill is open.", "The mill is open, but not the shop."),
        ("The rent is due before Easter.", "The rent is due before Easter, not after it."),
        ("Every mill is open.", "All mills are open."),
        ("It opened in 1990.", "It was not opened in 1980. It opened in 1990."),
    ],
)
def test_the_same_said_alike_does_not(statement: str, source: str) -> None:
    assert find_contradiction(read_text(statement), read_text(source)) is None
