import pytest

from moe_kit.documents.list_counts import format_count


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (4, "decimal", "4"),
        (4, "decimalZero", "04"),
        (28, "lowerLetter", "bb"),
        (3, "upperLetter", "C"),
        (1994, "upperRoman", "MCMXCIV"),
        (9, "lowerRoman", "ix"),
        (10**9, "upperRoman", "1000000000"),
        (10**9, "lowerLetter", "1000000000"),
        (0, "lowerRoman", "0"),
    ],
)
def test_numbers_are_written_as_lists_write_them(value: int, form: str, text: str) -> None:
    assert format_count(value, form) == text
