"""Holding tokens for what begins, and counting them when it has ended."""

import asyncio
import time
import uuid
from asyncio import to_thread
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pkgutil import resolve_name

from moe.server.budgets.sql import FileBudgets, SqlBudgets
from moe.server.budgets.store import BudgetHold, BudgetStore
from moe.server.keys.budget_text import KeyBudget, read_budget
from moe.server.keys.file import ServerFile
from moe.server.keys.key import ApiKey
from moe.server.problems import ProblemError
from moe_core.contracts.errors import RequestError, StorageError

_LEASE_SECONDS = 60.0  # chosen: tokens of a server that dies are free again after a minute
_RENEW_SECONDS = 15.0
_CLOSE_SECONDS = 5.0
_SOON = 5  # seconds after which something that goes on may have ended


class BudgetKeeper:
    """Keeps the budgets of one server's callers, with all servers that share their store.

    Args:
        store: Where they are counted.
        most: Tokens that are held for what does not say how many it wants.
    """

    def __init__(self, store: BudgetStore, most: int) -> None:
        self._store = store
        self._most = most
        self._open: dict[str, BudgetHold] = {}
        self._ended: dict[str, int] = {}
        self._tending: asyncio.Task[None] | None = None
        self._writing: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"<BudgetKeeper, {len(self._open)} held>"

    async def hold(self, key: ApiKey | None, wanted: int | None = None) -> tuple[str, int | None]:
        """Hold tokens for what a caller begins.

        Args:
            key: The caller's; None for one without.
            wanted: Tokens; None for those of a usual run.

        Returns:
            By what they are settled, and how many they are; ("", None) for a caller without a budget.

        Raises:
            ProblemError: Nothing is left.
            StorageError: The store is away.
        """
        if key is None or not key.budget:
            return "", None
        budget, now = read_budget(key.budget), time.time()
        hold = BudgetHold(
            hold_id=uuid.uuid4().hex,
            account=key.account,
            period=budget.name_period(now),
            limit=budget.tokens,
            tokens=wanted or self._most,
            seconds=_LEASE_SECONDS,
        )
        grant = await to_thread(self._store.hold, hold)
        if not grant.tokens:
            raise _refuse(key, budget, now, is_spent=grant.spent >= budget.tokens, held=grant.held)
        self._open[hold.hold_id] = hold
        if self._tending is None or self._tending.done():
            self._tending = asyncio.create_task(self._tend())
        return hold.hold_id, grant.tokens

    def settle(self, hold_id: str, key: ApiKey | None, tokens: int) -> None:
        """Count what something has spent that has ended; it is written soon, and again where the store is away."""
        if hold_id in self._open:
            self._ended[hold_id] = tokens
            self._write(partial(self._settle, hold_id))
        elif key is not None and key.budget and tokens:
            period = read_budget(key.budget).name_period(time.time())
            self._write(partial(to_thread, self._store.charge, key.account, period, tokens))

    async def close(self) -> None:
        """Write what has ended; what goes on is free again when its lease is over."""
        if self._tending is not None:
            self._tending.cancel()
        if self._writing:
            await asyncio.wait(self._writing, timeout=_CLOSE_SECONDS)
        await to_thread(self._store.close)

    def _write(self, work: Callable[[], Awaitable[None]]) -> None:
        async def run() -> None:
            with suppress(StorageError):  # tried again while its hold is open
                await work()

        task = asyncio.create_task(run())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _settle(self, hold_id: str) -> None:
        hold = self._open[hold_id]
        await to_thread(self._store.settle, hold, self._ended[hold_id])
        self._open.pop(hold_id, None)
        self._ended.pop(hold_id, None)

    async def _tend(self) -> None:
        """Renew what goes on, and write again what could not be written."""
        while self._open:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(StorageError):
                for hold_id in list(self._ended):
                    await self._settle(hold_id)
                going_on = [one for one in self._open if one not in self._ended]
                await to_thread(self._store.renew, going_on, _LEASE_SECONDS)


def _refuse(key: ApiKey, budget: KeyBudget, now: float, *, is_spent: bool, held: int) -> ProblemError:
    if is_spent:
        wait = budget.count_seconds_left(now)
        told = f"{key.title} has spent its {budget.tokens:,} tokens of this {budget.unit}"
        return ProblemError("key_budget", told, hint=f"come back in {wait} s", headers={"retry-after": str(wait)})
    told = f"runs that go on hold the {held:,} tokens that {key.title} has left of this {budget.unit}"
    hint = "wait for one to end, or ask for less by the request's budget"
    return ProblemError("key_budget", told, hint=hint, headers={"retry-after": str(_SOON)})


def open_budgets(address: str, database: str, file: ServerFile) -> BudgetStore:
    """Where budgets are counted.

    Args:
        address: `server.budgets`.
        database: `system.database`, which counts where that is empty.
        file: The workspace's, which counts where both are.

    Raises:
        RequestError: The address is none, or a package is missing.
        StorageError: The address cannot be used.
    """
    place = address or database
    if not place:
        return SqlBudgets(FileBudgets(file))
    kind = place.partition("://")[0]
    if kind in ("postgres", "postgresql"):
        _demand("psycopg", "durable")
        return SqlBudgets(resolve_name("moe.server.budgets.postgres:PostgresBudgets")(place))
    if kind in ("redis", "rediss"):
        _demand("redis", "redis")
        store: BudgetStore = resolve_name("moe.server.budgets.redis:RedisBudgets")(place)
        return store
    raise RequestError(
        f"server.budgets begins with {kind!r}, which keeps no budgets",
        hint="write postgresql://… or redis://…, or leave it empty for the workspace",
    )


def _demand(package: str, extra: str) -> None:
    try:
        resolve_name(package)
    except ImportError as error:
        raise RequestError(
            f"the package {package}, which server.budgets needs, is not installed",
            hint=f"pip install 'moe-core[{extra}]'",
        ) from error
