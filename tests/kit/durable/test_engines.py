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
