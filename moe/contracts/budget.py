"""What a run may spend."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from moe_core.contracts.agent import Role
from moe_core.contracts.task import Budget

LAYERS = (Role.CAMINA, Role.BELTER, Role.DRUMMER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """What one run may spend.

    Attributes:
        run: In all.
        layers: Each layer within that, all its agents together; a layer without an entry has no limit of its own.
    """

    run: Budget = field(default_factory=Budget)
    layers: Mapping[Role, Budget] = field(default_factory=dict)

    def __or__(self, other: "Budgets") -> "Budgets":
        """These, with what the other says in place, limit by limit."""
        layers = {role: _override(self.layers.get(role), other.layers.get(role)) for role in LAYERS}
        return Budgets(
            run=_override(self.run, other.run),
            layers={role: budget for role, budget in layers.items() if budget != Budget()},
        )


def _override(base: Budget | None, other: Budget | None) -> Budget:
    base, other = base or Budget(), other or Budget()
    said = {limit.name: getattr(other, limit.name) for limit in fields(Budget)}
    return replace(base, **{name: most for name, most in said.items() if most is not None})
