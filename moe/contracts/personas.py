"""Personas as a workspace has them."""

from dataclasses import dataclass
from typing import Literal

import msgspec

from moe_core.contracts.persona import Persona, Tier
from moe_core.contracts.persona_payloads import PersonaChanged
from moe_core.contracts.plugin import PluginSource

TIERS = (Tier.PRUNED, Tier.EXPERIMENTAL, Tier.ACTIVE, Tier.STABLE)  # from the lowest, in the order of promotion


class StandingPersona(msgspec.Struct, frozen=True, kw_only=True):
    """A persona, where it stands.

    Attributes:
        persona: Its tier is the one it stands in.
        source: The plugin that brings it, or the file in the workspace.
        is_stored: The workspace has a file of it; else it is as its plugin brings it.
    """

    persona: Persona
    source: PluginSource
    is_stored: bool


class PersonaRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the personas' history.

    Attributes:
        at: Unix time in seconds.
        kind: "persona.changed".
        data: What happened.
    """

    at: float
    kind: Literal["persona.changed"] = "persona.changed"
    data: PersonaChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaScore:
    """How a persona did once.

    Attributes:
        persona: Its name.
        score: From 0 to 1.
        kind: Of the question: "when", "count", "name", ..., "other".

    Raises:
        ValueError: The score is outside of them.
    """

    persona: str
    score: float
    kind: str = "other"

    def __post_init__(self) -> None:
        if not 0 <= self.score <= 1:
            raise ValueError(f"a score goes from 0 to 1, not {self.score}")


class Simulation(msgspec.Struct, frozen=True, kw_only=True):
    """What recorded scores come to under some thresholds.

    Attributes:
        moves: In their order, with their numbers.
        tiers: Where everybody stands in the end, of those that have scores.
        unknown: Names that have scores, and that nobody has.
    """

    moves: tuple[PersonaChanged, ...]
    tiers: dict[str, str]
    unknown: tuple[str, ...]


class PersonaChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A persona that is woken for a question, and why.

    Attributes:
        persona: Its name.
        cost: What waking it costs.
        kind: Of the question.
        drawn: The rate of good scores that was drawn for it, in [0, 1].
        observations: Scores that it has at this kind of question.
        expertise: The share of the question's words that it knows about.
        sameness: How much it is like the one most like it among those chosen before.
        is_exploration: It is experimental, and is tried.
    """

    persona: str
    cost: float
    kind: str
    drawn: float
    observations: float
    expertise: float
    sameness: float
    is_exploration: bool

    def list_numbers(self) -> dict[str, float]:
        """What decided it."""
        return {
            "drawn": self.drawn,
            "observations": self.observations,
            "expertise": self.expertise,
            "sameness": self.sameness,
        }

    def describe(self) -> str:
        """Why, in one line."""
        why = f"drawn {self.drawn:.2f} from {self.observations:g} scores at {self.kind!r}"
        tried = ", to try it" if self.is_exploration else ""
        return f"{self.persona} (cost {self.cost:g}): {why}, expertise {self.expertise:.2f}{tried}"


class BredPersona(msgspec.Struct, frozen=True, kw_only=True):
    """A variant of an expert that did well.

    Attributes:
        name: Its own.
        parent: Whose variant it is.
        changes: What it has otherwise, in words.
    """

    name: str
    parent: str
    changes: str
