"""What keys have had models read and write, hour by hour or day by day."""

from moe.server.keys.file import ServerTable

_ADD = """
    INSERT INTO spending VALUES (?, ?, ?) ON CONFLICT (key_id, period) DO UPDATE SET tokens = tokens + excluded.tokens
"""


class KeySpending(ServerTable):
    """Tokens by key and period. It waits for the disk: call it in a thread."""

    def add(self, key_id: str, period: str, tokens: int) -> None:
        """Count tokens; what was spent before that period is kept no longer."""
        self._file.write("DELETE FROM spending WHERE key_id = ? AND period < ?", key_id, period)
        self._file.write(_ADD, key_id, period, tokens)

    def find(self, key_id: str, period: str) -> int:
        """The tokens of a period."""
        rows = self._file.read("SELECT tokens FROM spending WHERE key_id = ? AND period = ?", key_id, period)
        return int(rows[0][0]) if rows else 0
