"""A tool's result in plain words, for a tool that words none itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from moe_core.contracts.wire import JsonObject, encode_json

_LONGEST_TEXT = 1_000
_LONGEST_LINE = 300
_LONGEST_INPUT = 80
_ROWS_MAX = 5
_PASSAGES = "passages"


def word_result(tool: str, params: Mapping[str, Any], result: JsonObject) -> str:
    """The tool, the text it worked on, and what it found, key by key; "" for a result that holds nothing.

    What only repeats a parameter is left out, and what is long is cut.
    """
    found = {key: value for key, value in result.items() if key != _PASSAGES and params.get(key) != value}
    pairs = [(key, value) for key, value in found.items() if value not in (None, "", [], {}, ())]
    if not pairs:
        return ""
    about = next((value for value in params.values() if isinstance(value, str) and value.strip()), "")
    head = f'{tool} of "{_shorten(about, _LONGEST_INPUT)}"' if about else tool
    plain = "; ".join(f"{key}: {_word(value)}" for key, value in pairs if not _is_rows(value))
    rows = [line for key, value in pairs if _is_rows(value) for line in _word_rows(key, value)]
    return "\n".join([f"{head}: {plain}" if plain else head, *rows])


def _is_rows(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(row, Mapping) for row in value)


def _word_rows(key: str, rows: Sequence[JsonObject]) -> Iterator[str]:
    yield f"{key}:"
    for row in rows[:_ROWS_MAX]:
        told = "; ".join(f"{name}: {_word(value)}" for name, value in row.items() if value not in (None, "", [], {}))
        yield f"- {_shorten(told, _LONGEST_LINE)}"
    if len(rows) > _ROWS_MAX:
        yield f"- and {len(rows) - _ROWS_MAX} more"


def _word(value: object) -> str:
    if isinstance(value, str):
        return value.strip() if len(value) <= _LONGEST_TEXT else value[:_LONGEST_TEXT].rstrip() + "…"
    return _shorten(encode_json(value).decode(), _LONGEST_TEXT)


def _shorten(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[:longest].rstrip() + "…"
