"""How a plugin differs from what the lock says of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from moe_core.contracts.definition import DefinitionChange, ToolDefinition, list_definition_changes
from moe_core.loading.plugins.locking.lock_file import LockedPlugin

DifferenceKind = Literal["not_locked", "missing", "version", "files", "definition", "unreadable"]
_NAMES_MAX = 3  # of files in one line


class LockDifference(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which a plugin is not what the lock names.

    Attributes:
        plugin: Its id.
        kind: Of which kind.
        message: One line.
        version: The version that the lock names, where it names one.
        changes: The definitions that changed.
    """

    plugin: str
    kind: DifferenceKind
    message: str
    version: str = ""
    changes: tuple[DefinitionChange, ...] = ()


def compare_files(
    plugin: str, locked: LockedPlugin | None, *, version: str, digests: Mapping[str, str]
) -> Iterator[LockDifference]:
    """What differs before anything of a plugin is imported.

    Args:
        plugin: Its id.
        locked: What the lock says of it; None when it does not name it.
        version: That which is there.
        digests: Of the files that are there.
    """
    if locked is None:
        yield LockDifference(plugin=plugin, kind="not_locked", message="is not in the lock")
        return
    if locked.version != version:
        message = f"is version {version or 'unknown'}; the lock names {locked.version or 'none'}"
        yield LockDifference(plugin=plugin, kind="version", message=message, version=locked.version)
    files = sorted({*digests, *locked.files})
    changed = [name for name in files if digests.get(name) != locked.files.get(name)]
    if changed:
        more = f" and {len(changed) - _NAMES_MAX} more" if len(changed) > _NAMES_MAX else ""
        names = ", ".join(_describe_file(name, digests, locked.files) for name in changed[:_NAMES_MAX])
        yield LockDifference(
            plugin=plugin, kind="files", message=f"has other files: {names}{more}", version=locked.version
        )


def compare_tools(plugin: str, locked: LockedPlugin, definitions: Iterable[ToolDefinition]) -> Iterator[LockDifference]:
    """What differs in the definitions of a plugin's tools."""
    changes = tuple(sorted(list_definition_changes(locked.tools, definitions), key=lambda change: change.tool))
    if changes:
        names = ", ".join(f"{change.tool} ({change.kind})" for change in changes)
        message = f"defines its tools otherwise: {names}"
        yield LockDifference(plugin=plugin, kind="definition", message=message, version=locked.version, changes=changes)


def _describe_file(name: str, now: Mapping[str, str], then: Mapping[str, str]) -> str:
    return f"{name} ({'new' if name not in then else 'gone' if name not in now else 'changed'})"
