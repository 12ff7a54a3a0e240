"""A workspace's record of runs, and an environment that keeps it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from moe.running.environment import RunEnvironment
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace


@pytest.fixture
def store(tmp_path: Path) -> Iterator[RunStore]:
    store = RunStore(open_workspace(tmp_path / ".moe"))
    yield store
    store.close()


@pytest.fixture
def make_environment(make_runner: Any, store: RunStore) -> Callable[..., RunEnvironment]:
    return lambda script, **fields: replace(make_runner(script, **fields).environment, store=store)
