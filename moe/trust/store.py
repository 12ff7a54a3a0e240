"""The user's word, kept in the user's folder: which folders are trusted, and with which content."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from moe.contracts.trust import Contents, TrustRecord
from moe.trust.records import RecordFolder

FOLDER = "trust"


@dataclass(frozen=True, slots=True)
class TrustStore:
    """One file a trusted folder, below the user's own moe folder.

    Attributes:
        user: The user's moe folder.
    """

    user: Path

    def find(self, folder: Path) -> TrustRecord | None:
        """What was trusted of a folder; None when it never was, or when the record cannot be read."""
        record = self._records().find(str(folder))
        return record if record is not None and record.folder == str(folder) else None

    def keep(self, folder: Path, contents: Contents, *, at: float) -> None:
        """Remember a folder as trusted with this content.

        Raises:
            StorageError: The user's folder cannot be written.
        """
        record = TrustRecord(folder=str(folder), files=dict(contents), at=at)
        self._records().keep(str(folder), record, what=f"that {folder} is trusted")

    def forget(self, folder: Path) -> bool:
        """Take the word back; whether there was one."""
        return self._records().forget(str(folder), what=str(folder))

    def __iter__(self) -> Iterator[TrustRecord]:
        """All trusted folders, by path."""
        return iter(sorted(self._records(), key=lambda record: record.folder))

    def _records(self) -> RecordFolder[TrustRecord]:
        return RecordFolder(self.user / FOLDER, TrustRecord)
