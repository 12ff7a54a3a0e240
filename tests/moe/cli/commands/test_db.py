"""`moe db`."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from moe.storage.schema import SCHEMA_VERSION

OLDEST = Path(__file__).parents[2] / "storage" / "records" / "version_1.sql"


@pytest.fixture
def old(project) -> Path:
    path = project / ".moe" / "runs.db"
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLDEST.read_text(encoding="utf-8"))
    return path


def test_the_status_of_an_older_record_tells_its_version_and_changes_nothing(moe, old):
    told = moe("db", "status")
    assert told.exit_code == 0
    assert f"1 of {SCHEMA_VERSION}" in told.stdout
    assert "2 runs" in told.stdout
    assert "sound" in told.stdout
    assert json.loads(moe("db", "status", "--json").stdout)["version"] == 1


def test_an_older_record_is_upgraded_once(moe, old):
    assert f"is of version {SCHEMA_VERSION} now, 1 before" in moe("db", "upgrade").stdout
    assert f"is of version {SCHEMA_VERSION} already" in moe("db", "upgrade").stdout
    assert json.loads(moe("db", "upgrade", "--json").stdout)["before"] == SCHEMA_VERSION


def test_a_newer_record_is_refused(moe, old):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("PRAGMA user_version = 99")
    status, upgrade = moe("db", "status"), moe("db", "upgrade")
    assert status.exit_code == 1
    assert "99, a newer moe's" in status.stdout
    assert upgrade.exit_code == 1
    assert "newer moe" in upgrade.stderr


def test_a_damaged_record_is_told_and_no_worker_works_on_it(moe, old):
    old.write_bytes(b"no database at all" * 100)
    status = moe("db", "status", "--json")
    assert status.exit_code == 1
    assert json.loads(status.stdout)["problems"] == ["file is not a database"]
    pytest.importorskip("dbos", reason="moe-core[durable] is not installed")
    worker = moe("worker")
    assert worker.exit_code == 1
    assert "is damaged: file is not a database" in worker.stderr


def test_where_nothing_is_recorded_nothing_is_made(moe, project):
    assert "the first run makes it" in moe("db", "upgrade").stdout
    assert moe("db", "status").exit_code == 0
    assert not (project / ".moe" / "runs.db").exists()


def test_a_server_that_does_not_answer_is_told_in_a_line(moe):
    pytest.importorskip("psycopg", reason="moe-core[durable] is not installed")
    told = moe("--set", "system.database=postgresql://ada:secret@127.0.0.1:1/moe", "db", "status")
    assert told.exit_code == 1
    assert "cannot be reached" in told.stderr
    assert "secret" not in told.stderr


@pytest.mark.parametrize("address", ["mysql://ada@db/moe", "postgres//db/moe", "runs.sqlite"])
def test_an_address_of_another_database_is_refused_with_those_that_are_taken(moe, address):
    told = moe("--set", f"system.database={address}", "db", "status")
    assert told.exit_code == 2
    assert "must be postgresql://USER@HOST/NAME, which needs moe-core[durable]" in told.stderr
    assert "pattern" not in told.stderr
