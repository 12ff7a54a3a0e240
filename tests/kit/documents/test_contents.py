"""Lists of contents in lines of text."""

import pytest

from moe_kit.documents.contents import find_contents

BODY = ["Keeping bees", "Bees need water.", "Where to put a hive", "In the sun.", "Feeding", "Harvest", "In July."]


@pytest.mark.parametrize(
    "listed",
    [
        ["Keeping bees .......... 1", "Where to put a hive ... 2", "Feeding ....... 2", "Harvest ........ 9"],
        ["Keeping bees … | 1", "1.1 Where to put a hive … | 2", "1.2 Feeding … | 2", "Harvest | 9"],
        ["Preface . . . . . iv", "Keeping bees . . . . 1", "Where to put a hive . . . 2", "Feeding . . . . 14"],
        [
            "Keeping bees ..... 1",
            "A longer heading that goes on",
            "where to put a hive .. 2",
            "Feeding .. 2",
            "Harvest .. 9",
        ],
    ],
)
def test_headings_with_pages_that_are_written_again_are_contents(listed):
    lines = ["A book on bees", *listed, "", *BODY]
    assert find_contents(lines) == set(range(1, 1 + len(listed)))


@pytest.mark.parametrize(
    "lines",
    [
        ["Tea ........ 2", "Coffee ....... 3", "Cake ....... 4", "Soup ....... 6", "We open at nine."],  # a menu
        ["Keeping bees .. 9", "Feeding .. 2", "Harvest .. 1", "Where to put a hive .. 2", *BODY],  # pages fall
        ["Keeping bees .. 1", "Feeding .. 2", *BODY],
        ["Keeping bees 1", "Where to put a hive 2", "Feeding 2", "Harvest 9", *BODY],
        ["Keeping bees | 1", "Where to put a hive | 2", "Feeding | 2", "Harvest | 9", *BODY],  # a table
        ["....... 1", "........ 2", "...... 3", "..... 4"],
        [],
    ],
)
def test_other_lines_with_numbers_stay(lines):
    assert find_contents(lines) == set()


def test_long_lines_of_marks_take_no_longer_than_others():
    assert find_contents(["a" + " ." * 200_000 + " x", "…" * 200_000] * 4) == set()
