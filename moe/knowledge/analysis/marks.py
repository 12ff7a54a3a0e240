"""How words are written: flags of a word at its place."""

IS_CAPITAL = 1  # it begins with a capital letter
IS_NUMBER = 2  # with a digit
STARTS_SENTENCE = 4
IS_LOWER = 8  # with a small letter
FOLLOWS_SPACE = 16  # nothing but a space, or an initial's stop, stands between it and the word before


def find_mark(written: str) -> int:
    """How a word is written: `IS_LOWER`, `IS_CAPITAL`, `IS_NUMBER`, or 0 for scripts that have no such thing."""
    first = written[0]
    return IS_LOWER if first.islower() else IS_CAPITAL if first.isupper() else IS_NUMBER if first.isdigit() else 0
