"""What reading documents tells of."""

from collections.abc import Callable

import msgspec


class SourceNote(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was left out, or read in part, and why."""

    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


ProgressListener = Callable[[int, int, str], None]
