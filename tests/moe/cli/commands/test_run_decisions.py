"""`moe runs approve|skip`, and what all other commands make of a run that waits for a person."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moe.running.decisions import decide
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from note_office import CLERK, POSTER, count_notes, open_office

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed as POSIX does")
LODGE = ("drummer", CLERK["question"], "--name", "clerk")
POST = ("drummer", POSTER["question"], "--name", "poster")


@pytest.fixture(autouse=True)
def log(project: Path) -> Path:
    (project / "config" / "system.yaml").write_text("provider: extractive\n", encoding="utf-8")
    return open_office(project)


@pytest.fixture
def waiting(moe) -> str:
    """A run that waits because its tool asks first; its id."""
    asked = moe(*POST)
    assert asked.exit_code == 4, asked.output
    return json.loads(moe("runs", "show", "last", "--json").stdout)["run_id"]


def test_a_run_that_waits_says_for_what_and_both_commands(moe, log) -> None:
    asked = moe(*POST)
    assert (asked.exit_code, asked.stdout, count_notes(log)) == (4, "", 0)
    first, second = asked.stderr.strip().splitlines()
    told = f"task 1: post_note query='{POSTER['question']}' (it asks before each call)"
    assert first == f"waiting for you: {told}"
    run_id = json.loads(moe("runs", "show", "last", "--json").stdout)["run_id"]
    assert second == f"  moe runs approve {run_id} calls it and goes on; moe runs skip {run_id} goes on without"
    for command in (("watch", run_id), ("resume", run_id)):
        again = moe("runs", *command)
        assert (again.exit_code, again.stderr.strip().splitlines()) == (4, [first, second]), command
    shown = moe("runs", "show", run_id).stdout
    assert f"  {told}" in shown
    assert "waiting" in moe("runs", "list").stdout
    result = json.loads(moe(*POST, "--json").stdout)
    assert (result["status"], result["waiting"][0]["tool"]) == ("waiting", "post_note")


def test_an_approved_call_is_made_once_and_the_run_goes_on(moe, waiting, log) -> None:
    done = moe("runs", "approve", waiting[:-2], "--note", "all right", "--json")
    assert (done.exit_code, count_notes(log)) == (0, 1), done.stderr
    result = json.loads(done.stdout)
    assert (result["status"], result["run_id"], result["short_answer"]) == ("done", waiting, "lodged")
    events = json.loads(moe("runs", "show", waiting, "--json").stdout)["events"]
    (approved,) = [event for event in events if event["kind"] == "tool.approved"]
    assert approved["data"]["note"] == "all right"
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    late = moe("runs", "approve", waiting)
    told = f"error: run {waiting} is done: nothing in it waits for a person\n  hint: moe runs show {waiting}\n"
    assert (late.exit_code, late.stderr) == (2, told)
    assert count_notes(log) == 1


def test_a_skipped_call_is_not_made_and_the_answer_says_so(moe, waiting, log) -> None:
    done = moe("runs", "skip", waiting, "--note", "no ferry today", "--strict")
    assert (done.exit_code, count_notes(log)) == (3, 0)
    assert "post_note was skipped" in done.stdout
    assert "no ferry today" in done.stdout


@pytest.mark.parametrize("command", ["approve", "skip"])
def test_what_is_mistyped_is_told_in_one_line(moe, waiting, command) -> None:
    other = moe("runs", command, waiting, "--task", "2")
    assert other.exit_code == 2
    assert other.stderr.splitlines()[0] == "error: no waiting task is named '2'"
    assert "there waits task 1: post_note" in other.stderr
    assert moe("runs", command, "nobody").exit_code == 2
    assert moe("runs", "show", waiting, "--json").exit_code == 0
    assert json.loads(moe("runs", "show", waiting, "--json").stdout)["status"] == "waiting"


def test_a_waiting_run_is_cancelled_deleted_and_never_pruned(moe, waiting, log) -> None:
    assert moe("runs", "rate", waiting, "--good").exit_code == 2
    assert moe("runs", "retry", waiting).exit_code == 4
    pruned = moe("runs", "prune", "--older-than", "0m", "--yes")
    assert pruned.stdout == "no run is that old\n"
    assert moe("runs", "cancel", "--all").stdout == f"{waiting} is cancelled\n"
    assert moe("runs", "approve", waiting).exit_code == 2
    assert moe("runs", "delete", waiting).stdout == "deleted 1 run\n"
    moe(*POST)
    assert moe("runs", "delete", "last").stdout == "deleted 1 run\n"
    assert count_notes(log) == 0


def test_a_run_that_waited_under_other_settings_of_the_server_goes_on(moe, waiting) -> None:
    assert moe("--set", "server.max_queued=7", "runs", "approve", waiting).exit_code == 0
    moe(*POST)
    other = moe("--set", "system.seed=7", "runs", "approve", "last")
    assert (other.exit_code, "settings changed" in other.stderr) == (2, True)


@POSIX
@pytest.mark.parametrize(("answer", "calls"), [("approve", 2), ("skip", 1)])
def test_a_run_killed_in_a_call_waits_and_goes_on_as_it_is_told(
    moe, project, environment, log, answer: str, calls: int
) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "moe", *LODGE],
        env={**environment, "OFFICE_HANGS": "yes"},
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    for _ in range(1200):
        if count_notes(log):
            break
        time.sleep(0.05)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    shown = json.loads(moe("runs", "show", "last", "--json").stdout)
    assert shown["status"] == "interrupted"
    early = moe("runs", answer, "last")
    hint = f"  hint: moe runs resume {shown['run_id']} goes on with it; should a call wait then, decide on that"
    assert (early.exit_code, early.stderr.splitlines()[1]) == (2, hint)
    gone_on = moe("runs", "resume", "last")
    assert (gone_on.exit_code, count_notes(log)) == (4, 1), gone_on.stderr
    assert "it was under way when the run was broken off, and nobody knows whether it was done" in gone_on.stderr
    decided = moe("runs", answer, "last")
    assert (decided.exit_code, count_notes(log)) == (0, calls), decided.stderr
    assert ("The office has the note." in decided.stdout) == (answer == "approve")


@POSIX
@pytest.mark.parametrize(
    ("answer", "code", "calls"), [("yes", 0, 1), ("y", 0, 1), ("N", 0, 0), ("no", 0, 0), ("later", 4, 0)]
)
def test_whoever_sits_at_a_terminal_is_asked_at_once(
    moe, terminal, project, log, answer: str, code: int, calls: int
) -> None:
    (project / "config" / "server.yaml").write_text("audit: changes\n", encoding="utf-8")
    ended, drawn = terminal(*POST, answer=answer, prompt="Call it?")
    assert (ended, count_notes(log)) == (code, calls), drawn
    noted = [line["note"]["what"] for line in json.loads(moe("audit", "list", "--json").stdout)]
    assert noted == {"y": ["moe runs approve"], "n": ["moe runs skip"], "l": []}[answer[0].lower()]


def test_the_audit_log_tells_who_decided_and_not_that_somebody_came_too_late(moe, project) -> None:
    (project / "config" / "server.yaml").write_text("audit: changes\n", encoding="utf-8")
    waiting = json.loads(moe(*POST, "--json").stdout)["run_id"]
    assert moe("runs", "skip", waiting[:-2]).exit_code == 0
    assert moe("runs", "approve", waiting).exit_code == 2
    (line,) = json.loads(moe("audit", "list", "--json").stdout)
    told = {"what": "moe runs skip", "target": waiting, "address": "command line", "kind": "person"}
    assert told.items() <= line["note"].items()


def test_a_batch_tells_its_waiting_lines_and_takes_up_what_became_of_them(moe, project, log) -> None:
    lines = [POSTER, {**POSTER, "question": "Post that the ferry is gone"}]
    (project / "lines.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    batch = ("batch", "lines.jsonl", "--out", "results.jsonl")
    first = moe(*batch)
    assert (first.exit_code, count_notes(log)) == (4, 0), first.stderr
    assert first.stdout == "0 of 2 lines answered, 2 waiting for you; results in results.jsonl\n"
    runs = [json.loads(line)["run_id"] for line in (project / "results.jsonl").read_text().splitlines()]
    assert f"line 1, run {runs[0]}, waits for you: task 1: post_note" in first.stderr
    assert moe("runs", "approve", runs[0], "--quiet").exit_code == 0
    again = moe(*batch, "--json")
    assert again.exit_code == 4
    told = json.loads(again.stdout)
    assert (told["answered"], told["waiting"], count_notes(log)) == (1, 1, 1)
    assert again.stderr.splitlines()[0].startswith(f"line 2, run {runs[1]}, waits for you: task 1: post_note")
    assert "line 1" not in again.stderr
    assert moe(*batch, "--quiet").stderr == ""
    moe("runs", "delete", runs[1])
    asked_anew = moe(*batch)
    assert ", 1 waiting for you; results in" in asked_anew.stdout
    kept = [json.loads(line) for line in (project / "results.jsonl").read_text().splitlines()]
    assert [(one["line"], one["status"]) for one in kept] == [(1, "done"), (2, "waiting")]
    assert kept[1]["run_id"] not in runs


def test_a_batch_tells_how_a_decided_run_that_got_no_further_goes_on(moe, project, log) -> None:
    (project / "lines.jsonl").write_text(json.dumps(POSTER), encoding="utf-8")
    batch = ("batch", "lines.jsonl", "--out", "results.jsonl")
    moe(*batch)
    run_id = json.loads((project / "results.jsonl").read_text())["run_id"]
    hint = f"  hint: run {run_id} is decided on, but did not get further: moe runs resume {run_id}\n"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with RunStore(open_workspace(project / ".moe")) as store:
        decide(store, run_id, "approve")
        told = moe(*batch)
        assert (told.exit_code, told.stderr) == (4, hint)
        store.claim(run_id, dead.pid)
        told = moe(*batch)
        assert (told.exit_code, told.stderr) == (4, hint)
        assert moe("runs", "resume", run_id).exit_code == 0
        assert (moe(*batch).exit_code, count_notes(log)) == (0, 1)


def test_a_batch_asks_anew_whatever_became_of_its_runs_and_tells_of_what_it_cannot_read(moe, project) -> None:
    (project / "lines.jsonl").write_text(json.dumps(POSTER), encoding="utf-8")
    batch = ("batch", "lines.jsonl", "--out", "results.jsonl")
    moe(*batch)
    run_id = json.loads((project / "results.jsonl").read_text())["run_id"]
    with RunStore(open_workspace(project / ".moe")) as store:
        store.finish(run_id, "done", '{"status": "perhaps"}')
    told = moe(*batch)
    assert told.stderr.splitlines() == [
        f"error: the result of run {run_id} cannot be read: another version of moe recorded it",
        f"  hint: moe runs delete {run_id} has its line asked again",
    ]
    assert "line 1, run" in moe(*batch, "--anew").stderr
    run_id = json.loads((project / "results.jsonl").read_text())["run_id"]
    with RunStore(open_workspace(project / ".moe")) as store:
        store.claim(run_id, 2**22 + 1)
        assert store.cancel(run_id).status == "cancelled"
    assert moe(*batch).stdout == "0 of 1 line answered, 1 failed; results in results.jsonl\n"


def test_settings_have_any_tool_ask_or_none(moe, project, log) -> None:
    def settle(text: str) -> None:
        (project / "config" / "tools.yaml").write_text(text, encoding="utf-8")

    settle("post_note:\n  asks_first: false\nlodge_note:\n  asks_first: true\n")
    assert (moe(*POST).exit_code, count_notes(log)) == (0, 1)
    assert (moe(*LODGE).exit_code, count_notes(log)) == (4, 1)
    assert json.loads(moe("tools", "show", "lodge_note", "--json").stdout)["asks_first"] is True
    assert "asks: a person decides on each call in a run" in moe("tools", "show", "lodge_note").stdout
    settle("calculator:\n  asks_first: true\n")  # which only computes, without a model
    asked = moe("drummer", "What is 12 * 7?", "--name", "analysis")
    assert "task 1: calculator expression=" in asked.stderr
    assert moe("runs", "approve", "last").stdout.startswith("84")
    settle("lodge_note:\n  asks_first: perhaps\n")
    assert "asks_first" in moe(*LODGE).stderr
