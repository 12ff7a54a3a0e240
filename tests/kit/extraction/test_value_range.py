"""Ranges of numbers as tables write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_kit.extraction.value_range import find_figures, find_ranges, read_range

NUMBERS = st.integers(0, 10_000)


@given(low=NUMBERS, width=NUMBERS, number=NUMBERS, written=st.sampled_from(["{} to {}", "{}-{} kg", "{} bis {} Jahre"]))
def test_a_range_holds_what_lies_between_its_borders(low, width, number, written):
    span = read_range(written.format(low, low + width))
    assert span is not None
    assert (number in span) == (low <= number <= low + width)


@given(border=NUMBERS, number=NUMBERS)
def test_an_open_border_parts_all_numbers(border, number):
    below, above = read_range(f"under {border}"), read_range(f"{border} and over")
    assert below is not None
    assert above is not None
    assert (number in below) != (number in above)


@pytest.mark.parametrize("text", ["", "12", "a lot", "2 to many", "2024-03-11", "under the bridge"])
def test_what_is_no_range_is_none(text):
    assert read_range(text) is None


def test_ranges_and_figures_are_found_in_a_question():
    assert find_ranges("the fee for parcels over 20 kg") == [read_range("over 20")]
    assert find_figures("for a two year old, 3,5 kg") == [2.0, 3.5]
