"""Lines from bytes that come in any pieces, none longer than agreed."""

import re
from collections.abc import Iterator

MAX_LINE_BYTES = 4 << 20  # a line of a stream holds some words; bounds one that never ends
_ANY_END = re.compile(rb"\r\n|\n|\r")


class LineSplitter:
    """Cuts a byte stream into lines without their ends.

    Args:
        returns_end_lines: A carriage return ends a line too, alone or before a newline.
        max_bytes: Longest line.
    """

    def __init__(self, *, returns_end_lines: bool = False, max_bytes: int = MAX_LINE_BYTES) -> None:
        self._returns_end_lines = returns_end_lines
        self._max_bytes = max_bytes
        self._held: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """The lines that this chunk completes.

        Raises:
            ValueError: A line is too long.
        """
        if not self._may_end(chunk):
            self._hold(chunk)
            return
        text = b"".join([*self._held, chunk])
        self._held, self._size = [], 0
        if self._returns_end_lines:
            if text.endswith(b"\r"):  # a newline may follow, and must not count as a line of its own
                text = text[:-1]
                self._held, self._size = [b"\r"], 1
            *lines, rest = _ANY_END.split(text)
            self._held.insert(0, rest)
            self._size += len(rest)
        else:
            *lines, rest = text.split(b"\n")
            self._hold(rest)
        for line in lines:
            self._check(len(line))
            yield line
        self._check(self._size)

    def finish(self) -> Iterator[bytes]:
        """What stands after the last line's end, when that is anything."""
        rest = b"".join(self._held).rstrip(b"\r")
        self._held, self._size = [], 0
        if rest:
            yield rest

    def _may_end(self, chunk: bytes) -> bool:
        return b"\n" in chunk or (
            self._returns_end_lines and (b"\r" in chunk or (bool(self._held) and self._held[-1].endswith(b"\r")))
        )

    def _hold(self, chunk: bytes) -> None:
        self._held.append(chunk)
        self._size += len(chunk)
        self._check(self._size)

    def _check(self, size: int) -> None:
        if size > self._max_bytes:
            raise ValueError(f"a line is longer than {self._max_bytes:,} bytes")
