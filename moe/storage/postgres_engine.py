"""The record of runs on a PostgreSQL server, which workers on several machines share."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import psycopg

from moe.storage.schema import SCHEMA_VERSION, TABLES
from moe.storage.sql import transaction
from moe_core.contracts.errors import StorageError

_CONNECT_SECONDS = 4  # so that a server that is not there is told of within five
_LOCK = 0x6D6F65  # "moe": of those who make the tables, one at a time
_VERSION = "CREATE TABLE IF NOT EXISTS moe_schema (version BIGINT NOT NULL)"
_SQLITE_ONLY = re.compile(r"\)\s*(?:WITHOUT ROWID)?(?:, )?(?:STRICT)?\s*$")


class PostgresConnection:
    """A connection that takes statements as `SqlConnection` has them."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def __repr__(self) -> str:
        return "<PostgresConnection>"

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any:
        """Do a statement."""
        return self._connection.execute(_translate(statement), values)

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]], /) -> Any:
        """Do a statement with each row."""
        cursor = self._connection.cursor()
        cursor.executemany(_translate(statement), rows)
        return cursor

    def close(self) -> None:
        """Give it back."""
        self._connection.close()


class PostgresEngine:
    """A database on a server; see `SqlEngine`."""

    now = "extract(epoch FROM clock_timestamp())::double precision"
    digest = "(result::json #>> '{graph,digest}')"
    errors = (psycopg.Error, UnicodeError, OverflowError, OSError)
    row_errors = (psycopg.IntegrityError, psycopg.DataError, psycopg.ProgrammingError, UnicodeError, OverflowError)

    def __init__(self, address: str) -> None:
        self._address = address

    def __repr__(self) -> str:
        return "<PostgresEngine>"  # without the address, which may hold a password

    def connect(self) -> PostgresConnection:
        """A connection to the database, whose tables are there."""
        opened = psycopg.connect(self._address, autocommit=True, connect_timeout=_CONNECT_SECONDS)
        connection = PostgresConnection(opened)
        try:
            _prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def explain(self, error: Exception) -> StorageError:
        """What an error of the server means, and what to do."""
        reason = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, psycopg.OperationalError):
            return StorageError(f"the database of runs cannot be reached: {reason}", hint="is system.database right?")
        return StorageError(f"cannot record in the database of runs: {reason}", hint="the server's log tells more")


@cache
def _translate(statement: str) -> str:
    if statement == "BEGIN IMMEDIATE":
        return "BEGIN"
    return statement.replace("%", "%%").replace("?", "%s").replace("CROSS JOIN", "JOIN")


def _prepare(connection: PostgresConnection) -> None:
    """Make the tables in a new database, and refuse one of a later version."""
    if _read_version(connection) == SCHEMA_VERSION:
        return
    with transaction(connection):
        connection.execute("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
        connection.execute(_VERSION)
        if _read_version(connection) == SCHEMA_VERSION:
            return
        for table in TABLES:
            table = _SQLITE_ONLY.sub(")", table).replace(" REAL", " DOUBLE PRECISION").replace(" INTEGER", " BIGINT")
            connection.execute(table)
        connection.execute("DELETE FROM moe_schema")
        connection.execute("INSERT INTO moe_schema (version) VALUES (?)", (SCHEMA_VERSION,))


def _read_version(connection: PostgresConnection) -> int:
    """The version of the tables; 0 where there are none."""
    if connection.execute("SELECT to_regclass('moe_schema')").fetchone()[0] is None:
        return 0
    row = connection.execute("SELECT version FROM moe_schema").fetchone()
    version = 0 if row is None else int(row[0])
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"the database of runs was written by a newer moe (version {version}, this moe reads {SCHEMA_VERSION})",
            hint="upgrade moe, or name another database with system.database",
        )
    return version
