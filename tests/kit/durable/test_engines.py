"""The database of DBOS."""

import sqlite3
import time

import pytest

pytest.importorskip("dbos", reason="moe-core[durable] is not installed")

from moe_kit.durable.engines import make_address, make_tables, open_engine


def test_a_file_is_written_ahead_and_its_connections_wait_for_each_other(tmp_path):
    address = make_address(tmp_path, "")
    engine = open_engine(address)
    make_tables(engine, address)
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        told = {name: raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}
        assert (told, raw.isolation_level) == ({"journal_mode": "wal", "synchronous": 1}, "IMMEDIATE")
    engine.dispose()


def test_a_server_is_spoken_to_by_psycopg_and_its_password_is_kept(tmp_path):
    assert make_address(tmp_path, "postgresql://moe:word@db:5433/runs") == "postgresql+psycopg://moe:word@db:5433/runs"


def test_tables_that_another_process_has_only_begun_to_make_are_made_whole(tmp_path):
    address = make_address(tmp_path, "")
    engine = open_engine(address)
    with engine.begin() as connection:  # the engine's first step, before all others
        connection.exec_driver_sql("CREATE TABLE dbos_migrations (version INTEGER NOT NULL PRIMARY KEY)")
    make_tables(engine, address)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM workflow_schedules").scalar() == 0
    engine.dispose()


def test_a_sqlite_that_does_not_know_parts_of_a_second_is_taught_them(tmp_path, monkeypatch):
    """From Python 3.12 on the engine asks it so what time it is; one before 3.42 says NULL, and no task is begun."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    engine = open_engine(make_address(tmp_path, ""))
    before = time.time()
    with engine.connect() as connection:
        told = connection.exec_driver_sql("SELECT unixepoch('subsec') * 1000").scalar()
        connection.exec_driver_sql("CREATE TABLE made (at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000), a)")
        connection.exec_driver_sql("INSERT INTO made (a) VALUES (1)")
        kept = connection.exec_driver_sql("SELECT at FROM made").scalar()
    engine.dispose()
    assert all(before - 0.01 <= at / 1000 <= time.time() + 0.01 for at in (told, kept))


def test_nothing_is_prepared_on_a_server_for_behind_a_pooler_connections_change(postgres, tmp_path):
    engine = open_engine(make_address(tmp_path, postgres))
    with engine.connect() as connection:
        for _ in range(8):  # psycopg's own number is five
            connection.exec_driver_sql("SELECT 1")
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar() == 0
    engine.dispose()
