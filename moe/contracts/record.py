"""What is known of the database that runs are recorded in."""

from typing import Literal

import msgspec


class RecordStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with the record of runs.

    Attributes:
        kind: A file of SQLite, or a PostgreSQL server.
        place: The file's path, or the database's address without its password.
        engine: Who keeps it, with its version.
        version: Of its tables; 0 where there are none yet.
        current: The version that this moe works with.
        runs: How many it holds; None where they cannot be counted.
        size: In bytes.
        problems: What the check found that should not be.
    """

    kind: Literal["sqlite", "postgresql"]
    place: str
    engine: str
    version: int
    current: int
    runs: int | None = None
    size: int = 0
    problems: tuple[str, ...] = ()


class RecordUpgrade(msgspec.Struct, frozen=True, kw_only=True):
    """What an upgrade came to: the version of the tables before it, 0 for none, and after it."""

    place: str
    before: int
    after: int
