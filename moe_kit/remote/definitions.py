"""What the user has accepted of what servers say of their tools."""

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from moe_core.contracts.definition import ToolDefinition
from moe_core.contracts.errors import StorageError

_FORMAT = 1
_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")


class _Kept(msgspec.Struct, frozen=True):
    format: int
    server: str
    tools: tuple[ToolDefinition, ...]


class DefinitionStore(msgspec.Struct, frozen=True, kw_only=True):
    """What was accepted, one file a server, among the user's own settings: no project can write it."""

    folder: Path

    def load(self, name: str, identity: str) -> tuple[ToolDefinition, ...] | None:
        """The accepted definitions of a server; None when nothing was accepted, or of another server of that name."""
        try:
            kept = msgspec.json.decode(self._place(name).read_bytes(), type=_Kept)
        except (OSError, msgspec.DecodeError):
            return None
        return kept.tools if (kept.format, kept.server) == (_FORMAT, identity) else None

    def keep(self, name: str, identity: str, tools: Sequence[ToolDefinition]) -> None:
        """Accept definitions in the place of those before.

        Raises:
            StorageError: The folder cannot be written.
        """
        place = self._place(name)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            handle, part = tempfile.mkstemp(dir=place.parent, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(_Kept(format=_FORMAT, server=identity, tools=tuple(tools))))
            os.replace(part, place)
        except OSError as error:
            raise StorageError(
                f"{place} cannot be written: {error.strerror or error}", hint="mend the rights of the folder"
            ) from error

    def _place(self, name: str) -> Path:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        return self.folder / f"{_UNFIT.sub('_', name)[:60]}-{digest}.json"
