"""The record of runs on a PostgreSQL server."""

import os
import time
from pathlib import Path
from pkgutil import resolve_name

import pytest

from moe.contracts.runs import QUEUED, RunRating, RunStart
from moe.contracts.waiting import CallDecision, WaitingCall
from moe.contracts.workers import WorkerLease
from moe.storage.runs import RunStore
from moe.storage.schema import MIGRATIONS
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import NameUnknownError, StorageError
from moe_core.contracts.event import Event
from moe_core.contracts.payloads import ObserverNote
from moe_core.contracts.tool_payloads import ToolApproved
from moe_core.contracts.wire import encode_json

psycopg = pytest.importorskip("psycopg", reason="moe-core[durable] is not installed")
adapt = resolve_name("moe.storage.postgres_engine:_adapt")


@pytest.fixture
def store(postgres: str, tmp_path: Path):
    with RunStore(open_workspace(tmp_path), database=postgres) as store:
        store.delete([run.run_id for run in store.list_runs(1000)])
        yield store


def make_start(run_id: str = "r", question: str = "Why?") -> RunStart:
    return RunStart(run_id=run_id, correlation_id="c", question=question, started=time.time(), pid=os.getpid())


def make_event(sequence: int, text: str) -> Event:
    note = ObserverNote(severity="note", text=text)
    return Event(run_id="r", correlation_id="c", sequence=sequence, at=1.5, kind=note.kind, agent="", data=note)


def test_a_run_is_read_as_it_was_written(store, tmp_path):
    store.start(make_start(question="Warum “ß” 100 %?"))
    store.append(make_event(1, "one"))
    store.append(make_event(2, "a null\0, as JSON has it"))
    store.keep_step("r", "1:plan:1", '"first"')
    store.keep_step("r", "1:plan:1", '"second"')
    store.keep_snapshot("d", "{}")
    assert store.finish("r", "done", '{"graph": {"digest": "d"}}') is None
    record = store.get_run("r")
    assert (record.summary.question, record.summary.status) == ("Warum “ß” 100 %?", "done")
    assert [event.data.text for event in record.events] == ["one", "a null\0, as JSON has it"]
    assert store.read_steps("r") == {"1:plan:1": '"first"'}
    rating = RunRating(verdict="good", note="", at=2.0)
    assert store.rate("r", rating).rating == rating
    assert store.count_runs().good == 1
    assert [event.sequence for event in store.stream_events([record.events[0].kind], run_id="r")] == [1, 2]
    assert list(tmp_path.iterdir()) == []


def test_what_a_person_decides_is_kept_with_its_event_once(store):
    call = WaitingCall(
        call="1:tool x:1", task="1", agent="a", tool="x", params={}, effects=(), reason="first", begun=0, since=1.0
    )
    store.start(make_start())
    store.append(make_event(1, "one"))
    assert store.finish("r", "waiting", encode_json({"waiting": [call]}).decode()) is None
    told = ToolApproved(tool="x", call=call.call, by="ann")
    event = Event(run_id="r", correlation_id="c", sequence=0, at=2.0, kind=told.kind, task_id="r/1", data=told)
    decision = CallDecision(decision="approve", by="ann", at=2.0)
    which = {"waiting": [call], "left": [], "steps": {"s:decided": decision}, "events": [event]}
    assert [store.decide("r", **which), store.decide("r", **which)] == [True, False]
    record = store.get_run("r")
    assert [(one.sequence, str(one.kind)) for one in record.events] == [(1, "observer.note"), (2, "tool.approved")]
    assert (record.result, record.events[1].data) == ({"waiting": []}, told)
    assert list(store.read_steps("r")) == ["s:decided"]
    assert store.cancel("r").status == "cancelled"
    assert store.get_run("r").result["status"] == "cancelled"


def test_a_deleted_run_takes_what_is_its_own_with_it(store):
    store.start(make_start())
    store.append(make_event(1, "one"))
    store.keep_snapshot("d", "{}")
    store.finish("r", "done", '{"graph": {"digest": "d"}}')
    store.delete(["r"])
    with pytest.raises(NameUnknownError):
        store.get_run("r")
    assert store.find_snapshot("d") is None


