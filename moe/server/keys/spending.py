"""What keys have had models read and write, hour by hour or day by day."""

from collections.abc import Callable
from pathlib import Path

from moe.server.keys.file import ServerFile

_ADD = """
    INSERT INTO spending VALUES (?, ?, ?) ON CONFLICT (key_id, period) DO UPDATE SET tokens = tokens + excluded.tokens
"""


class KeySpending:
    """Tokens by key and period. It waits for the disk: call it in a thread.

    Args:
        folder: The workspace's.
        create: Makes that folder.
    """

    def __init__(self, folder: Path, create: Callable[[], None]) -> None:
        self._file = ServerFile(folder, create)

    def __repr__(self) -> str:
        return f"<KeySpending in {self._file!r}>"

    def add(self, key_id: str, period: str, tokens: int) -> None:
        """Count tokens; what was spent before that period is kept no longer."""
        self._file.write("DELETE FROM spending WHERE key_id = ? AND period < ?", key_id, period)
        self._file.write(_ADD, key_id, period, tokens)

    def find(self, key_id: str, period: str) -> int:
        """The tokens of a period."""
        rows = self._file.read("SELECT tokens FROM spending WHERE key_id = ? AND period = ?", key_id, period)
        return int(rows[0][0]) if rows else 0

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
