"""Personas: who an expert is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from moe_core.contracts.wire import JsonObject

NEUTRAL = 5  # the middle of 1 to 9


class Tier(StrEnum):
    """Where a persona stands.

    Attributes:
        ACTIVE: Chosen first.
        STABLE: Proven.
        EXPERIMENTAL: New: not proven yet.
        PRUNED: Not chosen; kept.
    """

    ACTIVE = "active"
    STABLE = "stable"
    EXPERIMENTAL = "experimental"
    PRUNED = "pruned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """How a persona works, each from 1 to 9; 5 is neutral.

    Attributes:
        breadth: How many ways it follows from one place.
        depth: How far it goes.
        curiosity: How much it is drawn by what it has not seen.
        precision: How near to the question it stays.
        scepticism: How much it asks of what it relies on.
        further: Traits of any other name, for strategies that heed them.

    Raises:
        ValueError: A trait is outside 1 to 9, or stands in `further` though it is one of the five.
    """

    breadth: int = NEUTRAL
    depth: int = NEUTRAL
    curiosity: int = NEUTRAL
    precision: int = NEUTRAL
    scepticism: int = NEUTRAL
    further: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in MAIN_TRAITS:
            if name in self.further:
                raise ValueError(f"trait {name} is no further trait; write Traits({name}=...)")
        for name, value in self.as_mapping().items():
            if not 1 <= value <= 9:
                raise ValueError(f"trait {name} is {value}; traits go from 1 to 9")

    def find(self, name: str) -> int:
        """The trait of any name; one that the persona does not have is neutral."""
        value: int = getattr(self, name) if name in MAIN_TRAITS else self.further.get(name, NEUTRAL)
        return value

    def as_mapping(self) -> dict[str, int]:
        """All traits by name, the five first."""
        return {**{name: getattr(self, name) for name in MAIN_TRAITS}, **self.further}

    @staticmethod
    def scale(trait: int, *, low: float, neutral: float, high: float) -> float:
        """A setting for a trait: `low` at 1, `neutral` at 5, `high` at 9, straight lines between."""
        if trait <= NEUTRAL:
            return low + (neutral - low) * (trait - 1) / 4
        return neutral + (high - neutral) * (trait - NEUTRAL) / 4


MAIN_TRAITS = ("breadth", "depth", "curiosity", "precision", "scepticism")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """An expert that walks the knowledge graph in its own way.

    Attributes:
        name: Short name; `persona_id` where it is stored.
        description: One line.
        traits: How it works.
        expertise: What it knows about, as words.
        activation_cost: What using it costs, at least 0.
        traversal: The name of the strategy it walks with.
        tier: Where it starts.
        historical_performance: How it has done so far.
        metadata: Anything else its file holds.
    """

    name: str
    description: str = ""
    traits: Traits = field(default_factory=Traits)
    expertise: tuple[str, ...] = ()
    activation_cost: float = 0.3
    traversal: str = ""
    tier: Tier = Tier.EXPERIMENTAL
    historical_performance: JsonObject = field(default_factory=dict)
    metadata: JsonObject = field(default_factory=dict)
