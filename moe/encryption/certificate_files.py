"""The folder in which certificates and keys lie, and how its files are called."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from moe_core.contracts.errors import RequestError, StorageError

AUTHORITY = "authority"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """One folder.

    Attributes:
        folder: Where it is.
        create: Makes the workspace that it lies in; None where it lies in none.
    """

    folder: Path
    create: Callable[[], None] | None = field(default=None, compare=False, repr=False)

    def certificate(self, name: str) -> Path:
        """A certificate; the authority's may hold several, the newest first."""
        return self.folder / f"{name}.pem"

    def key(self, name: str) -> Path:
        """The key of a certificate."""
        return self.folder / f"{name}.key"

    def seal(self, name: str) -> Path:
        """The keys with which somebody opens what is sealed to them, the newest first."""
        return self.folder / f"{name}.seal"

    def public_seal(self, name: str) -> Path:
        """The same, as far as others need to know them."""
        return self.folder / f"{name}.seal.pub"

    def older(self, path: Path) -> Path:
        """Where what a file held before is kept while others change over."""
        return path.with_name(f"{path.stem}.old{path.suffix}")

    def list_names(self) -> list[str]:
        """Those who have a certificate here, the authority aside."""
        found = sorted(path.name.removesuffix(".pem") for path in self.folder.glob("*.pem"))
        return [name for name in found if _NAME.fullmatch(name) and name != AUTHORITY]

    def read(self, path: Path) -> bytes:
        """What is in a file.

        Raises:
            StorageError: It cannot be read.
        """
        try:
            return path.read_bytes()
        except OSError as error:
            hint = f"moe certs new {path.name.partition('.')[0]} makes it; or copy it from where it was made"
            raise StorageError(f"{path} cannot be read: {error.strerror}", hint=hint) from error

    def write(self, path: Path, data: bytes, *, is_secret: bool) -> None:
        """Put something in the place of a file, at once; a secret is its owner's alone to read.

        Raises:
            StorageError: It cannot be written.
        """
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        if self.create is not None:
            self.create()
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if is_secret else 0o644)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            fresh.replace(path)
        except OSError as error:
            told = f"{path} cannot be written: {error.strerror}"
            raise StorageError(told, hint="make it writable, or name another: system.encryption.folder") from error


def check_certificate_name(name: str) -> str:
    """A name that files can be called by.

    Raises:
        RequestError: It is none.
    """
    if not _NAME.fullmatch(name) or name == AUTHORITY:
        hint = "small letters, digits, '-' and '_', the first one a letter or digit"
        raise RequestError(f"{name!r} is no name for a certificate", hint=hint)
    return name
