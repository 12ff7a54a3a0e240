"""What a store of budgets does, wherever it lies."""

from typing import Protocol

import msgspec

KEPT_SECONDS = 172_800.0  # two days: what was held for a period that is long over is nobody's any more


class BudgetHold(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens that something which begins may spend, held for it until it has ended.

    Attributes:
        hold_id: By which it is settled, once.
        account: Whose: a key's or user's.
        period: The hour or day that it counts in.
        limit: Tokens of the account in that period.
        tokens: So many are wanted.
        seconds: How long they are held unless it is renewed: whoever dies does not hold them for ever.
    """

    hold_id: str
    account: str
    period: str
    limit: int
    tokens: int
    seconds: float


class BudgetGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of what was wanted.

    Attributes:
        tokens: So many; 0 for nothing.
        spent: By what has ended.
        held: By what goes on.
    """

    tokens: int
    spent: int
    held: int


class BudgetStore(Protocol):
    """Holds and counts tokens, each method all at once for all servers that share it. It waits: call it in a thread.

    Raises:
        StorageError: From every method: the store cannot be reached, read or written.
    """

    def hold(self, wanted: BudgetHold) -> BudgetGrant:
        """Hold what is wanted as far as the account has it."""
        ...

    def renew(self, hold_ids: list[str], seconds: float) -> None:
        """Hold so much longer what goes on."""
        ...

    def settle(self, hold: BudgetHold, tokens: int) -> None:
        """Count what was spent in place of what was held; a second time does nothing."""
        ...

    def charge(self, account: str, period: str, tokens: int) -> None:
        """Count what was spent without a hold."""
        ...

    def close(self) -> None:
        """Give back what is open."""
        ...
