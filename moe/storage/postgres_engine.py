"""The record of runs on a PostgreSQL server, which workers on several machines share."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import cache
from typing import Any, NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict

from moe.contracts.record import RecordStatus
from moe.storage.address import hide_login
from moe.storage.idle_connections import IdleConnections
from moe.storage.schema import CHANNEL, MIGRATIONS, SCHEMA_VERSION, SERVER_MIGRATIONS
from moe.storage.sql import transaction
from moe_core.contracts.errors import StorageError

# Of a server that is gone without a word, as behind a network that is cut, one is told within some ten seconds.
_AWAY_SETTINGS = {
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
_CONNECT_SECONDS = 4  # so that a server that is not there is told of within five
LOCK_SECONDS = 10.0  # far longer than any transaction of ours takes
_AWAY_STATES = ("08", "57P")  # no connection, or the server ends it, is ending, or is beginning
_LOCK = 0x6D6F65  # "moe": of those who make the tables, one at a time
_VERSION = "CREATE TABLE IF NOT EXISTS moe_schema (version BIGINT NOT NULL)"
_TABLES = ("runs", "events", "snapshots", "ratings", "steps", "cancellations", "conversation_turns", "workers")
_SQLITE_ONLY = re.compile(r"\)\s*(?:WITHOUT ROWID)?(?:, )?(?:STRICT)?\s*$")


class _TableSize(NamedTuple):
    rows: int
    size: int


class PostgresConnection:
    """A connection that takes statements as `SqlConnection` has them."""

    def __init__(
        self,
        connection: "psycopg.Connection[Any]",
        give_back: "Callable[[psycopg.Connection[Any]], None] | None" = None,
    ) -> None:
        """Make it.

        Args:
            connection: The server's.
            give_back: Takes it when it is not needed any more, if no statement failed; by default it is closed then.
        """
        self._connection = connection
        self._give_back = give_back or psycopg.Connection.close
        self._has_failed = False

    def __repr__(self) -> str:
        return "<PostgresConnection>"

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any:
        """Do a statement."""
        with self._noted_failures():
            return self._connection.execute(_translate(statement), values)

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]], /) -> Any:
        """Do a statement with each row."""
        with self._noted_failures():
            cursor = self._connection.cursor()
            cursor.executemany(_translate(statement), rows)
            return cursor

    def close(self) -> None:
        """Give it back."""
        if self._has_failed:
            self._connection.close()
        else:
            self._give_back(self._connection)

    @contextmanager
    def _noted_failures(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error:
            self._has_failed = True
            raise


class PostgresWatch:
    """Listens to what the triggers on the tables tell; see `RecordWatch`."""

    def __init__(self, engine: "PostgresEngine") -> None:
        self._engine = engine
        with self._mapped_errors():
            self._connection = engine.open()
            self._connection.execute(f"LISTEN {CHANNEL}")

    def __repr__(self) -> str:
        return "<PostgresWatch>"

    def wait(self, seconds: float) -> Collection[str]:
        """Wait for the server's word, and for what comes with it."""
        with self._mapped_errors():
            return {told.payload for told in self._connection.notifies(timeout=seconds, stop_after=1)}

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    @contextmanager
    def _mapped_errors(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise self._engine.explain(error) from error


class PostgresEngine:
    """A database on a server; see `SqlEngine`."""

    now = "extract(epoch FROM clock_timestamp())::double precision"
    digest = "(result::json #>> '{graph,digest}')"
    unhurried = "SET LOCAL synchronous_commit = off"
    errors = (psycopg.Error, UnicodeError, OverflowError, OSError)
    row_errors = (psycopg.IntegrityError, psycopg.DataError, psycopg.ProgrammingError, UnicodeError, OverflowError)

    duplicate_errors = (psycopg.IntegrityError,)

    def __init__(self, address: str) -> None:
        self._address = address
        self._idle = IdleConnections()

    def __repr__(self) -> str:
        return "<PostgresEngine>"  # without the address, which may hold a password

    def connect(self) -> PostgresConnection:
        """A connection to the database, whose tables are there."""
        idle = self._idle.take()
        if idle is not None:
            return PostgresConnection(idle, self._idle.give)
        connection = self.open()
        try:
            _prepare(PostgresConnection(connection))
        except BaseException:
            connection.close()
            raise
        return PostgresConnection(connection, self._idle.give)

    def close(self) -> None:
        """Close the connections that nobody uses; one that is given back later is closed as well."""
        self._idle.close()

    def open(self) -> "psycopg.Connection[Any]":
        """A connection, whatever tables there are."""
        settings: dict[str, Any] = {**_AWAY_SETTINGS, **conninfo_to_dict(self._address)}
        settings["connect_timeout"] = _CONNECT_SECONDS
        # Nothing is prepared: a prepared statement fails once another process has changed its table.
        connection = psycopg.connect(**settings, autocommit=True, prepare_threshold=None)
        connection.execute(f"SET lock_timeout = {int(1000 * LOCK_SECONDS)}")
        return connection

    def examine(self, *, is_checked: bool) -> RecordStatus:
        """How it stands with the database, which is not changed; a check reads each table whole."""
        with closing(PostgresConnection(self.open())) as connection:
            version = _find_version(connection)
            server = connection.execute("SHOW server_version").fetchone()[0]
            tables: dict[str, _TableSize] = {}
            problems: list[str] = []
            for name in _TABLES if version else ():
                try:
                    tables[name] = _read_table(connection, name, is_whole=is_checked)
                except psycopg.Error as error:
                    problems.append(f"{name}: {' '.join(str(error).split())}")
        return RecordStatus(
            kind="postgresql",
            place=_describe_address(self._address),
            engine=f"PostgreSQL {server}",
            version=version,
            current=SCHEMA_VERSION,
            runs=tables["runs"].rows if "runs" in tables else None,
            size=sum(table.size for table in tables.values()),
            problems=tuple(problems),
        )

    def watch(self) -> PostgresWatch:
        """An open look at the database."""
        return PostgresWatch(self)

    def is_away(self, error: Exception) -> bool:
        """Whether the server is not there, or ends connections."""
        state = getattr(error, "sqlstate", None) or ""
        return isinstance(error, psycopg.OperationalError) and (not state or state.startswith(_AWAY_STATES))

    def explain(self, error: Exception) -> StorageError:
        """What an error of the server means, and what to do."""
        reason = hide_login(" ".join(str(error).split()), self._address) or type(error).__name__
        if isinstance(error, psycopg.errors.LockNotAvailable):
            told = f"the database of runs stayed locked for {LOCK_SECONDS:g} s"
            return StorageError(told, hint="another session holds its tables; end it, or try again")
        if isinstance(error, psycopg.errors.DiskFull):
            return StorageError(f"no room in the database of runs: {reason}", hint="free some disk space on its server")
        if isinstance(error, psycopg.OperationalError):
            return StorageError(f"the database of runs cannot be reached: {reason}", hint="is system.database right?")
        return StorageError(f"cannot record in the database of runs: {reason}", hint="the server's log tells more")


@cache
def _translate(statement: str) -> str:
    if statement == "BEGIN IMMEDIATE":
        return "BEGIN"
    return statement.replace("%", "%%").replace("?", "%s").replace("CROSS JOIN", "JOIN")


def _adapt(statement: str) -> str:
    """A statement that makes a table, as the server takes it."""
    return _SQLITE_ONLY.sub(")", statement).replace(" REAL", " DOUBLE PRECISION").replace(" INTEGER", " BIGINT")


def _prepare(connection: PostgresConnection) -> None:
    """Bring the tables of a new or older database to this version, and refuse one of a later."""
    if _read_version(connection) == SCHEMA_VERSION:
        return
    with transaction(connection):
        connection.execute("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
        connection.execute(_VERSION)
        for version in range(_read_version(connection), SCHEMA_VERSION):  # nothing, where somebody else was first
            for statement in MIGRATIONS[version]:
                connection.execute(_adapt(statement))
            for statement in SERVER_MIGRATIONS.get(version + 1, ()):
                connection.execute(statement)
        connection.execute("DELETE FROM moe_schema")
        connection.execute("INSERT INTO moe_schema (version) VALUES (?)", (SCHEMA_VERSION,))


def _read_version(connection: PostgresConnection) -> int:
    """The version of the tables, which is not a newer moe's; 0 where there are none."""
    version = _find_version(connection)
    if version > SCHEMA_VERSION:
        raise StorageError(
            f"the database of runs was written by a newer moe (version {version}, this moe reads {SCHEMA_VERSION})",
            hint="upgrade moe, or name another database with system.database",
        )
    return version


def _find_version(connection: PostgresConnection) -> int:
    if connection.execute("SELECT to_regclass('moe_schema')").fetchone()[0] is None:
        return 0
    row = connection.execute("SELECT version FROM moe_schema").fetchone()
    return 0 if row is None else int(row[0])


def _read_table(connection: PostgresConnection, name: str, *, is_whole: bool) -> _TableSize:
    """Count a table's rows; whole, every value of them is read."""
    value = "length(one::text)" if is_whole else "0"
    found = f"SELECT count(*), sum({value}), pg_total_relation_size('{name}') FROM {name} AS one"  # noqa: S608 - ours
    rows, _, size = connection.execute(found).fetchone()
    return _TableSize(rows, size)


def _describe_address(address: str) -> str:
    """An address without its password."""
    parts = conninfo_to_dict(address)
    user = f"{parts['user']}@" if parts.get("user") else ""
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"postgresql://{user}{parts.get('host', '')}{port}/{parts.get('dbname', '')}"
