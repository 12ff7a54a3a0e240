"""Records that earlier versions of moe wrote, as `records/` holds them, dumped."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from moe.storage.runs import RunStore
from moe.storage.schema import SCHEMA_VERSION
from moe.storage.workspace import Workspace
from moe_core.contracts.errors import StorageError

RECORDS = sorted((Path(__file__).parent / "records").glob("version_*.sql"))


def unpack(record: Path, workspace: Workspace) -> None:
    workspace.create()
    with closing(sqlite3.connect(workspace.runs_path)) as connection:
        connection.executescript(record.read_text(encoding="utf-8"))


def describe(path: Path) -> set[tuple[str, ...]]:
    """Tables with their columns, and indexes."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'").fetchall()
        columns = {name: connection.execute(f"PRAGMA table_info({name})").fetchall() for _, name in names}
    return {(kind, name, *sorted(f"{one[1]} {one[2]}" for one in columns[name])) for kind, name in names}


def read_all(path: Path) -> dict[str, list[tuple]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2").fetchall()
            for table, columns in (("runs", "run_id, question, status, result"), ("events", "run_id, sequence, data"))
        }


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem)
def test_an_older_record_is_brought_up_by_whoever_opens_it(record, workspace, tmp_path):
    unpack(record, workspace)
    before = read_all(workspace.runs_path)
    with RunStore(workspace) as store:
        status = store.upkeep.examine()
        assert (status.version, status.problems) == (int(record.stem.rpartition("_")[2]), ())
        runs = [store.get_run(run.run_id) for run in store.list_runs()]
        assert len(runs) == len(before["runs"]) == status.runs
        assert all(run.events for run in runs)
        assert store.upkeep.examine().version == SCHEMA_VERSION
    assert read_all(workspace.runs_path) == before
    with RunStore(Workspace(folder=tmp_path / "new")) as new:
        assert new.leases.list_workers() == []
    assert describe(workspace.runs_path) == describe(tmp_path / "new" / "runs.db")


def test_the_oldest_record_tells_its_runs(workspace):
    unpack(RECORDS[0], workspace)
    with RunStore(workspace) as store:
        done, broken = store.get_run("20260114-081501"), store.get_run("20260114-081502")
    assert (done.summary.status, done.result) == ("done", {"answer": "Ada owned it."})
    assert [event.sequence for event in done.events] == [1, 2, 3]
    assert (broken.summary.question, broken.summary.finished) == ("Wer besaß die Mühle?", None)


def test_an_upgrade_that_breaks_off_leaves_the_record_as_it_was(workspace):
    unpack(RECORDS[0], workspace)
    with closing(sqlite3.connect(workspace.runs_path)) as connection:
        connection.execute("CREATE VIEW conversation_turns AS SELECT 1")  # which takes no index
    with RunStore(workspace) as store:
        with pytest.raises(StorageError):
            store.upkeep.upgrade()
        assert store.upkeep.examine().version == 1
    assert not any("ratings" in entry for entry in describe(workspace.runs_path))


def test_a_newer_record_is_told_and_left_alone(workspace):
    unpack(RECORDS[-1], workspace)
    with closing(sqlite3.connect(workspace.runs_path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = read_all(workspace.runs_path)
    with RunStore(workspace) as store:
        assert store.upkeep.examine().version == 99
        with pytest.raises(StorageError, match="newer moe"):
            store.upkeep.upgrade()
        with pytest.raises(StorageError, match="newer moe"):
            store.list_runs()
    assert read_all(workspace.runs_path) == before


def test_what_is_damaged_is_told(workspace):
    unpack(RECORDS[-1], workspace)
    data = bytearray(workspace.runs_path.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    workspace.runs_path.write_bytes(bytes(data))
    with RunStore(workspace) as store:
        assert store.upkeep.examine().problems
        workspace.runs_path.write_bytes(b"no database at all" * 100)
        assert store.upkeep.examine().problems == ("file is not a database",)
        assert store.upkeep.examine().size == 1800


def test_a_record_that_is_not_there_is_not_made(workspace):
    with RunStore(workspace) as store:
        assert store.upkeep.examine().version == 0
        assert store.upkeep.upgrade().after == 0
    assert not workspace.runs_path.exists()
