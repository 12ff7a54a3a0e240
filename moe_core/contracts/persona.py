"""Personas: who an expert is."""

from dataclasses import dataclass, field
from enum import StrEnum

from moe_core.contracts.wire import JsonObject


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

    Raises:
        ValueError: A trait is outside 1 to 9.
    """

    breadth: int = 5
    depth: int = 5
    curiosity: int = 5
    precision: int = 5
    scepticism: int = 5

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if not 1 <= value <= 9:
                raise ValueError(f"trait {name} is {value}; traits go from 1 to 9")

    @staticmethod
    def scale(trait: int, *, low: float, neutral: float, high: float) -> float:
        """A setting for a trait: `low` at 1, `neutral` at 5, `high` at 9, straight lines between."""
        if trait <= 5:
            return low + (neutral - low) * (trait - 1) / 4
        return neutral + (high - neutral) * (trait - 5) / 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """An expert that walks the knowledge graph in its own way.

    Attributes:
        name: Short name.
        description: One line.
        traits: How it works.
        expertise: What it knows about, as words.
        activation_cost: What using it costs, in [0, 1].
        traversal: The name of the strategy it walks with.
        tier: Where it starts.
        meta: Anything else its file holds.
    """

    name: str
    description: str = ""
    traits: Traits = field(default_factory=Traits)
    expertise: tuple[str, ...] = ()
    activation_cost: float = 0.3
    traversal: str = ""
    tier: Tier = Tier.EXPERIMENTAL
    meta: JsonObject = field(default_factory=dict)
