"""The database that DBOS keeps its queue in."""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from dbos import DBOS
from dbos._migration import get_migration_versions, get_sqlite_migration_versions
from sqlalchemy import event

from moe_kit.durable.server_changes import make_trigger

FILE = "queue.db"
# A server that is not there, or goes without a word, is told of within some ten seconds.
_SERVER_SETTINGS = {
    "connect_timeout": 4,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 4,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    # Nothing is prepared: behind a pooler the next transaction may be on a connection that knows of no statement.
    "prepare_threshold": None,
}
# From Python 3.12 on the engine reads the time by a word that SQLite knows from here on; an older one says NULL, and
# nothing that waits is ever begun.
_SQLITE_WITH_TIME = (3, 42, 0)
# Its own settings, a rollback journal that is synced with each write, are five to seven times slower.
_PRAGMAS = ("busy_timeout = 30000", "journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON")


def make_address(folder: Path, database: str) -> str:
    """The address as SQLAlchemy takes it: of a file in the folder, unless a database is named."""
    if not database:
        return f"sqlite:///{folder / FILE}"
    return sa.make_url(database).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def open_engine(address: str) -> sa.Engine:
    """An engine whose SQLite connections write ahead, wait for each other and lock when they begin.

    The file is made for nobody else to read: questions are in it.
    """
    if not address.startswith("sqlite"):
        return sa.create_engine(address, pool_pre_ping=True, connect_args=_SERVER_SETTINGS)
    with suppress(OSError):  # it is there; whatever else is wrong, SQLite says
        os.close(os.open(str(sa.make_url(address).database), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    engine = sa.create_engine(address)
    event.listen(engine, "connect", _set_up)
    return engine


def close_engine(engine: sa.Engine) -> None:
    """Close all connections, also those that a thread which is ending still has: each when it is given back."""
    event.listen(engine, "checkin", _let_go)
    engine.dispose()


def make_tables(engine: sa.Engine, address: str) -> None:
    """Make the engine's tables, or bring them to its version, unless they are of it; a server is to tell of tasks.

    Another process may be at it at the same moment: the first of many tables says nothing of the others.
    """
    if engine.dialect.name == "sqlite":
        current, latest = get_sqlite_migration_versions(engine)
    else:
        current, latest = get_migration_versions(engine, "dbos", True)
    if current < latest:
        DBOS.migrate(address)
    if engine.dialect.name != "sqlite":
        make_trigger(engine)


def _let_go(_: object, record: Any) -> None:
    record.invalidate()


def _set_up(connection: Any, _: object) -> None:
    connection.isolation_level = "IMMEDIATE"
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if sqlite3.sqlite_version_info < _SQLITE_WITH_TIME:
        connection.create_function("unixepoch", 1, _read_time)


def _read_time(_: str) -> float:
    """What `unixepoch('subsec')` is where SQLite knows it: the engine asks for nothing else of it."""
    return round(time.time(), 3)
