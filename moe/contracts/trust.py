"""Whether a folder's code, settings and workspace count, and for which content the user said so."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec

FOLDERS = ("plugins", "modelfiles", "config")
"""What is read as code or settings; the workspace beside them counts by its folder's trust alone."""

WORKSPACE = ".moe"


class FileContent(msgspec.Struct, frozen=True, kw_only=True):
    """One file.

    Attributes:
        digest: Of its bytes.
        text: Its text, for showing changes; "" when it is large or no text.
    """

    digest: str
    text: str = ""


Contents = Mapping[str, FileContent]
"""By path below the folder, with "/"; sorted."""


class TrustRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that was trusted.

    Attributes:
        folder: Absolute, without links.
        files: What counted in it then.
        at: Unix time in seconds.
    """

    folder: str
    files: dict[str, FileContent]
    at: float


class TrustState(StrEnum):
    """How a folder stands."""

    EMPTY = "empty"  # it brings nothing, and nothing was ever kept in it
    TRUSTED = "trusted"
    NEW = "new"
    CHANGED = "changed"
    FOREIGN = "foreign"  # somebody else could have written it
    IGNORED = "ignored"  # at the user's wish


class TrustVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a folder's code, settings and workspace count.

    Attributes:
        folder: Absolute.
        state: How it stands.
        reason: Why it is foreign; else "".
        brings: Names of what it has of `plugins`, `modelfiles`, `config` and the workspace.
        contents: What would count; {} unless it was read.
        trusted: What counted when it was trusted; {} when it never was.
    """

    folder: Path
    state: TrustState
    reason: str = ""
    brings: tuple[str, ...] = ()
    contents: Contents | None = None
    trusted: Contents | None = None

    @property
    def counts(self) -> bool:
        """Whether plugins, modelfiles and settings of the folder are read."""
        return self.state is TrustState.TRUSTED

    @property
    def is_writable(self) -> bool:
        """Whether a workspace may be kept in the folder."""
        return self.state is TrustState.TRUSTED or (self.state is TrustState.EMPTY and not self.reason)

    def list_changes(self) -> list[tuple[str, str]]:
        """("added", "changed" or "removed", path) against what was trusted, by path."""
        now, then = self.contents or {}, self.trusted or {}
        changes = []
        for path in sorted({*now, *then}):
            if path not in then:
                changes.append(("added", path))
            elif path not in now:
                changes.append(("removed", path))
            elif now[path].digest != then[path].digest:
                changes.append(("changed", path))
        return changes

    def list_lines(self) -> list[str]:
        """What the folder brings, or what has changed in it, a line each."""
        if self.state is TrustState.CHANGED:
            return [f"{what}: {path}" for what, path in self.list_changes()]
        lines = [f"brings: {path}" for path in self.contents or ()]
        return lines + [f"brings: {name}/" for name in self.brings if name == WORKSPACE]

    def describe(self) -> str:
        """One line on what is left aside and what to type; "" when nothing is."""
        if self.state in (TrustState.TRUSTED, TrustState.EMPTY, TrustState.IGNORED):
            return ""
        parts = ", ".join(f"{name}/" for name in self.brings)
        if self.state is TrustState.FOREIGN:
            return f"{self.folder}: {parts} left aside: {self.reason}"
        if self.state is TrustState.CHANGED:
            changes = self.list_changes()
            first = f"{changes[0][1]} {changes[0][0]}" if changes else "changed"
            more = f" and {len(changes) - 1} more" if len(changes) > 1 else ""
            what = f"{first}{more} since you trusted it"
            return f"{self.folder}: {parts} left aside: {what}; see `moe trust diff`, then `moe trust`"
        return f"{self.folder}: {parts} left aside, for you have not trusted this folder; `moe trust` does"
