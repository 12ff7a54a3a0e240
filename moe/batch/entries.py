"""The entries of a batch file as they are written: a line's number, and the fields that stand there."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from moe_core.contracts.errors import ConfigError, RequestError
from moe_core.contracts.wire import JsonObject
from moe_core.files.regular import read_regular
from moe_core.loading.config.yaml_values import parse_yaml_value

MAX_BYTES = 256 << 20  # as a set of questions may have
_QUESTION = "question"
_LISTS = {"docs": ";", "personas": ","}  # in a cell; a path may hold a comma


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEntry:
    """What stands on one line.

    Attributes:
        line: Its number in the file, from 1; where it begins, if it takes several. In a .json, its place in the list.
        fields: Those of a request, unchecked.
        kind: What it is in messages: a "line", or an "item" of a list in a .json.
    """

    line: int
    fields: JsonObject
    kind: str = "line"


def load_entries(path: Path) -> list[BatchEntry]:
    """Read a file: .jsonl, .csv, .tsv, .yaml and .json by its name's end, else a question a line.

    Raises:
        RequestError: It cannot be read, is not what its name says, or holds nothing; what, and on which line.
    """
    try:
        text = read_regular(path, max_bytes=MAX_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise RequestError(f"{path} cannot be read: {error.strerror}", hint="name a file of questions") from error
    except UnicodeDecodeError as error:
        raise RequestError(f"{path} is not UTF-8", hint="save it as UTF-8") from error
    return read_entries(text, name=str(path), suffix=path.suffix.lower())


def read_entries(text: str, *, name: str, suffix: str) -> list[BatchEntry]:
    """Read the text of a file.

    Args:
        text: All of it.
        name: What it is called in messages.
        suffix: The end of its name, as ".csv".

    Raises:
        RequestError: As for `load_entries`.
    """
    entries = list(_READERS.get(suffix, _read_plain)(text, name))
    if not entries:
        raise RequestError(f"{name} holds no question", hint="write a question on each line")
    return entries


def _read_plain(text: str, _name: str) -> Iterator[BatchEntry]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield BatchEntry(line=number, fields={_QUESTION: line.strip()})


def _read_json_lines(text: str, name: str) -> Iterator[BatchEntry]:
    for number, line in enumerate(text.split("\n"), start=1):  # JSON may hold U+2028 and its like as they are
        if not line.strip():
            continue
        try:
            value = msgspec.json.decode(line)
        except msgspec.DecodeError as error:
            raise _explain(name, number, f"it is no JSON: {error}", '{"question": "…"}') from error
        yield BatchEntry(line=number, fields=_take_fields(value, name, number))


def _read_csv(text: str, name: str) -> Iterator[BatchEntry]:
    first = text.partition("\n")[0]
    yield from _read_table(text, name, ";" if first.count(";") > first.count(",") else ",")


def _read_tsv(text: str, name: str) -> Iterator[BatchEntry]:
    yield from _read_table(text, name, "\t")


def _read_table(text: str, name: str, delimiter: str) -> Iterator[BatchEntry]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    names: list[str] | None = None
    try:
        for row in rows:
            begun, begins = begins, rows.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if names is None:
                names = _read_heading(row, name)
                continue
            if len(row) > len(names):
                raise _explain(name, begun, f"it has {len(row)} cells under {len(names)} names", '"a text, in quotes"')
            cells = {key: cell.strip() for key, cell in zip(names, row, strict=False) if cell.strip()}
            yield BatchEntry(line=begun, fields={key: _read_cell(key, cell) for key, cell in cells.items()})
    except csv.Error as error:
        raise _explain(name, rows.line_num, str(error), '"a text, in quotes"') from error


def _read_heading(row: list[str], name: str) -> list[str]:
    names = [cell.strip().lower() for cell in row]
    if _QUESTION not in names:
        raise RequestError(
            f"the first line of {name} names no column {_QUESTION!r}: {', '.join(names)}"[:300],
            hint="write the names of the columns on the first line; a file of questions alone is a .txt",
        )
    return names


def _read_cell(key: str, cell: str) -> str | list[str]:
    if key not in _LISTS:
        return cell
    return [part.strip() for part in cell.split(_LISTS[key]) if part.strip()]


def _read_yaml(text: str, name: str) -> Iterator[BatchEntry]:
    try:
        values, lines = parse_yaml_value(text, source=name)
    except ConfigError as error:
        raise RequestError(error.message, hint=error.hint or "write a list of questions: - Who restored it?") from error
    yield from _take_items(values, name, "line", lambda place: lines[str(place),])


def _read_json(text: str, name: str) -> Iterator[BatchEntry]:
    try:
        values = msgspec.json.decode(text) if text.strip() else None
    except msgspec.DecodeError as error:
        raise RequestError(f"{name} is no JSON: {error}", hint='write a list: ["Who restored it?"]') from error
    yield from _take_items(values, name, "item", lambda place: place + 1)


def _take_items(values: Any, name: str, kind: str, find_line: Callable[[int], int]) -> Iterator[BatchEntry]:
    if values is None:
        return
    if not isinstance(values, list):
        raise RequestError(f"{name} is no list", hint='write one: ["Who restored it?"], or "- Who restored it?" a line')
    for place, value in enumerate(values):
        line = find_line(place)
        yield BatchEntry(line=line, fields=_take_fields(value, name, line, kind=kind), kind=kind)


def _take_fields(value: Any, name: str, line: int, *, kind: str = "line") -> JsonObject:
    if isinstance(value, str):
        return {_QUESTION: value}
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        what = "it is neither a question nor an object with one"
        raise _explain(name, line, what, '{"question": "…"}', kind=kind)
    return value


def _explain(name: str, line: int, what: str, example: str, *, kind: str = "line") -> RequestError:
    return RequestError(f"{name}, {kind} {line}: {what}", hint=f"as in: {example}")


_READERS = {
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
    ".csv": _read_csv,
    ".tsv": _read_tsv,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".json": _read_json,
}
