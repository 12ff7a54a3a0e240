"""Killed and interrupted updates, and two at once: the index is the old one or the new one."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bundled_reading import update_index
from moe.knowledge.index.format.files import load_manifest
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.verification import verify_index
from moe.storage.writer_lock import WriterBusyError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def indexed(store: IndexStore) -> IndexStore:
    """A store with one document; a second one lies beside it."""
    (store.project / "a.txt").write_text("The mill stands at the creek.\n", encoding="utf-8")
    (store.project / "b.txt").write_text("The ferry leaves at nine.\n", encoding="utf-8")
    update_index(store, add=["a.txt"])
    return store


def ids_of(store: IndexStore) -> list[str]:
    index = store.open()
    assert index is not None
    return [document.document_id for document in index.documents]


def list_leftovers(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith("seg-")} - {"CURRENT", "LOCK"}


def list_segments(store: IndexStore) -> tuple[set[str], set[str]]:
    """The folders of segments that are there, and those that should be."""
    generation = store.find_generation()
    assert generation is not None
    there = {path.name for path in store.folder.iterdir() if path.name.startswith("seg-")}
    return there, {segment.name for segment in load_manifest(generation).segments}


@pytest.mark.parametrize(
    ("step", "place"), [("looking", 1), ("reading", 1), ("writing", 1), ("writing", 2), ("writing", 3)]
)
def test_a_killed_update_leaves_the_old_index_and_the_next_one_sweeps_up(
    indexed: IndexStore, start_update: Start, step: str, place: int
) -> None:
    process = start_update(step, place, "a.txt", "b.txt")
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert ids_of(indexed) == ["a.txt"]
    assert verify_index(indexed) == []
    if step == "writing":
        assert any(name.startswith("pending-") for name in list_leftovers(indexed.folder))
    update_index(indexed, add=["b.txt"])
    assert ids_of(indexed) == ["a.txt", "b.txt"]
    assert list_leftovers(indexed.folder) == {"gen-000002"}
    there, needed = list_segments(indexed)
    assert there == needed


def test_a_killed_first_update_leaves_no_index(store: IndexStore, start_update: Start) -> None:
    (store.project / "a.txt").write_text("The mill.\n", encoding="utf-8")
    process = start_update("writing", 3, "a.txt")
    process.kill()
    process.communicate()
    assert store.open() is None
    update_index(store, add=["a.txt"])
    assert ids_of(store) == ["a.txt"]


def test_a_generation_that_never_became_current_is_swept_away(indexed: IndexStore) -> None:
    (indexed.folder / "gen-000007").mkdir()
    (indexed.folder / "seg-000007").mkdir()
    (indexed.folder / "pending-CURRENT").write_text("gen-000007\n", encoding="utf-8")
    assert ids_of(indexed) == ["a.txt"]
    update_index(indexed, add=["b.txt"])
    assert ids_of(indexed) == ["a.txt", "b.txt"]
    assert len(list_leftovers(indexed.folder)) == 1
    there, needed = list_segments(indexed)
    assert there == needed


@pytest.mark.parametrize("step", ["reading", "writing"])
def test_an_interrupted_update_cleans_up_by_itself(indexed: IndexStore, start_update: Start, step: str) -> None:
    process = start_update(step, 1, "b.txt")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors
    assert list_leftovers(indexed.folder) == {"gen-000001"}
    assert ids_of(indexed) == ["a.txt"]


def test_a_second_writer_is_told_who_the_first_one_is(indexed: IndexStore, start_update: Start) -> None:
    process = start_update("writing", 1, "b.txt")
    with pytest.raises(WriterBusyError, match=f"process {process.pid} ") as caught:
        update_index(indexed, add=["b.txt"])
    assert caught.value.writer is not None
    assert caught.value.writer.pid == process.pid
    assert ids_of(indexed) == ["a.txt"]
    process.communicate("go on\n", timeout=30)
    assert process.returncode == 0
    assert ids_of(indexed) == ["a.txt", "b.txt"]
    assert update_index(indexed, add=["b.txt"]).unchanged == 2


def test_two_writers_in_one_process_do_not_meet_either(indexed: IndexStore) -> None:
    with indexed.lock(), pytest.raises(WriterBusyError):
        update_index(indexed, add=["b.txt"])
    update_index(indexed, add=["b.txt"])


def test_what_a_reader_has_open_stays_as_it_was(indexed: IndexStore) -> None:
    before = indexed.open()
    assert before is not None
    (indexed.project / "a.txt").write_text("Another text, much longer than the first one was.\n", encoding="utf-8")
    update_index(indexed, add=["a.txt", "b.txt"])
    update_index(indexed, remove=["a.txt"])
    assert before.get_passage(0).text == "The mill stands at the creek."
    assert before.terms.members.tolist() == [0] * len(before.terms)
    assert ids_of(indexed) == ["b.txt"]


def test_readers_find_an_index_at_every_moment_of_an_update(indexed: IndexStore) -> None:
    seen = []
    update_index(indexed, add=["b.txt"], on_progress=lambda progress: seen.append((progress.step, ids_of(indexed))))
    assert {step for step, _ in seen} == {"looking", "reading", "writing"}
    assert all(ids == ["a.txt"] for _, ids in seen)
    assert ids_of(indexed) == ["a.txt", "b.txt"]
