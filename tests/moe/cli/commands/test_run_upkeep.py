"""`moe runs resume|cancel|delete|prune`."""

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

QUESTION = "Slowly: who restored the tidal mill?"
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed as POSIX does")


@pytest.fixture
def begun(slow_project: Path, environment: dict[str, str], spawn) -> "tuple[subprocess.Popen[str], str]":
    """A run in a process of its own that waits for its tool, and its id."""
    child = subprocess.Popen(
        [sys.executable, "-m", "moe", "run", QUESTION, "--docs", "docs", "--belter", "research"],
        env=environment,
        cwd=slow_project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    return child, wait_for_tool(slow_project / ".moe" / "runs.db")


def wait_for_tool(path: Path) -> str:
    for _ in range(1200):
        time.sleep(0.05)
        if path.exists():
            with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.OperationalError):  # no table yet
                found = connection.execute("SELECT run_id FROM events WHERE kind = 'tool.called'").fetchall()
                if found:
                    return str(found[0][0])
    raise AssertionError("the run never called its tool")


def hurry(project: Path) -> None:
    tool = project / "plugins/tools/waiting/slow.py"
    tool.write_text(tool.read_text(encoding="utf-8").replace("sleep(60)", "sleep(0)"), encoding="utf-8")


@POSIX
def test_a_killed_run_is_gone_on_with(begun, slow_project: Path, moe) -> None:
    child, run_id = begun
    child.kill()
    child.communicate()
    assert json.loads(moe("runs", "show", run_id, "--json").stdout)["status"] == "interrupted"
    hurry(slow_project)
    gone_on = moe("runs", "resume", "last", "--json")
    assert gone_on.exit_code == 0, gone_on.stderr
    result = json.loads(gone_on.stdout)
    assert result["run_id"] == run_id
    assert result["status"] == "done"
    shown = json.loads(moe("runs", "show", run_id, "--json").stdout)
    kinds = [event["kind"] for event in shown["events"]]
    assert kinds.count("run.started") == kinds.count("run.resumed") == kinds.count("chain.assembled") == 1
    assert [event["sequence"] for event in shown["events"]] == list(range(1, len(kinds) + 1))
    # Once more: it is done, and only shown.
    again = moe("runs", "resume", run_id, "--json")
    assert json.loads(again.stdout)["answer"] == result["answer"]
    assert f"run {run_id} was done already" in again.stderr
    assert "done already" not in gone_on.stderr + moe("runs", "resume", run_id, "--quiet").stderr


@POSIX
def test_a_run_over_other_documents_is_refused_and_goes_on_when_told_to(begun, slow_project: Path, moe) -> None:
    child, run_id = begun
    child.kill()
    child.communicate()
    hurry(slow_project)
    (slow_project / "docs" / "mill.md").write_text("Nobody restored the mill.\n", encoding="utf-8")
    refused = moe("runs", "resume", run_id)
    assert refused.exit_code == 2
    assert f"run {run_id} began with other things than there are now: the documents changed" in refused.stderr
    assert "--accept-changes" in refused.stderr
    accepted = moe("runs", "resume", run_id, "--accept-changes", "--quiet")
    assert accepted.exit_code == 0
    assert "Ada Brook" not in accepted.stdout


@POSIX
def test_a_run_is_cancelled_from_another_process_and_can_be_gone_on_with(begun, slow_project: Path, moe) -> None:
    child, run_id = begun
    refused = moe("runs", "delete", run_id)
    assert refused.exit_code == 2
    assert "goes on" in refused.stderr
    assert "goes on in process" in moe("runs", "resume", run_id).stderr
    ended = moe("runs", "cancel", run_id)
    assert ended.stdout == f"{run_id} is cancelled\n"
    _, errors = child.communicate(timeout=60)
    assert child.returncode == 1
    assert f"moe runs resume {run_id} goes on with it" in errors
    again = moe("runs", "cancel", run_id)
    assert "is over: it is cancelled" in again.stderr
    hurry(slow_project)
    everything = moe("runs", "resume", "--all")  # not what somebody ended
    assert everything.stderr.endswith("no run waits to be gone on with\n")
    assert moe("runs", "resume", run_id, "--quiet").exit_code == 0


