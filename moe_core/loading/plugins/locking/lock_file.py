"""moe.lock: the plugins that may run, with the hashes of their files and of their tools' definitions."""

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from moe_core.contracts.definition import ToolDefinition
from moe_core.contracts.errors import ConfigError, StorageError
from moe_core.contracts.wire import JsonObject
from moe_core.files.regular import read_regular

REMEDY = "look at `moe plugins sync`, then `moe plugins freeze`"
_ANEW = "take it from where it was kept, or write it anew: `moe plugins freeze`"
_FORMAT = 1
_MAX_BYTES = 64 << 20  # thousands of plugins


class LockedPlugin(msgspec.Struct, frozen=True, kw_only=True):
    """One plugin as it was looked at.

    Attributes:
        version: Of its distribution; "" for a file.
        files: SHA-256 of each of its files, by path.
        tools: What its tools were defined as.
    """

    version: str = ""
    files: Mapping[str, str]
    tools: tuple[ToolDefinition, ...] = ()


class PluginLock(msgspec.Struct, frozen=True, kw_only=True):
    """The plugins by id."""

    plugins: Mapping[str, LockedPlugin] = msgspec.field(default_factory=dict)


class _KeptTool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    description: str
    effects: tuple[str, ...]
    hash: str
    schema: JsonObject


class _KeptPlugin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    files: dict[str, str]
    hash: str
    tools: dict[str, _KeptTool]
    version: str


class _KeptLock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: int
    plugins: dict[str, _KeptPlugin]


def format_lock(lock: PluginLock) -> str:
    """The text of the file: equal locks give equal texts."""
    plugins = {name: _describe(plugin) for name, plugin in lock.plugins.items()}
    return json.dumps({"format": _FORMAT, "plugins": plugins}, indent=2, sort_keys=True) + "\n"


def write_lock(path: Path, lock: PluginLock) -> None:
    """Write the file in one step.

    Raises:
        StorageError: It cannot be written.
    """
    try:
        handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(format_lock(lock))
            os.chmod(part, 0o644)  # it is no secret, and is meant to be shared with the project
            os.replace(part, path)
        except BaseException:
            os.unlink(part)
            raise
    except OSError as error:
        hint = "name another file: --output moe.lock"
        raise StorageError(f"{path} cannot be written: {error.strerror or error}", hint=hint) from error


def read_lock(path: Path) -> PluginLock | None:
    """What a lock names; None where there is no such file.

    Raises:
        ConfigError: It cannot be read, is no lock, or does not fit its own hashes.
    """
    if not os.path.lexists(path):
        return None
    try:
        kept = msgspec.json.decode(read_regular(path, max_bytes=_MAX_BYTES), type=_KeptLock)
    except OSError as error:
        raise _refuse(path, f"cannot be read: {error.strerror or error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _refuse(path, f"is damaged: {str(error)[:200]}") from error
    if kept.format != _FORMAT:
        raise _refuse(path, f"has format {kept.format}; this moe reads {_FORMAT}")
    return PluginLock(plugins={name: _revive(path, name, plugin) for name, plugin in kept.plugins.items()})


def _describe(plugin: LockedPlugin) -> dict[str, Any]:
    tools = {
        tool.name: {
            "description": tool.description,
            "effects": tool.effects,
            "hash": tool.digest,
            "schema": tool.schema,
        }
        for tool in plugin.tools
    }
    return {
        "files": dict(plugin.files),
        "hash": _digest_files(plugin.files),
        "tools": tools,
        "version": plugin.version,
    }


def _revive(path: Path, name: str, kept: _KeptPlugin) -> LockedPlugin:
    tools = tuple(
        ToolDefinition(name=tool_name, description=tool.description, schema=tool.schema, effects=tool.effects)
        for tool_name, tool in kept.tools.items()
    )
    hashes = [_digest_files(kept.files), *(tool.digest for tool in tools)]
    if hashes != [kept.hash, *(tool.hash for tool in kept.tools.values())]:
        raise _refuse(path, f"is damaged: what it says of {name} does not fit its hashes")
    return LockedPlugin(version=kept.version, files=kept.files, tools=tools)


def _digest_files(files: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(files), sort_keys=True).encode()).hexdigest()


def _refuse(path: Path, what: str) -> ConfigError:
    return ConfigError(f"{path} {what}", source=str(path), hint=_ANEW)
