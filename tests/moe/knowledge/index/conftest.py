"""A project folder with an index store, and a process that updates its index slowly."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.store import IndexStore
from moe.storage.workspace import open_workspace

Process = subprocess.Popen

# Tells every step on standard output, and waits for a line at the step that it is to pause at.
SLOW_UPDATE = """
import sys
from pathlib import Path
from bundled_reading import update_index
from moe.knowledge.index.store import IndexStore
from moe.storage.workspace import open_workspace

pause, place = sys.argv[1], int(sys.argv[2])
seen = 0

def report(progress):
    global seen
    if progress.step == pause:
        seen += 1
        if seen == place:
            print("here", flush=True)
            sys.stdin.readline()

store = IndexStore(workspace=open_workspace(Path(".moe")), project=Path.cwd())
update_index(store, add=sys.argv[3:], on_progress=report)
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> IndexStore:
    """An empty store; its project is the current folder."""
    monkeypatch.chdir(tmp_path)
    return IndexStore(workspace=open_workspace(tmp_path / ".moe"), project=tmp_path)


@pytest.fixture
def start_update(store: IndexStore) -> Iterator[Callable[..., "Process[str]"]]:
    """Starts an update in a process of its own and waits until it pauses at a step."""
    started: list[Process[str]] = []

    def start(step: str, place: int, *add: str) -> "Process[str]":
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW_UPDATE, step, str(place), *add],
            cwd=store.project,
            env={**os.environ, "PYTHONWARNINGS": "error", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "here\n", process.communicate()[1]
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def same_arrays() -> Callable[[PassageIndex | None, PassageIndex | None], list[str]]:
    """The names of arrays that two indexes do not share byte for byte."""

    def compare(first: PassageIndex | None, second: PassageIndex | None) -> list[str]:
        assert first is not None
        assert second is not None
        assert first.arrays.keys() == second.arrays.keys()
        return [
            name
            for name, array in first.arrays.items()
            if array.dtype != second.arrays[name].dtype
            or np.ascontiguousarray(array).tobytes() != np.ascontiguousarray(second.arrays[name]).tobytes()
        ]

    return compare