@POSIX
def test_of_all_runs_each_has_its_turn_and_their_results_are_one_list(begun, slow_project: Path, moe) -> None:
    child, run_id = begun
    child.kill()
    child.communicate()
    hurry(slow_project)
    refused = moe("run", "When does the ferry leave?", "--docs", "docs", "--quiet", "--deadline", "0.001")
    assert refused.exit_code == 1
    everything = moe("runs", "resume", "--all", "--json")
    assert everything.exit_code == 2
    assert "nothing is left of the 0.001 s" in everything.stderr
    assert [result["run_id"] for result in json.loads(everything.stdout)] == [run_id]
    assert json.loads(moe("runs", "list", "--json").stdout)[1]["status"] == "done"


def test_a_run_is_replayed_and_changed_documents_show(moe, project: Path) -> None:
    assert moe("run", "When does the ferry leave?", "--docs", "docs", "--quiet").exit_code == 0
    same = moe("runs", "replay", "last")
    assert same.exit_code == 0, same.stderr
    assert "comes out the same: The ferry leaves at nine" in same.stdout
    (project / "docs" / "ferry.txt").write_text("The ferry leaves at ten.\n", encoding="utf-8")
    other = moe("runs", "replay", "last", "--json")
    assert other.exit_code == 1
    report = json.loads(other.stdout)
    assert report["difference"].startswith("event ")
    assert len(json.loads(moe("runs", "list", "--json").stdout)) == 1


def test_a_run_is_deleted_with_all_that_is_kept_of_it(moe, project: Path) -> None:
    for question in ("Who restored the tidal mill?", "When does the ferry leave?"):
        assert moe("run", question, "--docs", "docs", "--quiet").exit_code == 0
    first = json.loads(moe("runs", "list", "--json").stdout)[1]["run_id"]
    assert moe("runs", "rate", first, "--good").exit_code == 0
    assert moe("runs", "delete", first, "last").stdout == "deleted 2 runs\n"
    with closing(sqlite3.connect(project / ".moe" / "runs.db")) as connection:
        tables = ("runs", "events", "steps", "ratings", "snapshots", "cancellations")
        assert [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables] == [0] * 6
    assert "no run is recorded here" in moe("runs", "delete", first).stderr


def test_old_runs_are_pruned_and_young_ones_stay(moe, project: Path) -> None:
    for _ in range(2):
        assert moe("run", "When does the ferry leave?", "--docs", "docs", "--quiet").exit_code == 0
    old = json.loads(moe("runs", "list", "--json").stdout)[1]["run_id"]
    with closing(sqlite3.connect(project / ".moe" / "runs.db")) as connection, connection:
        connection.execute("UPDATE runs SET started = started - 86400 * 40 WHERE run_id = ?", (old,))
    asked = moe("runs", "prune", "--older-than", "30d")
    assert asked.exit_code == 2
    assert "add --yes" in asked.stderr
    assert moe("runs", "prune", "--older-than", "30d", "--yes").stdout == "deleted 1 run\n"
    assert moe("runs", "prune", "--older-than", "30d", "--yes").stdout == "no run is that old\n"
    assert len(json.loads(moe("runs", "list", "--json").stdout)) == 1


@pytest.mark.parametrize("arguments", [("resume",), ("resume", "last", "--all"), ("cancel",)])
def test_one_run_is_named_or_all_of_them(moe, arguments: tuple[str, ...]) -> None:
    refused = moe("runs", *arguments)
    assert refused.exit_code == 2
    assert "name one run, or say --all" in refused.stderr


def test_a_run_that_nobody_recorded_is_no_run(moe) -> None:
    refused = moe("runs", "resume", "20201231")
    assert refused.exit_code == 2
    assert "no run is recorded here yet" in refused.stderr
