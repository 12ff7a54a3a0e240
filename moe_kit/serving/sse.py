"""Server-sent events from bytes that come in any pieces."""

from collections.abc import Iterator

import msgspec

from moe_kit.serving.lines import LineSplitter


class ServerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event: its data lines joined, and its kind ("message" unless it says another)."""

    data: str
    kind: str = "message"


class EventReader:
    """Cuts a byte stream into events as the HTML standard says; ids, retry times and comments are passed over.

    A line "error: ..." is taken as an event of the kind "error": some servers write failures so.
    """

    def __init__(self) -> None:
        self._lines = LineSplitter(returns_end_lines=True)
        self._data: list[str] = []
        self._kind = ""

    def feed(self, chunk: bytes) -> Iterator[ServerEvent]:
        """The events that this chunk completes.

        Raises:
            ValueError: A line is longer than any event should be.
        """
        for line in self._lines.feed(chunk):
            yield from self._take(line)

    def finish(self) -> Iterator[ServerEvent]:
        """An event at the end that no blank line closed; servers forget it."""
        for line in self._lines.finish():
            yield from self._take(line)
        yield from self._take(b"")

    def _take(self, line: bytes) -> Iterator[ServerEvent]:
        if not line:
            if self._data:
                yield ServerEvent(data="\n".join(self._data), kind=self._kind or "message")
            self._data, self._kind = [], ""
            return
        name, _, value = line.decode("utf-8", errors="replace").partition(":")
        value = value.removeprefix(" ")
        match name.removeprefix("\ufeff"):
            case "data":
                self._data.append(value)
            case "event":
                self._kind = value
            case "error":
                yield ServerEvent(data=value, kind="error")
