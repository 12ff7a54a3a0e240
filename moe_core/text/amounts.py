"""Numbers with their nouns, and lengths of time, for reading."""


def count(number: int, noun: str, plural: str = "") -> str:
    """A number and its noun: "1 tool", "3 tools"."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def format_seconds(seconds: float) -> str:
    """A length of time for reading: "6 ms", "0.42 s", "12 s", "3 min 05 s"."""
    if seconds < 0.1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 10:
        return f"{seconds:.2f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"
