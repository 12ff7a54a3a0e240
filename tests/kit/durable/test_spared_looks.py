"""Looks at a queue that are spared while nobody has put anything into it."""

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

pytest.importorskip("dbos", reason="moe-core[durable] is not installed")

from moe_kit.durable import spared_looks
from moe_kit.durable.engines import close_engine, open_engine
from moe_kit.durable.file_changes import FileChanges
from moe_kit.durable.spared_looks import spare_looks


class Database:
    """Counts who looks."""

    def __init__(self):
        self.looks: list[object] = []
        self.found: list[str] = []

    def get_queue(self, name):
        self.looks.append(name)
        return f"{name} {len(self.looks)}"

    def list_queues(self, *, application_name):
        self.looks.append("all")
        return [application_name]

    def start_queued_workflows(self, queue, executor_id, app_version, partition, running=0, *, owner_xid):
        self.looks.append((queue.name, running))
        return self.found, None


@pytest.fixture
def spared(tmp_path):
    path = tmp_path / "queue.db"
    engine = open_engine(f"sqlite:///{path}")
    changes = FileChanges(engine)
    database = Database()
    spare_looks(database, changes)

    def write():
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
            connection.execute("INSERT INTO t VALUES (1)")
            connection.commit()

    write()
    yield database, write
    changes.close()
    close_engine(engine)


def begin(database, *, running=0):
    queue = SimpleNamespace(name="moe")
    return database.start_queued_workflows(queue, "w", "1", None, running, owner_xid=str(len(database.looks)))


def test_while_nobody_writes_the_answer_stays_and_a_write_is_seen_at_once(spared):
    database, write = spared
    for _ in range(2):
        assert [database.get_queue("a"), database.get_queue("b"), database.get_queue("a")] == ["a 1", "b 2", "a 1"]
        assert begin(database) == ([], None)
        assert database.list_queues(application_name="moe") == ["moe"]
    assert database.looks == ["a", "b", ("moe", 0), "all"]
    write()
    database.found = ["task"]
    assert begin(database) == (["task"], None)
    assert database.get_queue("a") == "a 6"


def test_what_was_begun_is_not_told_again_and_more_room_is_another_question(spared):
    database, _ = spared
    database.found = ["task"]
    assert begin(database) == begin(database) == (["task"], None)
    database.found = []
    assert [begin(database), begin(database), begin(database, running=1)] == [([], None)] * 3
    assert database.looks == [("moe", 0)] * 3 + [("moe", 1)]


def test_it_is_looked_all_the_same_after_a_while(spared, monkeypatch):
    database, _ = spared
    monkeypatch.setattr(spared_looks, "_ALL_THE_SAME_SECONDS", 0.0)
    assert [database.get_queue("a"), database.get_queue("a")] == ["a 1", "a 2"]
