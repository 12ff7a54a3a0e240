"""`moe index add --watch`, followed by a person who changes files."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from followed_process import read_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Start watching in a folder of the test's own; whatever happens, it is ended."""
    started = []

    def start(*paths: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "moe", "index", "add", *paths, "--watch"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_files_that_come_change_and_go_are_taken_in_until_interrupted(watch, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("The mill was built in 1804.")
    (tmp_path / "alone.txt").write_text("The ferry leaves at nine.")
    process = watch("docs", "alone.txt")
    read_until(process, "watching")
    (docs / "deep").mkdir()
    (docs / "deep" / "b.txt").write_text("The weir was built in 1811.")
    read_until(process, "added: docs/deep/b.txt")
    (docs / "a.txt").write_text("The mill was rebuilt in 1850.")
    read_until(process, "read again: docs/a.txt")
    (docs / "deep" / "b.txt").unlink()
    read_until(process, "removed: docs/deep/b.txt")
    (tmp_path / "new.txt").write_text("The ferry leaves at ten.")
    (tmp_path / "new.txt").replace(tmp_path / "alone.txt")
    read_until(process, "read again: alone.txt")
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130


def test_what_cannot_be_read_is_told_and_watching_goes_on(watch, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.txt").write_text("The mill was built in 1804.")
    process = watch("docs")
    read_until(process, "watching")
    (docs / "bad.pdf").write_text("no pdf")
    (docs / "c.txt").write_text("The weir was built in 1811.")
    read_until(process, "docs/bad.pdf: is not a PDF")
    (docs / "d.txt").write_text("The lock was built in 1812.")
    read_until(process, "added: docs/d.txt")
