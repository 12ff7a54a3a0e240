"""What a run may spend on models: promised before each call, settled after it."""

from types import TracebackType

from moe.contracts.budget import Budget, Budgets
from moe_core.contracts.agent import Role
from moe_core.contracts.errors import BudgetSpentError
from moe_core.contracts.messages import Usage

_NOTHING = Usage()
_UNITS = {"tokens": "tokens", "requests": "requests", "seconds": "seconds of models' time", "cost": "in cost"}
_LIMITS = tuple(_UNITS)
_ROUNDING = 1.0 + 1e-9  # sums of fractions are not exact


class BudgetLedger:
    """What a run has spent and promised.

    A call is admitted only when what it is estimated at fits beside all that is spent and promised; so calls at the
    same time cannot overspend together. What a call costs beyond its estimate shows when it is settled.

    Attributes:
        budgets: The limits.
        counts_tokens: Whether any limit depends on how long requests and replies are.
    """

    def __init__(self, budgets: Budgets | None = None) -> None:
        self.budgets = budgets or Budgets()
        held = (budget for _, budget in self.budgets)
        self.counts_tokens = any(budget.max_tokens or budget.max_cost for budget in held)
        self._run = _Account("the run", "", self.budgets.run)
        self._layers = {
            role: _Account(f"the {role.capitalize()} layer", f"{role}.", self.budgets.of(role)) for role in Role
        }

    def __repr__(self) -> str:
        return f"<BudgetLedger spent {self.spent()}, promised {self.promised()}>"

    def reserve(self, estimate: Usage, *, role: Role) -> "Reservation":
        """Promise a call what it is estimated at.

        Args:
            estimate: Tokens, requests (usually 1), and seconds and cost as far as they are known.
            role: The layer that asks.

        Raises:
            BudgetSpentError: It does not fit; which limit, and how to raise it.
        """
        layer = self._layers[role]
        self._run.check(estimate)
        layer.check(estimate)
        self._run.promise(estimate)
        layer.promise(estimate)
        return Reservation(estimate, self._run, layer)

    def take_in(self, usage: Usage, *, role: Role) -> None:
        """Count what was spent before, by a layer, whatever the limits are."""
        self._run.spent.add(usage)
        self._layers[role].spent.add(usage)

    def spent(self, role: Role | None = None) -> Usage:
        """What settled calls cost: of a layer, or in all."""
        return self._account(role).spent.as_usage()

    def promised(self, role: Role | None = None) -> Usage:
        """What calls under way may cost, by their estimates."""
        return self._account(role).promised.as_usage()

    def find_left(self) -> Budgets:
        """What may still be spent, of the run and of each layer, where there are limits; the least that is one."""
        accounts = {"run": self._run, **{str(role): self._layers[role] for role in Role if role is not Role.OBSERVER}}
        return Budgets(**{name: account.find_left() for name, account in accounts.items()})

    def pressure(self, role: Role | None = None) -> float:
        """How much of the scarcest limit is spent or promised, from 0 to 1; 0 without limits.

        Args:
            role: A layer, whose own limits count beside the run's; None for the run's alone.
        """
        run = self._run.pressure()
        return run if role is None else max(run, self._layers[role].pressure())

    def _account(self, role: Role | None) -> "_Account":
        return self._run if role is None else self._layers[role]


class Reservation:
    """A promise to one call; settle it with what the call cost. As a context manager it is given back unsettled.

    Attributes:
        requests: Requests it is good for.
    """

    __slots__ = ("_accounts", "_estimate", "requests")

    def __init__(self, estimate: Usage, *accounts: "_Account") -> None:
        self._estimate = estimate
        self._accounts = accounts
        self.requests = 1

    def __repr__(self) -> str:
        return f"<Reservation of {self.requests} times {self._estimate}>"

    def __enter__(self) -> "Reservation":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.requests:
            self.settle(_NOTHING)

    def extend(self) -> None:
        """Promise as much once more: before asking again, or a second time beside the first.

        Raises:
            BudgetSpentError: It does not fit.
        """
        assert self.requests, "a settled reservation cannot be extended"
        for account in self._accounts:
            account.check(self._estimate)
        for account in self._accounts:
            account.promised.add(self._estimate)
        self.requests += 1

    def settle(self, actual: Usage) -> None:
        """Put what the call cost, all its requests together, in place of what it was estimated at; once."""
        assert self.requests, "a reservation is settled once"
        for account in self._accounts:
            account.settle(self._estimate, self.requests, actual)
        self.requests = 0


