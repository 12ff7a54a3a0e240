"""The database of DBOS."""

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
