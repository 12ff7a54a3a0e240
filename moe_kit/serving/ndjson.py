"""JSON objects, one a line, from bytes that come in any pieces."""

import json
from collections.abc import Iterator

from moe_core.contracts.wire import JsonObject
from moe_kit.serving.lines import LineSplitter


class ObjectReader:
    """Cuts a byte stream into the JSON objects on its lines."""

    def __init__(self) -> None:
        self._lines = LineSplitter()

    def feed(self, chunk: bytes) -> Iterator[JsonObject]:
        """The objects that this chunk completes.

        Raises:
            ValueError: A line is too long, no JSON, or no object.
        """
        for line in self._lines.feed(chunk):
            yield from _read(line)

    def finish(self) -> Iterator[JsonObject]:
        """The object on a last line that no newline closed.

        Raises:
            ValueError: It is no JSON object.
        """
        for line in self._lines.finish():
            yield from _read(line)


def _read(line: bytes) -> Iterator[JsonObject]:
    if not line.strip():
        return
    try:
        value = json.loads(line)
    except RecursionError as error:
        raise ValueError("a line is nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("a line is no JSON object")
    yield value
