"""Connections to a database server that nobody uses just now, for whoever needs one next."""

import os
import selectors
import threading
import time
import weakref
from typing import Any, NamedTuple

import psycopg
from psycopg.pq import ConnStatus, TransactionStatus

MAX = 4  # that wait; what a burst opened beyond them is closed
SECONDS_MAX = 60.0  # of a connection's life: a new one sees that a newer moe has changed the tables


class _IdleConnection(NamedTuple):
    connection: "psycopg.Connection[Any]"
    opened: float


class IdleConnections:
    """Keeps connections of this process; opening one costs a server more than most of what is asked by it.

    A process that was forked has none of its parent's. What is kept is closed with the object, if nobody closes it.
    """

    def __init__(self) -> None:
        self._kept: list[_IdleConnection] = []
        self._opened: weakref.WeakKeyDictionary[psycopg.Connection[Any], float] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._is_closed = False
        weakref.finalize(self, _close_all, self._kept, self._pid)

    def __repr__(self) -> str:
        return f"<IdleConnections, {len(self._kept)} kept{', closed' if self._is_closed else ''}>"

    def take(self) -> "psycopg.Connection[Any] | None":
        """One that is of use, the youngest first; None where there is none."""
        while self._pid == os.getpid():
            with self._lock:
                if not self._kept:
                    return None
                one = self._kept.pop()
                is_wanted = self._is_wanted(one)
            if is_wanted and _is_usable(one.connection):
                return one.connection
            one.connection.close()
        return None

    def give(self, connection: "psycopg.Connection[Any]") -> None:
        """Keep one that was taken, or a new one; or close it, where it is old, broken or one too many."""
        with self._lock:
            kept = [] if self._pid != os.getpid() else self._kept
            found = [*kept, _IdleConnection(connection, self._opened.setdefault(connection, time.monotonic()))]
            wanted = [one for one in found if self._is_wanted(one)][-MAX:]
            kept[:] = wanted
        for one in found:
            if one not in wanted:
                one.connection.close()

    def _is_wanted(self, one: _IdleConnection) -> bool:
        told, is_young = one.connection.pgconn, time.monotonic() - one.opened < SECONDS_MAX
        is_whole = told.status == ConnStatus.OK and told.transaction_status == TransactionStatus.IDLE
        return is_whole and is_young and not self._is_closed and self._pid == os.getpid()

    def close(self) -> None:
        """Close what is kept, and what is given back from now on."""
        with self._lock:
            self._is_closed = True
            _close_all(self._kept, self._pid)


def _is_usable(connection: "psycopg.Connection[Any]") -> bool:
    """Whether the server has not ended it meanwhile: it says nothing else to who asks nothing."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection.fileno(), selectors.EVENT_READ)
        return not selector.select(0)


def _close_all(kept: list[_IdleConnection], pid: int) -> None:
    if pid != os.getpid():
        return  # they are the parent's
    while kept:
        kept.pop().connection.close()
