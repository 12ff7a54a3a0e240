"""Budgets in a database; the file of one machine is one."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from moe.server.budgets.store import KEPT_SECONDS, BudgetGrant, BudgetHold
from moe.server.keys.file import ServerFile

_FORGET = "DELETE FROM {held} WHERE expires < {now} - ?"
_FORGET_SPENT = "DELETE FROM {spent} WHERE key_id = ? AND period < ?"
_FIND_SPENT = "SELECT tokens FROM {spent} WHERE key_id = ? AND period = ?"
_FIND_HELD = "SELECT coalesce(sum(tokens), 0) FROM {held} WHERE key_id = ? AND period = ? AND expires > {now}"
_HOLD = "INSERT INTO {held} (hold_id, key_id, period, tokens, expires) VALUES (?, ?, ?, ?, {now} + ?)"
_RENEW = "UPDATE {held} SET expires = {now} + ? WHERE hold_id = ?"
_SETTLE = "DELETE FROM {held} WHERE hold_id = ?"
_ADD = """
    INSERT INTO {spent} (key_id, period, tokens) VALUES (?, ?, ?)
    ON CONFLICT (key_id, period) DO UPDATE SET tokens = {spent}.tokens + excluded.tokens
"""


class BudgetSession(Protocol):
    """One transaction."""

    def execute(self, statement: str, *values: object) -> Any:
        """Do a statement; a cursor."""
        ...


class BudgetDatabase(Protocol):
    """A database that budgets lie in."""

    def transact(self, account: str) -> Any:
        """A context with a `BudgetSession`: all of it or nothing, and one at a time for an account."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class SqlBudgets:
    """Budgets in a database; see `BudgetStore`."""

    def __init__(self, database: BudgetDatabase) -> None:
        self._database = database

    def __repr__(self) -> str:
        return f"<SqlBudgets in {self._database!r}>"

    def hold(self, wanted: BudgetHold) -> BudgetGrant:
        """Hold what is wanted as far as the account has it."""
        of = (wanted.account, wanted.period)
        with self._database.transact(wanted.account) as session:
            session.execute(_FORGET, KEPT_SECONDS)
            session.execute(_FORGET_SPENT, *of)
            row = session.execute(_FIND_SPENT, *of).fetchone()
            spent, held = int(row[0]) if row else 0, int(session.execute(_FIND_HELD, *of).fetchone()[0])
            granted = max(0, min(wanted.tokens, wanted.limit - spent - held))
            if granted:
                session.execute(_HOLD, wanted.hold_id, *of, granted, wanted.seconds)
        return BudgetGrant(tokens=granted, spent=spent, held=held)

    def renew(self, hold_ids: list[str], seconds: float) -> None:
        """Hold so much longer what goes on."""
        with self._database.transact("") as session:
            for hold_id in hold_ids:
                session.execute(_RENEW, seconds, hold_id)

    def settle(self, hold: BudgetHold, tokens: int) -> None:
        """Count what was spent in place of what was held."""
        with self._database.transact(hold.account) as session:
            if session.execute(_SETTLE, hold.hold_id).rowcount == 1 and tokens:
                session.execute(_ADD, hold.account, hold.period, tokens)

    def charge(self, account: str, period: str, tokens: int) -> None:
        """Count what was spent without a hold."""
        with self._database.transact(account) as session:
            session.execute(_ADD, account, period, tokens)

    def close(self) -> None:
        """Give back what is open."""
        self._database.close()


class FileBudgets:
    """The file `server.db` in the workspace, for the servers of one machine."""

    def __init__(self, file: ServerFile) -> None:
        self._file = file

    def __repr__(self) -> str:
        return f"<FileBudgets in {self._file!r}>"

    @contextmanager
    def transact(self, account: str) -> Iterator[BudgetSession]:
        """One writer at a time, whatever the account."""
        del account
        with self._file.transact() as connection:
            yield _FileSession(connection)

    def close(self) -> None:
        """It is the server's to close."""


class _FileSession:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, statement: str, *values: object) -> Any:
        now = "((julianday('now') - 2440587.5) * 86400.0)"
        return self._connection.execute(statement.format(held="holds", spent="spending", now=now), values)


def open_file_budgets(folder: Path, create: Callable[[], None]) -> SqlBudgets:
    """Budgets in a file of their own connection, below a workspace's folder, which `create` makes."""
    return SqlBudgets(FileBudgets(ServerFile(folder, create)))
