"""Whether a task was put into a queue on a PostgreSQL server."""

import time

import pytest

pytest.importorskip("dbos", reason="moe-core[durable] is not installed")

import psycopg

from moe_core.contracts.executor import ExecutorPlace, QueuedTask
from moe_kit.durable.dbos_queue import DbosQueue
from moe_kit.durable.engines import close_engine, make_address, make_tables, open_engine
from moe_kit.durable.server_changes import ServerChanges

pytestmark = pytest.mark.anyio
_PATIENCE_SECONDS = 60.0  # it is told or it is not: nobody looks meanwhile
_TRIGGER = "moe_tell_queue ON dbos.workflow_status"


@pytest.fixture
def engine(postgres, tmp_path):
    address = make_address(tmp_path, postgres)
    engine = open_engine(address)
    make_tables(engine, address)
    yield engine
    close_engine(engine)


@pytest.fixture
def changes(engine):
    changes = ServerChanges(engine)
    settle(changes)
    yield changes
    changes.close()


def settle(changes: ServerChanges) -> int:
    """Wait until it listens; what it tells then, again and again."""
    for _ in range(int(_PATIENCE_SECONDS / 0.05)):
        if changes.read() == changes.read():
            return changes.read()
        time.sleep(0.05)
    raise AssertionError("it hears nothing")


def wait_for_another(changes: ServerChanges, before: int) -> bool:
    """Whether it told another number in time."""
    for _ in range(int(_PATIENCE_SECONDS / 0.02)):
        if changes.read() != before:
            return True
        time.sleep(0.02)
    return False


async def submit(postgres: str, folder, task_id: str) -> None:
    queue = DbosQueue(ExecutorPlace(folder=folder, database=postgres, version="1"))
    await queue.submit(QueuedTask(task_id=task_id))
    await queue.drain(seconds=0)


async def test_a_task_that_anybody_puts_into_the_queue_is_heard_of_and_nothing_else(
    changes, engine, postgres, tmp_path
):
    before = settle(changes)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS no_task (x INT)")
        connection.exec_driver_sql("UPDATE dbos.workflow_status SET status = 'PENDING'")
    time.sleep(0.2)
    assert changes.read() == before
    await submit(postgres, tmp_path, "run/heard")
    assert wait_for_another(changes, before)


def test_a_task_that_is_put_back_is_heard_of(changes, engine):
    before = settle(changes)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE dbos.workflow_status SET status = 'ENQUEUED'")
    assert wait_for_another(changes, before)


def test_after_a_lost_connection_it_counts_as_changed_and_then_hears_again(changes, engine):
    before = settle(changes)
    with engine.begin() as connection:
        ended = connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN moe_queue%%'"
        )
        assert ended.scalar() is True
    assert wait_for_another(changes, before)
    before = settle(changes)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE dbos.workflow_status SET status = 'ENQUEUED'")
    assert wait_for_another(changes, before)


def test_where_the_server_tells_nothing_everything_counts_as_changed(engine, postgres, tmp_path):
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {_TRIGGER}")
    changes = ServerChanges(engine)
    try:
        time.sleep(0.3)
        assert len({changes.read() for _ in range(5)}) == 5
    finally:
        changes.close()
        make_tables(engine, make_address(tmp_path, postgres))
    changes = ServerChanges(engine)
    settle(changes)
    changes.close()


def test_a_connection_that_cannot_listen_is_closed(changes, engine, monkeypatch):
    monkeypatch.setattr("moe_kit.durable.server_changes._CHANNEL", "7 is no channel")
    with pytest.raises(psycopg.errors.SyntaxError) as caught:
        changes._open()
    assert caught.value.__traceback__ is not None  # and with it whatever was left open
    left = "SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN 7 is no channel' AND pg_sleep(0.2) IS NOT NULL"
    with engine.connect() as connection:
        assert connection.exec_driver_sql(left).scalar() == 0


class Pooled(ServerChanges):
    """Behind a pooler that hands out another connection for each transaction, so that nothing arrives."""

    def _open(self):
        connection = super()._open()
        connection.execute("UNLISTEN *")
        return connection


def test_behind_a_pooler_that_hands_on_nothing_everything_counts_as_changed(engine):
    changes = Pooled(engine)
    try:
        time.sleep(0.5)
        assert len({changes.read() for _ in range(5)}) == 5
    finally:
        changes.close()
