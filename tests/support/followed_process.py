"""A process whose output is read while it goes on."""

import subprocess
from threading import Timer

import pytest


def read_until(process: "subprocess.Popen[str]", words: str) -> list[str]:
    """Read lines up to the one that holds the words; after two minutes the process is ended, and the wait with it."""
    seen = []
    patience = Timer(120, process.kill)
    patience.start()
    try:
        for line in process.stdout:
            seen.append(line)
            if words in line:
                return seen
    finally:
        patience.cancel()
    pytest.fail(f"{words!r} was not told: {seen}")
