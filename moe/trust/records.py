"""A folder of records in the user's own moe folder, one small file each, written whole."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from pkgutil import resolve_name
from tempfile import NamedTemporaryFile
from typing import Generic, TypeVar

from moe_core.contracts.errors import StorageError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RecordFolder(Generic[T]):
    """Records of one kind by a key of any text.

    Attributes:
        folder: Made when the first record is kept.
        kind: What they are.
    """

    folder: Path
    kind: type[T]

    def find(self, key: str) -> T | None:
        """The record of a key; None when there is none, or none that can be read."""
        return self._read(self._path_of(key))

    def keep(self, key: str, record: T, *, what: str) -> None:
        """Write a record in place of the key's earlier one.

        Args:
            key: Finds it again.
            record: What to keep.
            what: For messages: "that ... is trusted".

        Raises:
            StorageError: The folder cannot be written.
        """
        path = self._path_of(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(resolve_name("moe_core.contracts.wire:encode_json")(record))
            os.replace(file.name, path)
        except OSError as error:
            raise StorageError(
                f"cannot remember {what}: {error.strerror}", hint=f"make {path.parent} writable"
            ) from error

    def forget(self, key: str, *, what: str) -> bool:
        """Remove a record; whether there was one.

        Raises:
            StorageError: It cannot be removed.
        """
        try:
            self._path_of(key).unlink()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageError(f"cannot forget {what}: {error.strerror}", hint="make it writable") from error
        return True

    def __iter__(self) -> Iterator[T]:
        """All records that can be read."""
        for path in sorted(self.folder.glob("*.json")):
            record = self._read(path)
            if record is not None:
                yield record

    def _read(self, path: Path) -> T | None:
        """By name: what reads JSON is not imported where there is no record."""
        try:
            data = path.read_bytes()
            record: T = resolve_name("moe_core.contracts.wire:decode_json")(self.kind, data)
        except (OSError, ValueError):
            return None
        return record

    def _path_of(self, key: str) -> Path:
        return self.folder / f"{blake2b(os.fsencode(key), digest_size=16).hexdigest()}.json"
