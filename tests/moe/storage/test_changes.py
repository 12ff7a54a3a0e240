"""Being told of what other processes record."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moe.contracts.runs import RunStart
from moe.storage.changes import RecordChanges
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.errors import StorageError
from moe_core.contracts.event import Event
from moe_core.contracts.payloads import ObserverNote

SECONDS = 60.0


@pytest.fixture(params=["file", "server"])
def stores(request, tmp_path: Path) -> Iterator[tuple[RunStore, RunStore]]:
    """Two stores of one record: one that is written to, one that is followed."""
    database = request.getfixturevalue("postgres") if request.param == "server" else ""
    with (
        RunStore(open_workspace(tmp_path), database=database) as writing,
        RunStore(open_workspace(tmp_path), database=database) as reading,
    ):
        writing.delete([run.run_id for run in writing.list_runs(1000)])
        for run_id in ("followed", "other"):
            started = time.time()
            writing.start(RunStart(run_id=run_id, correlation_id="c", question="q", started=started, pid=1))
        writing.flush()
        yield writing, reading


def write(store: RunStore, run_id: str, sequence: int) -> None:
    note = ObserverNote(severity="note", text=f"{sequence}")
    store.append(Event(run_id=run_id, correlation_id="c", sequence=sequence, at=1.5, kind=note.kind, data=note))
    store.flush()


def test_who_follows_a_run_is_told_of_its_events_and_its_end(stores):
    writing, reading = stores
    told = threading.Event()
    with reading.changes.follow("followed", told.set):
        assert told.wait(SECONDS)  # once, for what was there before
        for sequence in (1, 2):
            told.clear()
            write(writing, "followed", sequence)
            assert told.wait(SECONDS)
        told.clear()
        writing.finish("followed", "done", "{}")
        assert told.wait(SECONDS)


@pytest.mark.parametrize("stores", ["server"], indirect=True)  # a file does not tell of which run it was
def test_a_server_tells_of_the_run_that_is_followed_only(stores):
    writing, reading = stores
    told, of_other = threading.Event(), threading.Event()
    with reading.changes.follow("followed", told.set):
        assert told.wait(SECONDS)  # once, for what was there before
        told.clear()
        with reading.changes.follow("other", of_other.set):
            write(writing, "other", 1)
            assert of_other.wait(SECONDS)
        assert not told.is_set()


def test_the_thread_ends_with_the_last_who_follow(stores):
    _, reading = stores
    for _ in range(2):
        with reading.changes.follow("followed", lambda: None):
            assert any(thread.name == "moe-changes" for thread in threading.enumerate())
        until = time.monotonic() + SECONDS
        while any(thread.name == "moe-changes" for thread in threading.enumerate()):
            assert time.monotonic() < until
            time.sleep(0.02)


class FailingWatch:
    """A look that breaks off."""

    def wait(self, seconds: float) -> None:
        raise StorageError("it is gone")

    def close(self) -> None:
        """Nothing to close."""


def test_a_database_that_goes_away_is_looked_at_again(monkeypatch):
    monkeypatch.setattr("moe.storage.changes._AGAIN_SECONDS", 0.01)
    opened, enough = [], threading.Event()

    def open_watch():
        opened.append(1)
        if len(opened) == 2:
            raise StorageError("nobody answers")
        if len(opened) == 4:
            enough.set()
        return FailingWatch()

    with RecordChanges(open_watch).follow("r", lambda: None):
        assert enough.wait(SECONDS)
