"""What came of looking again at plugins, modelfiles and settings."""

from typing import Literal

import msgspec

from moe_core.contracts.plugin import Problem

Change = Literal["added", "removed", "changed"]


class PartChange(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that came, went or is another now.

    Attributes:
        what: What happened to it.
        kind: "tool", "belter", "persona", ...; "setting"; "code" of a plugin that brings what it brought.
        name: Its short name; a setting's dotted key; a plugin's id.
        plugin: Who brings it; "" for a setting.
        fields: What of it has changed, by name; never the values, some of which are secret.
    """

    what: Change
    kind: str
    name: str
    plugin: str = ""
    fields: tuple[str, ...] = ()

    def describe(self) -> str:
        """One line."""
        text = f"{self.what}: {self.kind.replace('_', ' ')} {self.name}"
        text += f" ({self.plugin})" if self.plugin else ""
        return f"{text}: {', '.join(self.fields)}" if self.fields else text


class Reload(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it.

    Attributes:
        is_taken: Whether what was found counts now; if not, all is as it was.
        changes: What came with it; () where it does not count.
        faults: What is wrong that was not wrong before.
        is_mended: Whether it was found wrong the last time, and is not now.
    """

    is_taken: bool
    is_mended: bool = False
    changes: tuple[PartChange, ...] = ()
    faults: tuple[Problem, ...] = ()
