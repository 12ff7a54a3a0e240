"""The database of the record of runs: how it stands with it, and its tables' way to this version."""

from collections.abc import Callable
from typing import Protocol

from moe.contracts.record import RecordStatus, RecordUpgrade
from moe.storage.sql import SqlConnection
from moe_core.contracts.errors import StorageError


class UpkeepEngine(Protocol):
    """What a database is asked for its upkeep; see `SqlEngine` for the rest.

    Attributes:
        errors: What it raises.
    """

    errors: tuple[type[Exception], ...]

    def examine(self, *, is_checked: bool) -> RecordStatus:
        """How it stands; nothing is changed, and what is damaged is told and not raised."""
        ...

    def connect(self) -> SqlConnection:
        """A connection, with the tables there."""
        ...

    def explain(self, error: Exception) -> StorageError:
        """What an error of its own means, and what to do."""
        ...


class RecordUpkeep:
    """Looks after the database of a record of runs.

    Raises:
        StorageError: From every method: it cannot be reached.
    """

    def __init__(self, open_engine: Callable[[], UpkeepEngine]) -> None:
        self._open_engine = open_engine

    def __repr__(self) -> str:
        return "<RecordUpkeep>"

    def examine(self, *, is_checked: bool = True) -> RecordStatus:
        """How it stands with it; tables of another version stay as they are.

        Args:
            is_checked: Read all of it, and tell what is damaged.
        """
        engine = self._open_engine()
        try:
            return engine.examine(is_checked=is_checked)
        except engine.errors as error:
            raise engine.explain(error) from error

    def upgrade(self) -> RecordUpgrade:
        """Bring the tables to this version, all of it or nothing; a database that is not there yet is not made.

        Raises:
            StorageError: They are a newer moe's, or damaged.
        """
        engine = self._open_engine()
        try:
            before = engine.examine(is_checked=False)
            if before.version == 0 and before.kind == "sqlite" and not before.size:
                return RecordUpgrade(place=before.place, before=0, after=0)
            engine.connect().close()
            after = engine.examine(is_checked=False)
        except engine.errors as error:
            raise engine.explain(error) from error
        return RecordUpgrade(place=before.place, before=before.version, after=after.version)
