"""How a conformance check says no."""

from collections.abc import Iterator
from contextlib import contextmanager

from moe_core.contracts.wire import encode_json

_LONGEST_LINE = 200


class ConformanceError(AssertionError):
    """A plugin breaks its contract; the message is one sentence that says how."""


def require(condition: object, sentence: str) -> None:
    """Insist on a rule.

    Raises:
        ConformanceError: The condition is false.
    """
    if not condition:
        raise ConformanceError(sentence)


@contextmanager
def refusing(sentence: str, *, but: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Turn any exception from the plugin's code into a `ConformanceError` with this sentence.

    Args:
        sentence: What the exception shows to be broken.
        but: Exceptions that the contract allows; they pass.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, (ConformanceError, *but)):
            raise
        raise ConformanceError(f"{sentence}: {type(error).__name__}: {error}") from error


def require_line(text: object, what: str) -> None:
    """Insist on one non-empty line of at most 200 characters."""
    require(isinstance(text, str) and text.strip(), f"{what} is empty; write one line")
    require(len(str(text).splitlines()) == 1 and len(str(text)) <= _LONGEST_LINE, f"{what} is longer than one line")


def require_introduction(plugin: type) -> str:
    """Insist on a name and a one-line summary (or docstring) of a plugin class; return the name."""
    name = getattr(plugin, "name", "")
    require(isinstance(name, str) and name, f"{plugin.__name__} has no name")
    lines = (getattr(plugin, "summary", "") or plugin.__doc__ or "").strip().splitlines()
    require_line(lines[0] if lines else "", f"the summary of {name}")
    return str(name)


def require_json(value: object, what: str) -> None:
    """Insist on a value that JSON can carry: text keys, no NaN, nothing of Python's own."""
    with refusing(f"{what} cannot be written as JSON"):
        encode_json(value)
    require(_is_plain(value), f"{what} holds values that JSON does not have")


def require_score(score: object, what: str) -> None:
    """Insist on a number in [0, 1]."""
    is_number = isinstance(score, int | float) and not isinstance(score, bool)
    require(is_number, f"{what} is {score!r}, no number")
    require(isinstance(score, int | float) and 0 <= score <= 1, f"{what} is {score!r}, outside 0 to 1")


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_plain(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    if isinstance(value, float):
        return value == value and abs(value) != float("inf")
    return value is None or isinstance(value, str | int | bool)
