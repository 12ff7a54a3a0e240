"""The user's word, kept in the user's folder: which folders are trusted, and with which content."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile

from moe.contracts.trust import Contents, TrustRecord
from moe_core.contracts.errors import StorageError
from moe_core.contracts.wire import decode_json, encode_json

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
        try:
            record = decode_json(TrustRecord, self._path_of(folder).read_bytes())
        except (OSError, ValueError):
            return None
        return record if record.folder == str(folder) else None

    def keep(self, folder: Path, contents: Contents, *, at: float) -> None:
        """Remember a folder as trusted with this content.

        Raises:
            StorageError: The user's folder cannot be written.
        """
        path = self._path_of(folder)
        record = TrustRecord(folder=str(folder), files=dict(contents), at=at)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(encode_json(record))
            os.replace(file.name, path)
        except OSError as error:
            raise StorageError(
                f"cannot remember that {folder} is trusted: {error.strerror}", hint=f"make {path.parent} writable"
            ) from error

    def forget(self, folder: Path) -> bool:
        """Take the word back; whether there was one."""
        try:
            self._path_of(folder).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageError(f"cannot forget {folder}: {error.strerror}", hint="make it writable") from error
        return True

    def __iter__(self) -> Iterator[TrustRecord]:
        """All trusted folders, by path."""
        found = []
        for path in (self.user / FOLDER).glob("*.json"):
            try:
                found.append(decode_json(TrustRecord, path.read_bytes()))
            except (OSError, ValueError):
                continue
        return iter(sorted(found, key=lambda record: record.folder))

    def _path_of(self, folder: Path) -> Path:
        name = blake2b(os.fsencode(folder), digest_size=16).hexdigest()
        return self.user / FOLDER / f"{name}.json"
