"""What models were measured to be able to do, kept for each server and model."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from moe.contracts.capability import Capability
from moe.storage.workspace import Workspace
from moe_core.contracts.errors import MoeError
from moe_core.contracts.wire import decode_json, encode_json

KEPT_SECONDS = 7 * 86_400.0  # servers get other models under the same name
_FAILED_KEPT_SECONDS = 600.0  # a server that was silent may only have been busy


class CapabilityStore:
    """Remembers measurements; on disk where there is a workspace."""

    def __init__(self, workspace: Workspace | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self._workspace = workspace
        self._clock = clock
        self._known: dict[str, Capability] | None = None

    def __repr__(self) -> str:
        return f"<CapabilityStore of {len(self._load())} models>"

    def find(self, *, provider: str, address: str, model: str) -> Capability | None:
        """What was measured lately; None when nothing was."""
        found = self._load().get(_make_key(provider, address, model))
        if found is None:
            return None
        kept = _FAILED_KEPT_SECONDS if found.failure else KEPT_SECONDS
        return found if 0 <= self._clock() - found.at < kept else None

    def keep(self, found: Capability, *, provider: str, address: str, model: str) -> None:
        """Remember a measurement; one that cannot be written is remembered by this process."""
        known = self._load()
        known[_make_key(provider, address, model)] = found
        if self._workspace is None:
            return
        with suppress(OSError, MoeError):
            self._workspace.create()
            path = self._path(self._workspace)
            path.parent.mkdir(exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}")
            draft.write_bytes(encode_json(known))
            draft.replace(path)

    def _load(self) -> dict[str, Capability]:
        if self._known is None:
            self._known = {}
            if self._workspace is not None:
                with suppress(OSError, ValueError, MoeError):
                    raw = self._path(self._workspace).read_bytes()
                    self._known = decode_json(dict[str, Capability], raw)
        return self._known

    @staticmethod
    def _path(workspace: Workspace) -> Path:
        return workspace.folder / "cache" / "capabilities.json"


def _make_key(provider: str, address: str, model: str) -> str:
    return f"{provider} {address} {model}"