def test_a_faulty_row_costs_only_itself(store):
    store.start(make_start())
    store.append(make_event(1, "one"))
    store.append(make_event(1, "of the same number"))
    store.append(make_event(2, "two"))
    assert isinstance(store.finish("r", "done", "{}"), StorageError)
    assert [event.data.text for event in store.get_run("r").events] == ["one", "two"]


def test_leases_and_taking_over_are_by_the_server_s_clock(store, postgres, tmp_path):
    with RunStore(open_workspace(tmp_path / "other"), database=postgres) as other:
        for worker_id, seconds in (("dead", -1.0), ("well", 60.0)):
            store.leases.join(
                WorkerLease(
                    worker_id=worker_id,
                    pid=1,
                    host="elsewhere",
                    version="",
                    concurrency=1,
                    lease_seconds=seconds,
                )
            )
        store.queue(make_start(), make_event(1, "asked"))
        assert store.get_summary("r").status == QUEUED
        store.claim("r", 1, worker_id="dead")
        store.append(make_event(2, "mine"))
        store.flush()
        assert other.get_summary("r").status == "interrupted"
        assert (store.leases.find_expired(), store.leases.lose("dead")) == (["dead"], True)
        other.claim("r", 2, worker_id="well")
        store.append(make_event(3, "too late"))
        assert store.finish("r", "cancelled", "{}") is None
        other.append(make_event(3, "and on"))
        assert other.finish("r", "done", "{}") is None
        assert [event.data.text for event in store.get_run("r").events] == ["asked", "mine", "and on"]
        store.leases.leave("dead")
        store.leases.leave("well")


def test_a_server_that_is_not_there_is_told_in_one_line(tmp_path):
    store = RunStore(open_workspace(tmp_path), database="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(StorageError, match="cannot be reached") as told:
        store.list_runs()
    assert "\n" not in told.value.message


def test_the_status_of_a_database_has_no_password_in_it(store, postgres):
    store.start(make_start())
    store.flush()
    status = store.upkeep.examine()
    assert status.place == postgres
    assert status.engine.startswith("PostgreSQL ")
    assert (status.version, status.runs, status.problems) == (status.current, 1, ())
    assert status.size > 0
    with RunStore(open_workspace(Path("nowhere")), database=postgres.replace("postgres@", "postgres:geheim@")) as other:
        assert "geheim" not in other.upkeep.examine().place


def test_a_database_of_the_first_version_is_brought_up(postgres, tmp_path):
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS older")
        connection.execute("CREATE DATABASE older")
    address = postgres.rpartition("/")[0] + "/older"
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in MIGRATIONS[0]:
            connection.execute(adapt(statement))
        connection.execute("CREATE TABLE moe_schema (version BIGINT NOT NULL)")
        connection.execute("INSERT INTO moe_schema VALUES (1)")
    with RunStore(open_workspace(tmp_path), database=address) as store:
        assert store.upkeep.examine().version == 1
        done = store.upkeep.upgrade()
        assert (done.before, done.after) == (1, len(MIGRATIONS))
        store.start(make_start())
        assert store.finish("r", "done", "{}") is None
        assert store.leases.list_workers() == []


def test_a_word_of_life_does_not_wait_for_the_disk_as_all_else_does(store, postgres):
    store.leases.join(WorkerLease(worker_id="one", pid=1, host="here", version="1", concurrency=2, lease_seconds=60.0))

    def is_on_disk() -> bool:
        with psycopg.connect(postgres, autocommit=True) as connection:
            query = "SELECT pg_current_wal_insert_lsn() <= pg_current_wal_flush_lsn()"
            return connection.execute(query).fetchone()[0]

    def try_often(write) -> set[bool]:  # the server writes of its own accord now and then, too
        found = set()
        for _ in range(10):
            write()
            found.add(is_on_disk())
        return found

    assert False in try_often(lambda: store.leases.renew("one"))
    assert True in try_often(lambda: store.leases.drain("one"))
    assert store.leases.renew("one") == "draining"
    store.leases.leave("one")
