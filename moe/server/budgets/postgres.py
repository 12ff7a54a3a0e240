"""Budgets on a PostgreSQL server, which several machines share."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from moe.server.budgets.sql import BudgetSession
from moe_core.contracts.errors import StorageError

_CONNECT_SECONDS = 4  # so that a server that is not there is told of within five
_TABLES_LOCK = 0x6D6F6562  # "moeb": of those who make the tables, one at a time
_NOW = "extract(epoch FROM clock_timestamp())::double precision"
_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS moe_budget_spending (
        key_id TEXT NOT NULL, period TEXT NOT NULL, tokens BIGINT NOT NULL, PRIMARY KEY (key_id, period)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS moe_budget_holds (
        hold_id TEXT NOT NULL PRIMARY KEY, key_id TEXT NOT NULL, period TEXT NOT NULL, tokens BIGINT NOT NULL,
        expires DOUBLE PRECISION NOT NULL
    )
    """,
    "CREATE INDEX IF NOT EXISTS moe_budget_holds_by_key ON moe_budget_holds (key_id, period)",
)


class PostgresBudgets:
    """A PostgreSQL server; see `BudgetDatabase`.

    Args:
        address: Its address, with the database.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._connection: psycopg.Connection[Any] | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "<PostgresBudgets>"  # without the address, which may hold a password

    @contextmanager
    def transact(self, account: str) -> Iterator[BudgetSession]:
        """One transaction; those of an account wait for each other, on whichever machine."""
        try:
            with self._lock, self._dropped_when_broken(), self._open() as connection, connection.transaction():
                if account:
                    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (account,))
                yield _PostgresSession(connection)
        except psycopg.Error as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise StorageError(f"budgets cannot be counted: {reason}", hint="is server.budgets right?") from error

    def close(self) -> None:
        """Give the connection back."""
        with self._lock:
            self._drop()

    @contextmanager
    def _open(self) -> Iterator["psycopg.Connection[Any]"]:
        if self._connection is None or self._connection.closed:
            connection = psycopg.connect(self._address, autocommit=True, connect_timeout=_CONNECT_SECONDS)
            connection.execute("SET lock_timeout = '10s'")
            with connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (_TABLES_LOCK,))
                for table in _TABLES:
                    connection.execute(table)
            self._connection = connection
        yield self._connection

    @contextmanager
    def _dropped_when_broken(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error:
            self._drop()
            raise

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error):
                connection.close()


class _PostgresSession:
    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def execute(self, statement: str, *values: object) -> Any:
        told = statement.format(held="moe_budget_holds", spent="moe_budget_spending", now=_NOW)
        return self._connection.execute(told.replace("?", "%s"), values)
