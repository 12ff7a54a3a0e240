"""Files kept by the hash of what they hold, so that the same content is kept once."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from moe_core.contracts.errors import StorageError
from moe_core.files.regular import open_regular

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ContentStore:
    """A folder of contents, each a file named by its SHA-256."""

    folder: Path

    def keep(self, path: Path) -> str:
        """Keep a copy of what a file holds; its digest.

        Raises:
            OSError: The file cannot be read.
            StorageError: It cannot be kept.
        """
        with open_regular(path) as source:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                with NamedTemporaryFile(dir=self.folder, prefix="new-", delete=False) as target:
                    digest = hashlib.sha256()
                    while chunk := source.read(_CHUNK):
                        digest.update(chunk)
                        target.write(chunk)
                name = digest.hexdigest()
                if (self.folder / name).exists():
                    os.unlink(target.name)
                else:
                    os.replace(target.name, self.folder / name)
            except OSError as error:
                raise StorageError(
                    f"cannot keep {path} in {self.folder}: {error.strerror}", hint="free some disk space"
                ) from error
        return name

    def place(self, digest: str, target: Path) -> None:
        """Have a content stand under a name, in one step; a link to it where the file system has them.

        Raises:
            StorageError: It cannot be written.
        """
        beside = target.with_name(f".{target.name}.new")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            try:
                os.link(self.folder / digest, beside)
            except OSError:
                shutil.copyfile(self.folder / digest, beside)
            target.unlink(missing_ok=True)  # a link to the same content would stay beside it otherwise
            os.replace(beside, target)
        except OSError as error:
            raise StorageError(f"cannot write {target}: {error.strerror}") from error

    def drop_unused(self, used: frozenset[str]) -> None:
        """Delete the contents that are not among these."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name not in used:
                path.unlink(missing_ok=True)
