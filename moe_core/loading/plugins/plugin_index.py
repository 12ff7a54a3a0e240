"""What plugins brought when they were last imported, kept on disk so that listing them imports none."""

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from moe_core.contracts.hookspecs import API_VERSION
from moe_core.loading.plugins.intake import LoadedPlugin
from moe_core.loading.plugins.records import is_valid, revive
from moe_core.loading.plugins.targets import Target

_FORMAT = 4  # of this file; and of what `offers` reads from a plugin


class PluginIndex:
    """The index as it was read; `save` writes it when something in it has changed.

    What was kept counts as long as the plugin's files are what they were, for the same Python, and until anything is
    installed or uninstalled; what is wrong with a plugin, for a day at most.
    """

    def __init__(self, file: Path, *, site: Iterable[str] = (), is_fresh: bool = False) -> None:
        """Read the index; one that cannot be read is empty.

        Args:
            file: Where it is kept.
            site: The folders of installed distributions: what comes or goes in one ends the index.
            is_fresh: Whether nothing that is kept counts.
        """
        self._file = file
        self._header = _make_header(site)
        self._kept: dict[str, Any] = {} if is_fresh else _read(file, self._header)
        self._used: dict[str, Any] = {}
        self._is_changed = is_fresh

    def __repr__(self) -> str:
        return f"<PluginIndex of {len(self._kept)} plugins in {self._file}>"

    def find(self, target: Target) -> LoadedPlugin | None:
        """What a plugin brings as it was kept; None when it has to be imported."""
        record = self._kept.get(target.key)
        with suppress(KeyError, TypeError, ValueError):
            if record is not None and is_valid(record):
                found = revive(record, target.source, target.load)
                self._used[target.key] = record
                return found
        return None

    def retain(self, target: Target) -> None:
        """Go on keeping what is known of a plugin that is not asked for, because it is switched off."""
        if target.key in self._kept:
            self._used[target.key] = self._kept[target.key]

    def keep(self, target: Target, record: dict[str, Any]) -> None:
        """Keep what was found, if its files are known."""
        if record["stamps"]:
            self._used[target.key] = record
            self._is_changed = True

    def save(self) -> None:
        """Write what was found, in one step; where nothing can be written, nothing is."""
        if not (self._is_changed or self._used.keys() != self._kept.keys()):
            return
        with suppress(OSError, TypeError, ValueError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            text = json.dumps({"header": self._header, "plugins": self._used}, separators=(",", ":"))
            handle, name = tempfile.mkstemp(dir=self._file.parent, prefix=f"{self._file.name}.")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                os.replace(name, self._file)
            except BaseException:
                os.unlink(name)
                raise


def read_records(file: Path) -> dict[str, Any]:
    """What a file of the index keeps of each plugin, whatever has become of it; {} when it cannot be read."""
    return _read(file, None)


def _make_header(site: Iterable[str]) -> list[Any]:
    return [_FORMAT, API_VERSION, sys.version, [[place, _digest_names(place)] for place in site]]


def _digest_names(place: str) -> str:
    """What lies in the folder, bytecode apart, which importing a module makes."""
    try:
        names = sorted(name for name in os.listdir(place) if name != "__pycache__")
    except OSError:
        return ""
    return blake2b("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()


def _read(file: Path, header: list[Any] | None) -> dict[str, Any]:
    try:
        data = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    is_ours = isinstance(data, dict) and header in (None, data.get("header"))
    plugins = data.get("plugins") if is_ours else None
    return plugins if isinstance(plugins, dict) else {}
