"""SQL as any of our databases takes it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from moe_core.contracts.errors import StorageError


class SqlConnection(Protocol):
    """A connection without transactions of its own; a "?" in a statement stands for a value."""

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any:
        """Do a statement; a cursor with its rows and how many it changed."""
        ...

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]], /) -> Any:
        """Do a statement with each of several rows of values."""
        ...

    def close(self) -> None:
        """Give it back."""
        ...


class SqlEngine(Protocol):
    """Where the record of runs lies.

    Attributes:
        now: Seconds since 1970 on the database's clock, as SQL.
        digest: Of the graph that a run's result names, as SQL.
        unhurried: Has the transaction at hand not wait for the disk, as SQL; "" where none does.
        errors: What it raises.
        row_errors: Of them, what only the row at hand is to blame for.
        duplicate_errors: Of those, that a row is there already.
    """

    now: str
    digest: str
    unhurried: str
    errors: tuple[type[Exception], ...]
    row_errors: tuple[type[Exception], ...]
    duplicate_errors: tuple[type[Exception], ...]

    def connect(self) -> SqlConnection:
        """A connection, with the tables there.

        Raises:
            StorageError: They are a newer moe's.
        """
        ...

    def is_away(self, error: Exception) -> bool:
        """Whether an error of its own says that the connection is lost, and the database may be back soon."""
        ...

    def explain(self, error: Exception) -> StorageError:
        """What an error of its own means, and what to do."""
        ...


def make_whole(text: str) -> str:
    """Text that can be encoded: a terminal, or a request, may hand over half a character."""
    return text.encode("utf-8", "replace").decode()


@contextmanager
def transaction(connection: SqlConnection) -> Iterator[None]:
    """Do all that the block does, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(Exception):  # the database has done it itself, or is gone: what went wrong before counts
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
