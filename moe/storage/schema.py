"""The tables of the record of runs, version by version."""

import sqlite3

# SQLite checks column types only when told to, and knows the word from 3.37 on.
_STRICT = "STRICT" if sqlite3.sqlite_version_info >= (3, 37) else ""

MIGRATIONS = (
    (
        f"""
        CREATE TABLE IF NOT EXISTS runs (
            run_id TEXT NOT NULL PRIMARY KEY CHECK (run_id <> ''),
            correlation_id TEXT NOT NULL,
            question TEXT NOT NULL,
            status TEXT NOT NULL,
            started REAL NOT NULL,
            finished REAL,
            pid INTEGER NOT NULL,
            process_start TEXT NOT NULL,
            host TEXT NOT NULL,
            result TEXT
        ) {_STRICT}
        """,
        "CREATE INDEX IF NOT EXISTS runs_by_start ON runs (started)",
        f"""
        CREATE TABLE IF NOT EXISTS events (
            run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
            sequence INTEGER NOT NULL,
            at REAL NOT NULL,
            kind TEXT NOT NULL,
            task_id TEXT,
            agent TEXT NOT NULL,
            data TEXT NOT NULL,
            PRIMARY KEY (run_id, sequence)
        ) WITHOUT ROWID{f", {_STRICT}" if _STRICT else ""}
        """,
    ),
    (
        f"""
        CREATE TABLE IF NOT EXISTS snapshots (
            digest TEXT NOT NULL PRIMARY KEY,
            data TEXT NOT NULL
        ) WITHOUT ROWID{f", {_STRICT}" if _STRICT else ""}
        """,
    ),
    (
        f"""
        CREATE TABLE IF NOT EXISTS ratings (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (run_id) ON DELETE CASCADE,
            verdict TEXT NOT NULL CHECK (verdict IN ('good', 'bad')),
            note TEXT NOT NULL,
            at REAL NOT NULL
        ) WITHOUT ROWID{f", {_STRICT}" if _STRICT else ""}
        """,
    ),
    (
        f"""
        CREATE TABLE IF NOT EXISTS steps (
            run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
            step TEXT NOT NULL,
            outcome TEXT NOT NULL,
            PRIMARY KEY (run_id, step)
        ) WITHOUT ROWID{f", {_STRICT}" if _STRICT else ""}
        """,
        f"""
        CREATE TABLE IF NOT EXISTS cancellations (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (run_id) ON DELETE CASCADE,
            at REAL NOT NULL
        ) WITHOUT ROWID{f", {_STRICT}" if _STRICT else ""}
        """,
    ),
    (
        f"""
        CREATE TABLE IF NOT EXISTS conversation_turns (
            run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (run_id) ON DELETE CASCADE,
            conversation_id TEXT NOT NULL
        ) WITHOUT ROWID{f", {_STRICT}" if _STRICT else ""}
        """,
        "CREATE INDEX IF NOT EXISTS turns_by_conversation ON conversation_turns (conversation_id)",
    ),
    (
        f"""
        CREATE TABLE IF NOT EXISTS workers (
            worker_id TEXT NOT NULL PRIMARY KEY,
            pid INTEGER NOT NULL,
            host TEXT NOT NULL,
            version TEXT NOT NULL,
            concurrency INTEGER NOT NULL,
            lease_seconds REAL NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('live', 'draining', 'lost')),
            started REAL NOT NULL,
            beat REAL NOT NULL
        ) WITHOUT ROWID{f", {_STRICT}" if _STRICT else ""}
        """,
    ),
    (
        "ALTER TABLE runs ADD COLUMN needs TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE workers ADD COLUMN offers TEXT NOT NULL DEFAULT ''",
    ),
    (
        f"""
        CREATE TABLE IF NOT EXISTS kept_values (
            run_id TEXT NOT NULL REFERENCES runs (run_id) ON DELETE CASCADE,
            digest TEXT NOT NULL,
            data TEXT NOT NULL,
            PRIMARY KEY (run_id, digest)
        ) {_STRICT}
        """,
    ),
    (
        "ALTER TABLE workers ADD COLUMN urls TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE workers ADD COLUMN abilities TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE workers ADD COLUMN health TEXT NOT NULL DEFAULT ''",
    ),
)
"""What brings a database to each version from the one before, the first from nothing; what was released stays so."""

CHANNEL = "moe_runs"
"""On which a server tells of the runs that something is recorded of, by their ids."""

_TELL = f"""
    CREATE OR REPLACE FUNCTION moe_tell() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('{CHANNEL}', NEW.run_id);
        RETURN NULL;
    END $$
"""
SERVER_MIGRATIONS = {
    7: (
        _TELL,
        "CREATE OR REPLACE TRIGGER moe_tell AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION moe_tell()",
        "CREATE OR REPLACE TRIGGER moe_tell AFTER UPDATE OF status ON runs FOR EACH ROW EXECUTE FUNCTION moe_tell()",
    )
}
"""What a server needs besides, by the version that it brings; what one transaction tells twice, it tells once."""

SCHEMA_VERSION = len(MIGRATIONS)
"""Kept in a file as PRAGMA user_version, on a server in the table moe_schema."""