class _Sum:
    """A usage that grows and shrinks."""

    __slots__ = ("completion_tokens", "cost", "prompt_tokens", "requests", "seconds")

    def __init__(self) -> None:
        self.prompt_tokens = self.completion_tokens = self.requests = 0
        self.seconds = self.cost = 0.0

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def add(self, usage: Usage, times: int = 1) -> None:
        self.prompt_tokens += usage.prompt_tokens * times
        self.completion_tokens += usage.completion_tokens * times
        self.requests += usage.requests * times
        self.seconds += usage.seconds * times
        self.cost += usage.cost * times

    def as_usage(self) -> Usage:
        return Usage(**{name: getattr(self, name) for name in self.__slots__})


class _Account:
    """One budget and what goes from it."""

    __slots__ = ("_limits", "_name", "_open", "_prefix", "promised", "spent")

    def __init__(self, name: str, prefix: str, budget: Budget) -> None:
        self._name = name
        self._prefix = prefix
        limits = {limit: getattr(budget, f"max_{limit}") for limit in _LIMITS}
        self._limits = {limit: float(allowed) for limit, allowed in limits.items() if allowed is not None}
        self._open = 0
        self.spent = _Sum()
        self.promised = _Sum()

    def check(self, wanted: Usage) -> None:
        for limit, allowed in self._limits.items():
            more, used = _measure(wanted, limit), self._used(limit)
            is_over = limit == "seconds" and used >= allowed  # how long it takes may not be known before
            if is_over or (more and used + more > allowed * _ROUNDING):
                raise self._refusal(limit, allowed, used, more)

    def promise(self, estimate: Usage) -> None:
        self._open += 1
        self.promised.add(estimate)

    def settle(self, estimate: Usage, times: int, actual: Usage) -> None:
        self._open -= 1
        self.spent.add(actual)
        if self._open:
            self.promised.add(estimate, -times)
        else:
            self.promised = _Sum()

    def pressure(self) -> float:
        if not self._limits:
            return 0.0
        return min(1.0, max(self._used(limit) / most if most else 1.0 for limit, most in self._limits.items()))

    def find_left(self) -> Budget:
        left = {limit: max(allowed - self._used(limit), 0.0) for limit, allowed in self._limits.items()}
        least = {
            limit: max(1, int(rest)) if limit in ("tokens", "requests") else max(rest, 1e-9)
            for limit, rest in left.items()
        }
        return Budget.model_validate({f"max_{limit}": rest for limit, rest in least.items()})

    def _used(self, limit: str) -> float:
        return float(getattr(self.spent, limit) + getattr(self.promised, limit))

    def _refusal(self, limit: str, allowed: float, used: float, wanted: float) -> BudgetSpentError:
        more = f", {_number(wanted)} more wanted" if wanted else ""
        return BudgetSpentError(
            f"{self._name}'s budget of {_number(allowed)} {_UNITS[limit]} is not enough: "
            f"{_number(used)} spent or promised{more}",
            limit=limit,
            allowed=allowed,
            spent=used,
            wanted=wanted,
            hint=f"allow more: --budget {self._prefix}{limit}={_roomier(max(allowed, used + wanted))}, "
            "or system.budgets in config/system.yaml",
        )


def _measure(usage: Usage, limit: str) -> float:
    if limit == "tokens":
        return usage.prompt_tokens + usage.completion_tokens
    return float(getattr(usage, limit))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"


def _roomier(value: float) -> str:
    """Twice as much, in round figures, for a hint."""
    return f"{float(f'{2 * value:.1g}'):.12g}"
