"""The numbers of lists as they are written: 4, d, IV."""

_ROMAN = tuple(
    zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split(), strict=True)
)
_ROMAN_MAX = 3999  # the largest that Roman letters write
_LETTERS_MAX = 26 * 30  # as word processors count: z, aa, bb


def format_count(value: int, form: str) -> str:
    """Write a number.

    Args:
        value: The number.
        form: "lowerLetter", "upperLetter", "lowerRoman", "upperRoman", "decimalZero"; anything else means digits.
    """
    if form in ("lowerLetter", "upperLetter") and 0 < value <= _LETTERS_MAX:
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman") and 0 < value <= _ROMAN_MAX:
        roman = _write_roman(value)
        return roman.lower() if form == "lowerRoman" else roman
    return f"{value:02}" if form == "decimalZero" else str(value)


def _write_roman(value: int) -> str:
    letters = ""
    for worth, sign in _ROMAN:
        letters += sign * (value // worth)
        value %= worth
    return letters
