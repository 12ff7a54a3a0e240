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


class SearchDecided(EventPayload, frozen=True, kw_only=True):
    """No expert was woken for a search: its question's own words find as much.

    Attributes:
        tool: Which tool searched.
        query: What is looked for.
        reason: In one sentence.
        numbers: What decided it.
    """

    kind: ClassVar[EventKind] = EventKind.SEARCH_DECIDED
    tool: str
    query: str
    reason: str
    numbers: Mapping[str, float] = {}

    def describe(self) -> str:
        """That nobody walked, and why."""
        return f"nobody walked, as {self.reason}: {self.query}"


class ExpertScored(EventPayload, frozen=True, kw_only=True):
    """What an expert brought to a search was judged.

    Attributes:
        persona: Its name.
        query: What was looked for.
        question_kind: "when", "count", "name", ..., "other".
        score: In [0, 1].
        parts: What it is made of, by scorer; `coverage` for one that walked alone.
        is_leading: Its evidence comes first.
        added: Passages that it adds to the leading one's.
        counts: It is kept of the expert; not where nothing that was found speaks to the question.
    """

    kind: ClassVar[EventKind] = EventKind.EXPERT_SCORED
    persona: str
    query: str
    question_kind: str
    score: float
    parts: Mapping[str, float]
    is_leading: bool
    added: int
    counts: bool

    def describe(self) -> str:
        """The score, and what it is made of."""
        parts = ", ".join(f"{name} {value:.2f}" for name, value in self.parts.items())
        place = "leads" if self.is_leading else f"adds {self.added}"
        return f"{self.persona} {place}: {self.score:.2f} ({parts})"


class ExpertCommented(EventPayload, frozen=True, kw_only=True):
    """An expert said what its evidence comes to.

    Attributes:
        persona: Its name.
        query: What was looked for.
        commentary: In its words.
        relevance_score: How much its evidence speaks to the question, by its own word, in [0, 1].
        key_insights: Single facts.
        by: The model that wrote it, or "rule".
        failure: Why no model wrote it; "" for one that did.
    """

    kind: ClassVar[EventKind] = EventKind.EXPERT_COMMENTED
    persona: str
    query: str
    commentary: str
    relevance_score: float
    key_insights: tuple[str, ...]
    by: str
    failure: str = ""

    def describe(self) -> str:
        """What it said."""
        failed = f" (its model failed: {self.failure})" if self.failure else ""
        return f"{self.persona} by {self.by}: {self.commentary}{failed}"
