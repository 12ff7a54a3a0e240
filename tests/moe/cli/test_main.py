"""What the console script imports before a command has anything to do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECK = (
    "import sys; from moe.cli.main import main; code = main(['config', 'path']); "
    "sys.exit(code or ('importlib.metadata' in sys.modules) * 7)"
)


def test_a_command_that_needs_no_distribution_reads_the_metadata_of_none(environment: dict[str, str], tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


END = """
import atexit, os, sys, threading, time
import moe.cli.main as console
console.main = lambda: print("x" * 100_000, "done") or 3
atexit.register(lambda: print("at the end"))
class Kept:
    def __del__(self):
        os.write(1, b"taken apart\\n")
kept = Kept()
{more}
console.start()
"""


def end_process(more: str = "") -> tuple[int, list[str]]:
    """The exit code of a process that ends so, and the lines that it printed."""
    command = [sys.executable, "-c", END.format(more=more)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


def test_a_process_ends_with_its_code_its_whole_output_and_what_was_registered_for_the_end() -> None:
    code, lines = end_process()
    assert code == 3
    assert len(lines[0]) == 100_005
    assert lines[1:] == ["at the end"]  # and nothing is taken apart


def test_a_thread_that_works_is_waited_for() -> None:
    more = "threading.Thread(target=lambda: (time.sleep(0.3), print('worked'))).start()"
    code, lines = end_process(more)
    assert code == 3
    assert {"worked", "at the end", "taken apart"} <= set(lines)


def test_who_looks_into_the_process_sees_its_end() -> None:
    command = [sys.executable, "-m", "cProfile", "-m", "moe", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "function calls" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_cannot_be_written_is_left_to_pythons_own_end() -> None:
    more = "console.main = lambda: print('done') or 3"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", END.format(more=more)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            env=environment,
        )
    assert done.returncode == 120
    assert "No space left" in done.stderr
