"""What a run may spend on models."""

from pydantic import BaseModel, ConfigDict, Field

SECONDS_MAX = 604_800.0
"""A week: no run takes longer, and clocks can count it."""


class Budget(BaseModel):
    """What a run or a layer may spend; null means no limit of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    max_tokens: int | None = Field(None, ge=1, description="Tokens read and written")
    max_requests: int | None = Field(None, ge=1, description="Requests to model servers, those that fail included")
    max_seconds: float | None = Field(None, gt=0, description="Time of all requests, one after the other")
    max_cost: float | None = Field(None, gt=0, description="Money, in the unit of the prices in models.yaml")

    def __or__(self, other: "Budget") -> "Budget":
        """This one, with the limits that the other has in place."""
        return self.model_copy(update=other.model_dump(exclude_none=True))


class Budgets(BaseModel):
    """What one run may spend in all, and each of its layers within that, all its agents together."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    run: Budget = Field(default_factory=Budget)
    camina: Budget = Field(default_factory=Budget)
    belter: Budget = Field(default_factory=Budget)
    drummer: Budget = Field(default_factory=Budget)

    def of(self, role: str) -> Budget:
        """A layer's own; without a limit for those that have none."""
        return getattr(self, role, Budget())

    def __or__(self, other: "Budgets") -> "Budgets":
        """These, with what the other says in place, limit by limit."""
        return Budgets(**{name: budget | getattr(other, name) for name, budget in self})
