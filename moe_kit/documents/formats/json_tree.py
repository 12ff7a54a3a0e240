"""JSON: small objects as one line each, everything else as "path: value" lines, in the file's order."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from moe_core.contracts.errors import DocumentError
from moe_core.contracts.loader import Loaded
from moe_kit.documents.encodings import read_text
from moe_kit.documents.formats.geojson import arrange_features
from moe_kit.documents.outline import TextBuilder, collapse
from moe_kit.documents.records import clean_key, format_record

NESTING_MAX = 100  # each level costs a look at all that is below it
_RECORD_CHARACTERS_MAX = 700
_RECORD_PLACES_MAX = 350  # that many values have 700 characters in the marks between them


def load_json(path: Path, document_id: str) -> Loaded:
    """Read a JSON file as one document. A list of objects below a key is a section of that name.

    Raises:
        DocumentError: It is no valid JSON; line and column are named.
    """
    value = arrange_features(parse_json(read_text(path, document_id), document_id))
    builder = TextBuilder()
    _add(builder, "", value)
    return Loaded(documents=(builder.build_document(document_id, media_type="application/json"),))


def parse_json(text: str, name: str, *, line: int | None = None) -> Any:
    """Parse JSON, numbers kept as they are written.

    Args:
        text: The JSON text.
        name: What errors call the file.
        line: The line it stands on, when it is one of several in the file.

    Raises:
        DocumentError: It is no valid JSON, or nested too deeply.
    """
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        place = f"line {line or error.lineno}, column {error.colno}"
        raise DocumentError(
            f"{name} is no valid JSON: {error.msg} at {place}", path=name, hint="mend it there"
        ) from error
    except RecursionError as error:
        raise DocumentError(f"{name} is nested too deeply to be read", path=name) from error


def flatten(value: Any, path: str = "", *, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every scalar of a JSON value with its path ("a.b[0].c"); a list of scalars is one of them.

    Raises:
        RecursionError: It is nested more than `NESTING_MAX` deep; `depth` is how deep it stands itself.
    """
    if depth > NESTING_MAX:
        raise RecursionError
    if isinstance(value, dict):
        for key, child in value.items():
            yield from flatten(child, f"{path}.{key}" if path else str(key), depth=depth + 1)
    elif isinstance(value, list) and any(isinstance(child, dict | list) for child in value):
        for number, child in enumerate(value):
            yield from flatten(child, f"{path}[{number}]", depth=depth + 1)
    elif isinstance(value, list):
        yield path, ", ".join(map(_format_scalar, value))
    else:
        yield path, _format_scalar(value)


def _format_scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_long(value: Any) -> bool:
    """Whether there is surely more in a value than a line holds, found without looking at all of it."""
    stack, places = [value], 0
    while stack and places <= _RECORD_PLACES_MAX:
        inner = stack.pop()
        if isinstance(inner, dict | list):
            places += len(inner)
            if places <= _RECORD_PLACES_MAX:
                stack += inner.values() if isinstance(inner, dict) else inner
    return places > _RECORD_PLACES_MAX


def _format_short(value: Any) -> str:
    """An object as one line; "" when it says nothing, or too much for a line."""
    if _is_long(value):
        return ""
    pieces: list[str] = []
    length = 0
    for pair in flatten(value):
        piece = format_record((pair,))
        length += len(piece) + 2
        if length > _RECORD_CHARACTERS_MAX + 2:
            return ""
        pieces.append(piece)
    return "; ".join(filter(None, pieces))


def _add(builder: TextBuilder, path: str, value: Any, *, depth: int = 0) -> None:
    if depth > NESTING_MAX:
        raise RecursionError
    if isinstance(value, dict):
        record = _format_short(value) if path else ""
        if record:
            builder.add(f"{clean_key(path)}: {record}" if not path.endswith("]") else record)
            return
        for key, child in value.items():
            _add(builder, f"{path}.{key}" if path else str(key), child, depth=depth + 1)
    elif isinstance(value, list) and any(isinstance(child, dict | list) for child in value):
        _add_list(builder, path, value, depth=depth)
    else:
        for name, scalar in flatten(value, path):
            shown = collapse(scalar) if len(scalar) < _RECORD_CHARACTERS_MAX else scalar.strip()
            builder.add(f"{clean_key(name)}: {shown}" if name and shown else shown)


def _add_list(builder: TextBuilder, path: str, values: list[Any], *, depth: int) -> None:
    if path and "[" not in path:
        builder.begin_section(path, 1)
    is_first = True
    for number, child in enumerate(values):
        record = _format_short(child) if isinstance(child, dict) else ""
        if record:
            builder.add(record, tight=not is_first)
            is_first = False
        else:
            _add(builder, f"{path}[{number}]", child, depth=depth + 1)
            is_first = True
