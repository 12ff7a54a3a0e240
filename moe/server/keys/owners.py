"""Which key asked for which run."""

from moe.server.keys.file import ServerTable


class RunOwners(ServerTable):
    """The owners of runs. It waits for the disk: call it in a thread."""

    def own(self, run_id: str, key_id: str) -> None:
        """Keep which key asked for a run."""
        self._file.write("INSERT OR REPLACE INTO owners VALUES (?, ?)", run_id, key_id)

    def forget(self, run_id: str) -> None:
        """Keep nothing of a run that is deleted."""
        self._file.write("DELETE FROM owners WHERE run_id = ?", run_id)

    def find_owner(self, run_id: str) -> str:
        """The key that asked for a run; "" for none."""
        rows = self._file.read("SELECT key_id FROM owners WHERE run_id = ?", run_id)
        return str(rows[0][0]) if rows else ""

    def list_owned(self, key_id: str, *, before: str, limit: int) -> list[str]:
        """The runs of a key, newest first, from before one on; their ids sort by time."""
        query = "SELECT run_id FROM owners WHERE key_id = ? AND (? = '' OR run_id < ?) ORDER BY run_id DESC LIMIT ?"
        return [str(row[0]) for row in self._file.read(query, key_id, before, before, limit)]
