"""Instructions of a command and of all processes that it starts, by valgrind: load does not change them."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

_TOOL = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", "--trace-children=yes")


def require_valgrind() -> None:
    """End the program in one line where there is no valgrind."""
    if shutil.which("valgrind") is None:
        raise SystemExit("needs valgrind")


def count_instructions(
    arguments: list[str], environment: dict[str, str], folder: Path, *, python: str = sys.executable
) -> float:
    """Millions of instructions of one call of a Python with these arguments.

    Raises:
        subprocess.CalledProcessError: The command failed.
    """
    done = subprocess.run(
        [*_TOOL, python, *arguments], env=environment, cwd=folder, capture_output=True, text=True, check=True
    )
    counts = re.findall(r"I\s+refs:\s+([\d,]+)", done.stderr)
    assert counts, done.stderr
    return sum(int(count.replace(",", "")) for count in counts) / 1e6
