"""The tables of runs.db, and their version."""

import sqlite3
from typing import Any

from sqlalchemy import REAL, CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, Table, Text

# Counts up with every change of the tables; kept in the file as PRAGMA user_version.
SCHEMA_VERSION = 1

# SQLite checks column types only when told to, and knows the word from 3.37 on.
_OPTIONS: dict[str, Any] = {"sqlite_strict": sqlite3.sqlite_version_info >= (3, 37)}

metadata = MetaData()

runs = Table(
    "runs",
    metadata,
    Column("run_id", Text, primary_key=True),
    Column("correlation_id", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("started", REAL, nullable=False),
    Column("finished", REAL),
    Column("pid", Integer, nullable=False),
    Column("process_start", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("result", Text),
    CheckConstraint("run_id <> ''"),
    Index("runs_by_start", "started"),
    **_OPTIONS,
)

events = Table(
    "events",
    metadata,
    Column("run_id", Text, ForeignKey("runs.run_id", ondelete="CASCADE"), primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", REAL, nullable=False),
    Column("kind", Text, nullable=False),
    Column("task_id", Text),
    Column("agent", Text, nullable=False),
    Column("data", Text, nullable=False),
    sqlite_with_rowid=False,
    **_OPTIONS,
)
