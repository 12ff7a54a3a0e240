"""How words are written: flags of a word at its place."""

from collections.abc import Iterator, Sequence

from moe.knowledge.analysis.words import PlacedWord

IS_CAPITAL = 1
IS_NUMBER = 2
STARTS_SENTENCE = 4
IS_LOWER = 8
FOLLOWS_SPACE = 16  # nothing but a space, or an initial's stop, stands between it and the word before


def iterate_marks(text: str, words: Sequence[PlacedWord]) -> Iterator[int]:
    """The flags of each word of a text, `STARTS_SENTENCE` left out."""
    last, length = -1, 0
    for (_, _, _, is_capital, is_number, is_lower), start, end in words:
        between = text[last:start] if last >= 0 else ""
        mark = FOLLOWS_SPACE if between == " " or (length == 1 and between == ". ") else 0
        if is_lower:
            mark |= IS_LOWER
        elif is_capital:
            mark |= IS_CAPITAL
        elif is_number:
            mark |= IS_NUMBER
        yield mark
        last, length = end, end - start
