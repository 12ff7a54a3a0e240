"""In which order what is handed over together is written."""

from moe.storage.database import RunDatabase
from moe.storage.sqlite_engine import SqliteEngine
from moe.storage.statements import FINISH_RUN, INSERT_EVENT, INSERT_RUN, INSERT_STEP


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
