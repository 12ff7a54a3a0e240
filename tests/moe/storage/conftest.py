"""Fixtures for the record of runs."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from moe.contracts.runs import RunStart
from moe.storage.workspace import Workspace, open_workspace
from moe_core.contracts.event import Event, EventKind


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(tmp_path / ".moe")


@pytest.fixture
def make_start() -> Callable[..., RunStart]:
    def make(run_id: str = "run-1", **changes) -> RunStart:
        values = {"correlation_id": "c-1", "question": "Who owned the mill?", "started": time.time()}
        return RunStart(**{"run_id": run_id, "pid": os.getpid(), **values, **changes})

    return make


@pytest.fixture
def make_event() -> Callable[..., Event]:
    def make(sequence: int, run_id: str = "run-1", **changes) -> Event:
        values = {"correlation_id": "c-1", "at": 1000.0 + sequence, "kind": EventKind.NOTE, "data": {"text": "höher"}}
        return Event(**{"run_id": run_id, "sequence": sequence, **values, **changes})

    return make
