"""Told to stop, or at its deadline: the process ends, and the record tells what the run got to."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")


def start(project: Path, environment: dict[str, str], *more: str) -> "subprocess.Popen[str]":
    question = "Slowly: who restored the tidal mill?"
    return subprocess.Popen(
        [sys.executable, "-m", "moe", "run", question, "--docs", "docs", "--belter", "research", *more],
        env=environment,
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_tool(project: Path) -> str:
    """Wait until the run has called its slow tool; its id."""
    for _ in range(1200):
        time.sleep(0.05)
        path = project / ".moe" / "runs.db"
        if path.exists():
            with closing(sqlite3.connect(path)) as connection, suppress(sqlite3.OperationalError):  # no table yet
                found = connection.execute("SELECT run_id FROM events WHERE kind = 'tool.called'").fetchall()
                if found:
                    return str(found[0][0])
    raise AssertionError("the run never called its tool")


@pytest.fixture
def project_of(slow_project: Path, add) -> Callable[[bool], Path]:
    """A project whose tool takes a minute: it waits, or it keeps the interpreter busy."""

    def make(is_busy: bool) -> Path:
        if is_busy:
            add(slow_project, "spinning.py", "tools/waiting").rename(slow_project / "plugins/tools/waiting/slow.py")
        return slow_project

    return make


def test_ctrl_c_ends_with_130_and_a_complete_record(slow_project: Path, environment: dict[str, str], moe) -> None:
    child = start(slow_project, environment)
    run_id = wait_for_tool(slow_project)
    child.send_signal(signal.SIGINT)
    output, errors = child.communicate(timeout=60)
    assert child.returncode == 130
    assert output == ""
    assert f"interrupted; moe runs resume {run_id} goes on with it" in errors
    assert "Traceback" not in errors
    shown = json.loads(moe("runs", "show", run_id, "--json").stdout)
    assert shown["status"] == "cancelled"
    assert shown["result"]["status"] == "cancelled"
    assert [event["sequence"] for event in shown["events"]] == list(range(1, len(shown["events"]) + 1))
    assert shown["events"][-1]["kind"] == "run.finished"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
@pytest.mark.parametrize("is_busy", [False, True], ids=["waiting", "busy"])
def test_a_signal_to_end_is_heard_like_ctrl_c_whatever_the_run_is_at(
    project_of, environment: dict[str, str], moe, number: signal.Signals, code: int, is_busy: bool
) -> None:
    project = project_of(is_busy)
    child = start(project, environment)
    run_id = wait_for_tool(project)
    child.send_signal(number)
    output, errors = child.communicate(timeout=60)
    assert child.returncode == code
    assert output == ""
    assert f"interrupted; moe runs resume {run_id} goes on with it" in errors
    assert "Traceback" not in errors
    assert json.loads(moe("runs", "show", run_id, "--json").stdout)["result"]["status"] == "cancelled"


@pytest.mark.parametrize("is_busy", [False, True], ids=["waiting", "busy"])
def test_in_the_background_of_a_script_ctrl_c_goes_unheard_and_sigterm_does_not(
    project_of, environment: dict[str, str], is_busy: bool
) -> None:
    command = [sys.executable, "-m", "moe", "run", "Slowly: who?", "--docs", "docs", "--belter", "research"]
    ignore, project = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN)", project_of(is_busy)
    child = subprocess.Popen(
        [sys.executable, "-c", f"{ignore}; os.execv(sys.executable, {command!r})"],
        env=environment,
        cwd=project,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for_tool(project)
    child.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert child.poll() is None
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=60)
    assert child.returncode == 143
    assert "interrupted" in errors
    assert "Traceback" not in errors


def test_a_command_that_was_told_to_outlive_its_terminal_does(slow_project: Path, environment: dict[str, str]):
    command = [sys.executable, "-m", "moe", "run", "Slowly: who?", "--docs", "docs", "--belter", "research"]
    ignore = "import os, signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    script = f"{ignore}; os.execv(sys.executable, {command!r})"
    child = subprocess.Popen([sys.executable, "-c", script], env=environment, cwd=slow_project, stderr=subprocess.PIPE)
    wait_for_tool(slow_project)
    child.send_signal(signal.SIGHUP)
    time.sleep(0.3)
    assert child.poll() is None
    child.send_signal(signal.SIGTERM)
    child.communicate(timeout=60)
    assert child.returncode == 143, "it ended by what came later"


def test_a_deadline_ends_a_run_that_gives_nothing_else_a_turn(project_of, spawn, moe) -> None:
    project_of(True)
    done = spawn("run", "Slowly: who?", "--docs", "docs", "--belter", "research", "--deadline", "3")
    assert done.returncode == 1
    assert "was broken off" in done.stderr
    assert "Traceback" not in done.stderr
    (listed,) = json.loads(moe("runs", "list", "--json").stdout)
    assert listed["status"] == "failed"
    shown = json.loads(moe("runs", "show", listed["run_id"], "--json").stdout)
    assert shown["result"]["error"]["code"] == "deadline"


def test_a_killed_run_is_shown_as_interrupted_with_its_timeline(
    slow_project: Path, environment: dict[str, str], moe
) -> None:
    child = start(slow_project, environment)
    run_id = wait_for_tool(slow_project)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate(timeout=60)
    listed = moe("runs", "list").stdout
    assert "interrupted" in listed
    shown = moe("runs", "show", run_id[:12]).stdout
    assert "interrupted" in shown
    assert "tool.called" in shown
    assert "it ended without an answer" in shown


def test_a_deadline_ends_a_slow_run(slow_project: Path, spawn) -> None:
    done = spawn("run", "Slowly: who?", "--docs", "docs", "--belter", "research", "--deadline", "1", "--strict")
    assert done.returncode in (1, 3)
    assert "Traceback" not in done.stderr
