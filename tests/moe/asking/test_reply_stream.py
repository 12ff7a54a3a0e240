"""An answer that repeats itself without end is broken off; tables and lists are not."""

import pytest

from moe.asking.reply_stream import REPEATED_LENGTH, is_repeating


@pytest.mark.parametrize("piece", ["-", "```\n", "the mill and ", "The mill was sold to the town. "])
def test_one_piece_again_and_again_is_repetition(piece: str) -> None:
    assert is_repeating((piece * REPEATED_LENGTH)[-REPEATED_LENGTH:])


def test_rows_that_differ_and_short_texts_are_not() -> None:
    rows = "".join(f"| {number} | mill | {number * 7} |\n" for number in range(100))
    assert not is_repeating(rows[-REPEATED_LENGTH:])
    assert not is_repeating("-" * (REPEATED_LENGTH - 1))
