import pytest

from moe_kit.support.reading import read_text
from moe_kit.support.roles import find_exchanged


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("In May Bob bought the mill from Ada.", "In May Ada bought the mill from Bob."),
        ("It ran from 1966 to 1922.", "It ran from 1922 to 1966."),
        ("The mill was built in 1990.", "The mill was built in 1806 and restored in 1990."),
    ],
)
def test_changed_places_are_noticed(statement: str, source: str) -> None:
    assert find_exchanged(read_text(statement), read_text(source)) is not None


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("In 1990, the mill was restored.", "The mill was built in 1806 and restored in 1990."),
        ("In May the mill was bought by Ada from Bob.", "In May Ada bought the mill from Bob."),
        ("He met Bob and Ada in Lunn.", "He met Ada and Bob in Lunn."),
        ("It ran from 1922.", "It ran from 1922 to 1966."),
    ],
)
def test_another_order_that_says_the_same_is_none(statement: str, source: str) -> None:
    assert find_exchanged(read_text(statement), read_text(source)) is None
