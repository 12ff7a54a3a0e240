"""The record of runs, through its store."""

import json
import sqlite3
import subprocess
import sys
import time

import pytest

from moe.contracts.runs import RunCounts, RunRating
from moe.storage.recorder import Recorder
from moe.storage.runs import RunStore
from moe.storage.schema import SCHEMA_VERSION
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import NameUnknownError, RequestError, StorageError
from moe_core.contracts.event import EventKind


def test_a_finished_run_reads_back_as_it_was(workspace, make_start, make_event):
    start = make_start(question="Wer besaß die Mühle? 磨坊")
    events = [
        make_event(1, kind=EventKind.RUN_STARTED, data={}),
        make_event(2, task_id="run-1/1", agent="research", data={"nested": [{"a": None}], "n": 1.5}),
    ]
    with RunStore(workspace) as store:
        store.start(start)
        for event in events:
            store.append(event)
        assert store.finish("run-1", "degraded", json.dumps({"answer": "The coöp."})) is None
        record = store.get_run("run-1")
        assert store.get_run("run-1", most=1).events == record.events[:1]
    assert record.summary.status == "degraded"
    assert record.summary.question == start.question
    assert record.summary.events == 2
    assert record.summary.finished >= record.summary.started == start.started
    assert record.result == {"answer": "The coöp."}
    assert record.correlation_id == "c-1"
    assert list(record.events) == events


