"""What events tell of personas."""

from collections.abc import Mapping
from typing import ClassVar

from moe_core.contracts.event import EventKind, EventPayload


class PersonaChanged(EventPayload, frozen=True, kw_only=True):
    """A persona of the workspace was made, changed or moved; the workspace keeps each as a line of its history.

    Attributes:
        persona: Its name.
        action: "created", "edited" or "moved".
        before: The tier it stood in; "" for a new one.
        after: The tier it stands in now.
        reason: Why, in one sentence.
        numbers: What was measured, and the thresholds it was held against.
    """

    kind: ClassVar[EventKind] = EventKind.PERSONA_CHANGED
    persona: str
    action: str
    before: str
    after: str
    reason: str
    numbers: Mapping[str, float] = {}

    def describe(self) -> str:
        """What became of it, and why."""
        where = f"{self.before} -> {self.after}" if self.action == "moved" else self.after
        return f"{self.persona} {self.action} ({where}): {self.reason}"
