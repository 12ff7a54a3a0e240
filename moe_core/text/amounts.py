"""Numbers with their nouns, lengths of time, and sizes, for reading."""

_UNITS = ("bytes", "kB", "MB", "GB")


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


def format_bytes(size: float) -> str:
    """A size for reading: "640 bytes", "3.4 MB", "12 GB"."""
    if size < 1000:
        return f"{size:.0f} bytes"
    power = min(3, (len(f"{size:.0f}") - 1) // 3)
    value = size / 1000**power
    return f"{value:.1f} {_UNITS[power]}" if value < 10 else f"{value:.0f} {_UNITS[power]}"