def test_pages_begin_before_a_run_and_hold_each_once(workspace, make_start):
    with RunStore(workspace) as store:
        for number in range(5):
            store.start(make_start(run_id=f"run-{number}", started=1000.0 + number // 2))  # two in the same moment
        pages, before = [], ""
        while page := [run.run_id for run in store.list_runs(2, before=before)]:
            pages += page
            before = page[-1]
        assert pages == ["run-4", "run-3", "run-2", "run-1", "run-0"]
        assert store.list_runs(before="nobody") == []
        store.delete(["run-3"])
        assert [run.run_id for run in store.list_runs(2, before="run-3", started=1001.0)] == ["run-2", "run-1"]


def test_kinds_and_facts_that_only_another_version_knows_are_read_as_they_are(workspace, make_start, make_event):
    with RunStore(workspace) as store:
        store.start(make_start())
        store.append(make_event(1, kind="persona.moved", data={"to": "stable"}))
        store.append(make_event(2, kind=EventKind.TOOL_FAILED, data={"utensil": "spoon"}))
        events = store.get_run("run-1").events
    assert [(event.kind, event.data) for event in events] == [
        ("persona.moved", {"to": "stable"}),
        (EventKind.TOOL_FAILED, {"utensil": "spoon"}),
    ]
    assert [event.describe() for event in events] == ["{'to': 'stable'}", "{'utensil': 'spoon'}"]


def test_a_value_is_kept_once_a_run_and_found_by_those_that_kept_it_until_they_are_deleted(workspace, make_start):
    with RunStore(workspace) as store:
        for run_id in ("run-1", "run-2", "run-3"):
            store.start(make_start(run_id))
        for run_id in ("run-1", "run-1", "run-2"):
            store.keep_value(run_id, "d", '{"text":"Who?"}')
        assert store.find_value("run-1", "d") == store.find_value("run-2", "d") == '{"text":"Who?"}'
        assert store.find_value("run-3", "d") is None
        assert store.find_value("run-1", "e") is None
        store.delete(["run-1"])
        assert store.find_value("run-1", "d") is None
        assert store.find_value("run-2", "d") == '{"text":"Who?"}'


def test_a_snapshot_is_kept_once(workspace):
    with RunStore(workspace) as store:
        assert store.find_snapshot("d") is None
        store.keep_snapshot("d", "{}")
        store.keep_snapshot("d", "{}")
        store.flush()
        assert store.find_snapshot("d") == "{}"


def test_events_are_on_disk_for_others_while_the_run_goes_on(workspace, make_start, make_event):
    with RunStore(workspace) as writer, RunStore(workspace) as reader:
        writer.start(make_start())
        writer.append(make_event(1))
        writer.flush()
        record = reader.get_run("run-1")
    assert record.summary.status == "running"
    assert record.result is None
    assert [event.sequence for event in record.events] == [1]


def test_events_reach_the_disk_without_being_asked_for(workspace, make_start, make_event):
    with RunStore(workspace) as writer, RunStore(workspace) as reader:
        writer.start(make_start())
        writer.append(make_event(1))
        give_up = time.monotonic() + 60
        while not reader.list_runs() or reader.list_runs()[0].events < 1:
            assert time.monotonic() < give_up
            time.sleep(0.01)


def test_runs_are_listed_newest_first_up_to_the_limit(workspace, make_start):
    with RunStore(workspace) as store:
        for number in range(5):
            store.start(make_start(f"run-{number}", started=1000.0 + number))
        assert [run.run_id for run in store.list_runs(limit=3)] == ["run-4", "run-3", "run-2"]


def test_an_empty_workspace_lists_nothing_and_stays_unmade(workspace):
    with RunStore(workspace) as store:
        assert store.list_runs() == []
        with pytest.raises(NameUnknownError, match="no run is named 'x'"):
            store.get_run("x")
    assert not workspace.exists()


def test_the_workspace_is_made_with_the_first_run(workspace, make_start):
    with RunStore(workspace) as store:
        store.start(make_start())
    assert (workspace.folder / ".gitignore").read_text() == "*\n"
    assert workspace.runs_path.exists()


@pytest.fixture
def three_runs(workspace, make_start):
    with RunStore(workspace) as store:
        for run_id in ("20261101-aaaa", "20261101-abbb", "20261102-cccc"):
            store.start(make_start(run_id))
        yield store


def test_a_beginning_that_only_one_run_has_is_enough(three_runs):
    assert three_runs.get_run("20261102").summary.run_id == "20261102-cccc"
    assert three_runs.get_run("20261101-ab").summary.run_id == "20261101-abbb"


def test_a_beginning_that_several_runs_share_names_them(three_runs):
    with pytest.raises(NameUnknownError) as caught:
        three_runs.get_run("20261101")
    assert set(caught.value.near) == {"20261101-aaaa", "20261101-abbb"}
    assert "several begin so" in caught.value.hint


@pytest.mark.parametrize("asked", ["20261102-ccdc", "20261102-cccx"])
def test_a_misspelt_run_names_the_nearest(three_runs, asked):
    with pytest.raises(NameUnknownError) as caught:
        three_runs.get_run(asked)
    assert caught.value.near[0] == "20261102-cccc"


@pytest.mark.parametrize("asked", ["", "%", "_"])
def test_no_wildcard_stands_for_a_run(three_runs, asked):
    with pytest.raises(NameUnknownError):
        three_runs.get_run(asked)


def test_last_is_the_newest_run(workspace, make_start):
    with RunStore(workspace) as store:
        for run_id, started in (("run-1", 2000.0), ("run-2", 1000.0)):
            store.start(make_start(run_id, started=started))
        assert store.get_run("last").summary.run_id == store.get_summary("last").run_id == "run-1"


def test_a_rating_is_kept_with_its_run_and_another_takes_its_place(workspace, make_start):
    good = RunRating(verdict="good", note="caf\udce9, right", at=1.0)
    bad = RunRating(verdict="bad", note="", at=2.0)
    with RunStore(workspace) as store:
        for run_id in ("run-1", "run-2"):
            store.start(make_start(run_id))
            store.finish(run_id, "done", "{}")
        assert store.rate("run-1", good).rating.note == "caf?, right"
        assert store.rate("run-2", good).run_id == "run-2"
        assert store.rate("run-1", bad).rating == bad
    with RunStore(workspace) as store:
        assert store.get_run("run-1").summary.rating == bad
        assert {run.run_id: run.rating.verdict for run in store.list_runs()} == {"run-1": "bad", "run-2": "good"}


def test_a_run_that_goes_on_is_not_rated(workspace, make_start):
    rating = RunRating(verdict="good", note="", at=1.0)
    with RunStore(workspace) as store:
        store.start(make_start())
        with pytest.raises(RequestError, match="not over yet"):
            store.rate("run-1", rating)
        store.start(make_start("run-2", pid=2**22 + 1))  # its process is dead
        assert store.rate("run-2", rating).rating == rating


def test_a_rating_that_cannot_be_kept_is_an_error(workspace, make_start):
    with RunStore(workspace) as store:
        store.start(make_start())
        store.finish("run-1", "done", "{}")
        with pytest.raises(StorageError):
            store.rate("run-1", RunRating(verdict="so-so", note="", at=1.0))
        assert store.get_summary("run-1").rating is None


def test_events_of_some_kinds_are_streamed_run_by_run(workspace, make_start, make_event):
    with RunStore(workspace) as store:
        for run_id, started in (("run-1", 1000.0), ("run-2", 2000.0)):
            store.start(make_start(run_id, started=started, correlation_id=f"c-{run_id}"))
            for sequence, kind in enumerate((EventKind.NOTE, EventKind.RUN_STARTED, EventKind.NOTE), 1):
                store.append(make_event(sequence, run_id, kind=kind))
        found = list(store.stream_events([EventKind.NOTE]))
        assert [(one.run_id, one.sequence) for one in found] == [("run-1", 1), ("run-1", 3), ("run-2", 1), ("run-2", 3)]
        assert {one.correlation_id for one in found} == {"c-run-1", "c-run-2"}
        assert {one.run_id for one in store.stream_events([EventKind.NOTE], since=2000.0)} == {"run-2"}
        assert {one.run_id for one in store.stream_events([EventKind.NOTE], run_id="run-1")} == {"run-1"}
        assert len(list(store.stream_events([EventKind.NOTE, EventKind.RUN_STARTED]))) == 6
        first = next(store.stream_events([EventKind.NOTE]))  # and no more is read
        assert first == found[0]


def test_an_event_that_is_damaged_is_told_and_not_left_out(workspace, make_start, make_event):
    with RunStore(workspace) as store:
        store.start(make_start())
        store.append(make_event(1))
        store.flush()
        connection = sqlite3.connect(workspace.runs_path)
        with connection:
            connection.execute("UPDATE events SET data = '{'")
        connection.close()
        with pytest.raises(StorageError, match="run-1 cannot be read"):
            list(store.stream_events([EventKind.NOTE]))
        with pytest.raises(StorageError, match="run-1 cannot be read"):
            store.get_run("run-1")


def test_runs_are_counted_with_their_ratings(workspace, make_start):
    with RunStore(workspace) as store:
        assert (store.count_runs(), list(store.stream_events([EventKind.NOTE]))) == (RunCounts(), [])
        for number, verdict in enumerate(("good", "bad", "good", "")):
            store.start(make_start(f"run-{number}", started=1000.0 + number))
            store.finish(f"run-{number}", "done", "{}")
            if verdict:
                store.rate(f"run-{number}", RunRating(verdict=verdict, note="", at=1.0))
        assert store.count_runs() == RunCounts(total=4, good=2, bad=1)
        assert store.count_runs(since=1001.0) == RunCounts(total=3, good=1, bad=1)
        assert store.count_runs(run_id="run-1") == RunCounts(total=1, bad=1)


def test_data_that_is_no_json_spoils_only_its_own_event(workspace, make_start, make_event):
    store = RunStore(workspace)
    store.start(make_start())
    store.append(make_event(1, data={"bad": object()}))
    store.append(make_event(2))
    failure = store.finish("run-1", "done", "{}")
    record = store.get_run("run-1")
    store.close()
    assert isinstance(failure, StorageError)
    assert "event 1" in failure.message
    assert "unrecorded" in record.events[0].data
    assert record.events[1].data == {"text": "höher"}


def test_rows_at_fault_do_not_take_the_others_with_them(workspace, make_start, make_event):
    store = RunStore(workspace)
    store.start(make_start())
    store.append(make_event(1))
    store.append(make_event(1))
    store.append(make_event(1, run_id="never-started"))
    store.append(make_event(2, agent="\ud800"))
    store.append(make_event(3))
    assert isinstance(store.finish("run-1", "done", "{}"), StorageError)
    assert [event.sequence for event in store.get_run("run-1").events] == [1, 3]
    assert store.get_run("run-1").summary.status == "done"
    store.close()


def test_half_a_character_in_a_question_is_replaced(workspace, make_start):
    with RunStore(workspace) as store:
        store.start(make_start(question="caf\udce9?"))
        assert store.finish("run-1", "done", "{}") is None
        assert store.get_run("run-1").summary.question == "caf??"


def test_a_failure_that_finish_told_is_not_raised_again(workspace, make_start):
    workspace.folder.write_text("in the way")
    store = RunStore(workspace)
    store.start(make_start())
    assert "cannot make the workspace" in store.finish("run-1", "done", "{}").message
    workspace.folder.unlink()
    store.start(make_start("run-2"))
    assert store.finish("run-2", "done", "{}") is None  # it is tried again
    assert [run.run_id for run in store.list_runs()] == ["run-2"]
    store.close()


def test_a_fault_of_any_kind_while_recording_is_told_and_not_printed(capfd):
    def no_memory():
        raise MemoryError

    recorder = Recorder(no_memory)
    recorder.submit(("INSERT", ()))
    recorder.flush()
    failure = recorder.take_failure()
    assert isinstance(failure, StorageError)
    assert "MemoryError" in failure.message
    recorder.close()
    assert capfd.readouterr().err == ""


def test_a_failure_that_nobody_was_told_is_raised_on_close(workspace, make_start, make_event):
    workspace.folder.write_text("in the way")
    store = RunStore(workspace)
    store.start(make_start())
    store.append(make_event(1))
    with pytest.raises(StorageError, match="cannot make the workspace"):
        store.close()
    store.close()


def test_leaving_the_block_raises_an_untold_failure_but_hides_no_other_error(workspace, make_start):
    workspace.folder.write_text("in the way")
    with pytest.raises(StorageError), RunStore(workspace) as store:
        store.start(make_start())
    with pytest.raises(KeyError), RunStore(workspace) as store:  # noqa: PT012 - the error is the point
        store.start(make_start())
        raise KeyError("the run's own")


def test_what_comes_after_closing_is_not_recorded_and_does_not_raise(workspace, make_start, make_event):
    store = RunStore(workspace)
    store.start(make_start())
    store.close()
    store.append(make_event(1))
    assert "closed" in store.finish("run-1", "done", "{}").message
    assert store.get_run("run-1").summary.events == 0


def test_a_file_of_a_newer_version_is_refused_and_left_alone(workspace, make_start):
    with RunStore(workspace) as store:
        store.start(make_start())
    connection = sqlite3.connect(workspace.runs_path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    store = RunStore(workspace)
    with pytest.raises(StorageError, match="newer moe") as caught:
        store.list_runs()
    assert "upgrade" in caught.value.hint
    store.start(make_start("run-2"))
    assert "newer moe" in store.finish("run-2", "done", "{}").message
    store.close()
    connection = sqlite3.connect(workspace.runs_path)
    assert connection.execute("SELECT run_id FROM runs").fetchall() == [("run-1",)]
    connection.close()


def test_a_damaged_file_is_an_error_with_a_remedy(workspace, make_start):
    workspace.create()
    workspace.runs_path.write_bytes(b"this is no database, whatever its name says. " * 100)
    store = RunStore(workspace)
    with pytest.raises(StorageError, match="damaged") as caught:
        store.list_runs()
    assert "move the file away" in caught.value.hint
    store.start(make_start())
    assert "damaged" in store.finish("run-1", "done", "{}").message
    store.close()


def test_a_folder_in_the_place_of_the_file_is_an_error_with_a_remedy(workspace):
    workspace.create()
    workspace.runs_path.mkdir()
    with RunStore(workspace) as store, pytest.raises(StorageError) as caught:
        store.list_runs()
    assert str(workspace.runs_path) in caught.value.message
    assert caught.value.hint


def test_the_file_is_a_write_ahead_log_with_a_version(workspace, make_start):
    with RunStore(workspace) as store:
        store.start(make_start())
    connection = sqlite3.connect(workspace.runs_path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
    connection.close()


def test_a_store_that_records_nothing_does_not_import_sqlite(tmp_path):
    code = (
        "import sys; from pathlib import Path; from moe.storage.runs import RunStore;"
        "from moe.storage.workspace import open_workspace;"
        f"print(RunStore(open_workspace(Path({str(tmp_path)!r}) / '.moe')).list_runs(), 'sqlite3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["[]", "False"]


def test_a_workspace_whose_path_looks_like_an_address_is_only_a_path(tmp_path, make_start):
    workspace = open_workspace(tmp_path / "what? 50% #1 & more" / ".moe")
    with RunStore(workspace) as store:
        store.start(make_start())
        assert [run.run_id for run in store.list_runs()] == ["run-1"]
    assert workspace.runs_path.exists()


@pytest.mark.skipif(sqlite3.sqlite_version_info < (3, 37), reason="this SQLite knows no strict tables")
def test_the_tables_refuse_values_of_another_type(workspace, make_start):
    with RunStore(workspace) as store:
        store.start(make_start())
    connection = sqlite3.connect(workspace.runs_path)
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        connection.execute("UPDATE runs SET started = 'yesterday'")
    connection.close()


def test_runs_since_a_moment_are_listed_also_more_than_a_page_of_them(workspace, make_start):
    with RunStore(workspace) as store:
        for number in range(1203):
            store.start(make_start(run_id=f"run-{number:04}", started=1000.0 + number // 2))
        names = [run.run_id for run in store.list_since(1001.0)]
        assert names == [f"run-{number:04}" for number in range(1202, 1, -1)]
        assert [run.run_id for run in store.list_since(1001.0, until=1002.0)] == ["run-0003", "run-0002"]
