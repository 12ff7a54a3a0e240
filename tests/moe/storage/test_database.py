"""In which order what is handed over together is written."""

import pytest

from moe.storage.database import RunDatabase
from moe.storage.sqlite_engine import SqliteEngine
from moe.storage.statements import FINISH_RUN, INSERT_EVENT, INSERT_RUN, INSERT_STEP
from moe_core.contracts.errors import StorageError


def test_rows_of_several_runs_and_tables_are_written_whatever_their_order(tmp_path):
    database = RunDatabase(SqliteEngine(tmp_path / "runs.db"))
    writes = []
    for run_id in ("a", "b"):  # the second run's row comes between rows: they refer to it
        writes.append((INSERT_RUN, (run_id, "c", "?", "running", 1.0, 1, "", "")))
        for number in (1, 2):
            writes.append((INSERT_EVENT, (run_id, number, 1.0, "observer.note", None, "", "{}")))
            writes.append((INSERT_STEP, (run_id, "1:plan:1", f'"{number}"')))
        writes.append((FINISH_RUN, ("done", 2.0, "{}", run_id)))
    database.write(writes)
    for run_id in ("a", "b"):
        assert [row.sequence for row in database.select_events(run_id)] == [1, 2]
        assert [row.outcome for row in database.select_steps(run_id)] == ['"1"'], "a step has one outcome: the first"
        assert database.find_run(run_id).status == "done"
    database.close()


@pytest.mark.parametrize("count", [1, 15, 16, 17, 33, 100])
def test_many_rows_of_a_table_are_written_whole_and_in_order(tmp_path, count):
    file = RunDatabase(SqliteEngine(tmp_path / "runs.db"))
    file.write([(INSERT_RUN, ("r", "c", "q", "running", 1.0, 1, "", ""))])
    rows = [("r", number, 1.0, "kind", None, "", f"{number}") for number in range(count)]
    file.write([(INSERT_EVENT, row) for row in rows])
    assert [event.data for event in file.select_events("r", after=-1)] == [row[-1] for row in rows]
    file.close()


def test_of_many_rows_only_those_that_are_at_fault_are_left_out(tmp_path):
    file = RunDatabase(SqliteEngine(tmp_path / "runs.db"))
    file.write([(INSERT_RUN, ("r", "c", "q", "running", 1.0, 1, "", ""))])
    rows = [("nobody" if number == 20 else "r", number, 1.0, "kind", None, "", "{}") for number in range(40)]
    with pytest.raises(StorageError):
        file.write([(INSERT_EVENT, row) for row in rows])
    assert [event.sequence for event in file.select_events("r", after=-1)] == [n for n in range(40) if n != 20]
    file.close()
