"""Connections to a database server that are kept for the next."""

import os
import warnings
from contextlib import closing
from pkgutil import resolve_name

import pytest

psycopg = pytest.importorskip("psycopg", reason="moe-core[durable] is not installed")
idle_connections = resolve_name("moe.storage.idle_connections")
PostgresEngine = resolve_name("moe.storage.postgres_engine:PostgresEngine")


@pytest.fixture
def engine(postgres):
    engine = PostgresEngine(postgres)
    yield engine
    engine.close()


def read_session(engine) -> int:
    """The number of the server's process behind the next connection."""
    with closing(engine.connect()) as connection:
        return connection.execute("SELECT pg_backend_pid()").fetchone()[0]


def count_sessions(postgres, sessions) -> int:
    """How many of these the server still has."""
    with psycopg.connect(postgres, autocommit=True) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s) AND pg_sleep(0.2) IS NOT NULL", [list(sessions)]
        )
        return found.fetchone()[0]


def test_who_reads_after_another_reads_by_the_same_connection(engine):
    assert len({read_session(engine) for _ in range(5)}) == 1


def test_one_that_the_server_has_ended_is_not_used_again(engine, postgres):
    before = read_session(engine)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 2000)", [before])
    assert read_session(engine) != before


def test_one_that_is_in_the_middle_of_something_is_closed(engine, postgres):
    with closing(engine.connect()) as connection:
        before = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
        connection.execute("BEGIN")
    assert read_session(engine) != before
    assert count_sessions(postgres, [before]) == 0


def test_only_some_wait_and_none_is_kept_for_long(engine, postgres, monkeypatch):
    many = [engine.connect() for _ in range(idle_connections.MAX + 3)]
    sessions = {one.execute("SELECT pg_backend_pid()").fetchone()[0] for one in many}
    for one in many:
        one.close()
    assert count_sessions(postgres, sessions) == idle_connections.MAX
    assert read_session(engine) in sessions
    monkeypatch.setattr(idle_connections, "SECONDS_MAX", 0.0)
    read_session(engine)
    assert count_sessions(postgres, sessions) == 0


def test_one_that_has_grown_old_while_it_waited_is_not_used_again(engine, postgres, monkeypatch):
    before = read_session(engine)
    monkeypatch.setattr(idle_connections, "SECONDS_MAX", 0.0)
    assert read_session(engine) != before
    assert count_sessions(postgres, [before]) == 0


def read_nothing(connection) -> None:
    connection.execute("SELECT * FROM no_such_table")


def write_nothing(connection) -> None:
    connection.executemany("INSERT INTO no_such_table VALUES (?)", [(1,), (2,)])


@pytest.mark.parametrize("do", [read_nothing, write_nothing])
def test_one_on_which_a_statement_failed_is_not_used_again(engine, postgres, do):
    with closing(engine.connect()) as connection:
        before = connection.execute("SELECT pg_backend_pid()").fetchone()[0]
        with pytest.raises(psycopg.errors.UndefinedTable):
            do(connection)
    assert count_sessions(postgres, [before]) == 0
    assert read_session(engine) != before


def test_a_table_that_another_process_changes_is_read_all_the_same(engine, postgres):
    with psycopg.connect(postgres, autocommit=True) as other:
        other.execute("CREATE TABLE changed_meanwhile (x INT)")
        try:
            seen = []
            for number in range(10):
                with closing(engine.connect()) as connection:
                    seen.append(connection.execute("SELECT pg_backend_pid()").fetchone()[0])
                    connection.execute("SELECT changed_meanwhile.* FROM changed_meanwhile").fetchall()
                if number == 7:
                    other.execute("ALTER TABLE changed_meanwhile ADD COLUMN y INT")
        finally:
            other.execute("DROP TABLE changed_meanwhile")
    assert len(set(seen)) == 1


def test_after_its_end_nothing_stays_open(postgres):
    engine = PostgresEngine(postgres)
    taken = engine.connect()
    sessions = [read_session(engine), taken.execute("SELECT pg_backend_pid()").fetchone()[0]]
    engine.close()
    taken.close()
    sessions.append(read_session(engine))
    assert count_sessions(postgres, sessions) == 0


def test_one_that_nobody_ends_is_closed_with_its_owner(postgres):
    engine = PostgresEngine(postgres)
    session = read_session(engine)
    del engine
    assert count_sessions(postgres, [session]) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_forked_process_leaves_its_parent_s_alone(engine):
    before = read_session(engine)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that there are threads: the child touches none
        child = os.fork()
    if child == 0:
        code = 1
        try:
            code = int(read_session(engine) == before)
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert read_session(engine) == before
