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


class ExpertChosen(EventPayload, frozen=True, kw_only=True):
    """An expert was woken for a search.

    Attributes:
        persona: Its name.
        query: What is looked for.
        cost: What waking it costs.
        reason: Why it, in one sentence.
        numbers: What decided it.
        failure: Why it brought nothing; "" for one that walked.
    """

    kind: ClassVar[EventKind] = EventKind.EXPERT_CHOSEN
    persona: str
    query: str
    cost: float
    reason: str
    numbers: Mapping[str, float] = {}
    failure: str = ""

    def describe(self) -> str:
        """Who, and why."""
        failed = f"; it failed: {self.failure}" if self.failure else ""
        return f"{self.persona}: {self.reason}{failed}"
