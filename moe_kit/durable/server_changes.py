"""Whether a task was put into a queue on a PostgreSQL server, by the server's own word."""

import selectors
import socket
import threading
from contextlib import closing, suppress
from typing import Any, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

_CHANNEL = "moe_queue"
_TABLE = "dbos.workflow_status"
_LOCK = 0x6D6F6571  # "moeq": of those who make the trigger, one at a time
_FIND_TRIGGER = f"SELECT oid FROM pg_trigger WHERE tgname = 'moe_tell_queue' AND tgrelid = '{_TABLE}'::regclass"  # noqa: S608 - ours
_MAKE_TRIGGER = (
    f"""
    CREATE OR REPLACE FUNCTION dbos.moe_tell_queue() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('{_CHANNEL}', coalesce(NEW.queue_name, ''));
        RETURN NULL;
    END $$
    """,
    f"""
    CREATE OR REPLACE TRIGGER moe_tell_queue AFTER INSERT OR UPDATE OF status ON {_TABLE}
    FOR EACH ROW WHEN (NEW.status = 'ENQUEUED') EXECUTE FUNCTION dbos.moe_tell_queue()
    """,
)
_AGAIN_SECONDS = 1.0  # until a server that could not be reached is tried again; meanwhile every look is a query


def make_trigger(engine: sa.Engine) -> None:
    """Have the server tell of each task that is put into a queue, or back into it.

    Whose role may not make a trigger goes without: workers look then as often as they would, each time by a query.
    """
    with suppress(ProgrammingError), engine.begin() as connection:
        if _has_trigger(connection):
            return
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if not _has_trigger(connection):
            for statement in _MAKE_TRIGGER:
                connection.exec_driver_sql(statement)


def _has_trigger(connection: sa.Connection) -> bool:
    return connection.exec_driver_sql(_FIND_TRIGGER).scalar() is not None


class ServerChanges:
    """Counts what the server tells of tasks in a thread of its own, which sleeps until there is something to hear.

    As long as nothing can be heard, because the server is away, has no trigger, or a pooler hands on no notifications,
    everything counts as changed.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._number = 0
        self._is_heard = False
        self._is_closed = False
        self._bell, self._ear = socket.socketpair()
        self._thread = threading.Thread(target=self._work, name="moe-queue-changes", daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"<ServerChanges, {self._number} so far{'' if self._is_heard else ', deaf'}>"

    def read(self) -> int:
        """Another number whenever a task may have been put into a queue."""
        if not self._is_heard:
            self._number += 1
        return self._number

    def close(self) -> None:
        """End the thread."""
        self._is_closed = True
        self._bell.close()
        self._thread.join()
        self._ear.close()

    def _work(self) -> None:
        while not self._is_closed:
            with suppress(SQLAlchemyError, psycopg.Error), closing(self._open()) as connection:
                self._hear(connection)
            self._is_heard = False
            if not self._is_closed:
                self._wait([self._ear], _AGAIN_SECONDS)

    def _open(self) -> "psycopg.Connection[Any]":
        """A connection of its own that listens."""
        with self._engine.connect() as found:
            is_told = _has_trigger(found)
        if not is_told:
            raise psycopg.OperationalError("there is no trigger")
        pooled = self._engine.raw_connection()
        connection = cast("psycopg.Connection[Any]", pooled.driver_connection)
        pooled.detach()
        try:
            connection.autocommit = True
            connection.execute(f"LISTEN {_CHANNEL}")
        except BaseException:
            connection.close()  # nobody else has it
            raise
        return connection

    def _hear(self, connection: "psycopg.Connection[Any]") -> None:
        """Count until the connection is lost; a word of its own comes first, or none: a pooler may be between."""
        with self._engine.begin() as other:
            other.exec_driver_sql(f"SELECT pg_notify('{_CHANNEL}', '')")
        while not self._is_closed:
            self._wait([self._ear, connection.fileno()], None)
            connection.pgconn.consume_input()
            while connection.pgconn.notifies() is not None:
                self._number += 1
                self._is_heard = True

    @staticmethod
    def _wait(sources: "list[socket.socket | int]", seconds: float | None) -> None:
        with selectors.DefaultSelector() as selector:
            for source in sources:
                selector.register(source, selectors.EVENT_READ)
            selector.select(seconds)
