"""Verifying tells damage, and sources that have moved on."""

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bundled_reading import update_index
from moe.contracts.index import SourceState
from moe.knowledge.index.format.files import load_manifest
from moe.knowledge.index.format.sealed_json import seal_json
from moe.knowledge.index.status import read_status
from moe.knowledge.index.store import IndexStore
from moe.knowledge.index.verification import verify_index
from moe_core.contracts.errors import StorageError
from moe_core.contracts.wire import encode_json, to_wire

TEXT = "# The mill\n\nThe Tidal Mill was restored by Ada Brook. Ünder Brücken.\n\n" + "The wheel turns at ebb. " * 90


@pytest.fixture
def indexed(store: IndexStore) -> IndexStore:
    (store.project / "docs").mkdir()
    (store.project / "docs/mill.md").write_text(TEXT, encoding="utf-8")
    (store.project / "docs/ferry.txt").write_text("The ferry leaves at nine from Gull Creek.\n", encoding="utf-8")
    update_index(store, add=["docs"])
    return store


def find_generation(store: IndexStore) -> Path:
    generation = store.find_generation()
    assert generation is not None
    return generation


def find_file(store: IndexStore, name: str) -> Path:
    """A file of the generation, or of its only segment."""
    generation = find_generation(store)
    (segment,) = load_manifest(generation).segments
    return (store.folder / segment.name if name.endswith(".bin") else generation) / name


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 255
    path.write_bytes(data)


def test_a_sound_index_has_no_problems(indexed: IndexStore) -> None:
    assert verify_index(indexed) == []


def test_no_index_has_no_problems(store: IndexStore) -> None:
    assert verify_index(store) == []
    assert not store.workspace.exists()


@pytest.mark.parametrize("name", ["arrays.bin", "text.bin", "sources.json", "manifest.json"])
@pytest.mark.parametrize("damage", ["flipped", "cut", "longer", "missing"])
def test_damage_to_any_file_is_told_and_can_be_mended(indexed: IndexStore, name: str, damage: str) -> None:
    path = find_file(indexed, name)
    if damage == "flipped":
        flip(path, 64 if name.endswith("bin") else 0)
    elif damage == "missing":
        path.unlink()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:-2] if damage == "cut" else data + b"\0\0")
    problems = verify_index(indexed)
    assert problems
    assert all(problem.is_damage and name in problem.what and problem.remedy for problem in problems[:1])
    if name != "sources.json":
        update_index(indexed, is_anew=True)
        assert verify_index(indexed) == []


@pytest.mark.parametrize("name", ["arrays.bin", "text.bin"])
def test_an_update_takes_nothing_over_from_a_damaged_index(indexed: IndexStore, name: str, same_arrays) -> None:
    (indexed.project / "more.txt").write_text("More.\n", encoding="utf-8")
    flip(find_file(indexed, name), 100)
    change = update_index(indexed, add=["more.txt"])
    assert (change.added, change.changed, change.is_anew) == (("more.txt",), ("docs/ferry.txt", "docs/mill.md"), True)
    assert verify_index(indexed) == []
    after = indexed.open()
    update_index(indexed, is_anew=True)
    assert same_arrays(after, indexed.open()) == []


def test_without_the_table_of_sources_nothing_can_be_mended(indexed: IndexStore) -> None:
    (find_generation(indexed) / "sources.json").write_text("[", encoding="utf-8")
    with pytest.raises(StorageError, match=r"sources\.json cannot be read") as caught:
        update_index(indexed, add=["docs"])
    assert f"delete {indexed.folder}" in (caught.value.hint or "")


def test_the_damaged_array_is_named(indexed: IndexStore) -> None:
    (segment,) = load_manifest(find_generation(indexed)).segments
    flip(find_file(indexed, "arrays.bin"), segment.arrays["names.keys"].offset)
    assert "(in names.keys)" in verify_index(indexed)[0].what


@pytest.mark.parametrize("name", ["arrays.bin", "text.bin"])
def test_a_file_of_another_length_is_not_even_opened(indexed: IndexStore, name: str) -> None:
    path = find_file(indexed, name)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(StorageError, match=f"{name} has .* bytes instead of") as caught:
        indexed.open()
    assert "moe index add" in (caught.value.hint or "")


def test_a_pointer_to_nothing_is_damage(indexed: IndexStore) -> None:
    (indexed.folder / "CURRENT").write_text("elsewhere\n", encoding="utf-8")
    with pytest.raises(StorageError, match="CURRENT names no generation"):
        indexed.open()
    assert verify_index(indexed)[0].is_damage
    (indexed.folder / "CURRENT").write_text("gen-000099\n", encoding="utf-8")
    with pytest.raises(StorageError, match=r"manifest\.json cannot be read"):
        indexed.open()


def forge(store: IndexStore, name: str, change: Callable[[np.ndarray], None]) -> None:
    """Change an array, and make all checksums fit."""
    generation = find_generation(store)
    manifest = to_wire(load_manifest(generation))
    (segment,) = manifest["segments"]
    place = segment["arrays"][name]
    path = find_file(store, "arrays.bin")
    data = bytearray(path.read_bytes())
    array = np.frombuffer(data, place["type"], place["count"], place["offset"])
    change(array)
    place["crc32"] = zlib.crc32(array.tobytes())
    path.write_bytes(data)
    segment["files"]["arrays.bin"]["crc32"] = zlib.crc32(data)
    (generation / "manifest.json").write_bytes(seal_json(encode_json(manifest)))


def swap(array: np.ndarray) -> None:
    array[:2] = array[:2][::-1].copy()


def put(place: int, value: int) -> Callable[[np.ndarray], None]:
    def change(array: np.ndarray) -> None:
        array[place] = value

    return change


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("terms.keys", swap),
        ("names.keys", swap),
        ("phrases.starts", put(1, 0)),
        ("terms.starts", put(-1, 3)),
        ("terms.members", put(0, 10_000)),
        ("terms.members", put(-1, -1)),
        ("phrases_of.rows", swap),
        ("phrases_of.starts", put(0, 1)),
        ("passages.documents", put(0, 1)),
        ("passages.starts", put(0, -5)),
        ("passages.ends", put(1, 7)),
        ("passages.text_starts", put(1, 0)),
        ("passages.text_ends", put(-1, 1 << 40)),
        ("passages.name_idf", put(0, 99)),
        ("documents.passages", put(1, 0)),
        ("documents.text_starts", put(1, 1 << 40)),
        ("documents.ids.starts", put(1, 1 << 40)),
        ("documents.id_numbers", swap),
        ("words.keys", swap),
        ("words.terms", put(0, -7)),
        ("words.strings.starts", put(-1, 0)),
        ("tokens.words", put(0, 10_000)),
        ("tokens.starts", put(1, -1)),
        ("total_length", put(0, 1)),
    ],
)
def test_tables_that_contradict_each_other_are_told_whatever_the_checksums_say(
    indexed: IndexStore, name: str, change: Callable[[np.ndarray], None]
) -> None:
    forge(indexed, name, change)
    problems = verify_index(indexed)
    assert problems
    assert all(problem.is_damage and "--anew" in problem.remedy for problem in problems)


def test_sources_that_have_changed_or_gone_are_told_and_are_no_damage(indexed: IndexStore) -> None:
    (indexed.project / "docs/mill.md").write_text("Another text.\n", encoding="utf-8")
    (indexed.project / "docs/ferry.txt").unlink()
    assert [(problem.what, problem.is_damage) for problem in verify_index(indexed)] == [
        ("docs/ferry.txt is gone or cannot be read", False),
        ("docs/mill.md has changed since it was read", False),
    ]
    states = {source.name: source.state for source in read_status(indexed).sources}
    assert states == {"docs/mill.md": SourceState.CHANGED, "docs/ferry.txt": SourceState.MISSING}


def test_the_status_counts_what_is_there(indexed: IndexStore) -> None:
    status = read_status(indexed)
    index = indexed.open()
    assert index is not None
    assert (status.documents, status.passages) == (2, len(index))
    assert status.size_bytes == sum(
        path.stat().st_size for path in indexed.folder.rglob("*") if path.parent != indexed.folder
    )
    assert [(source.name, source.documents) for source in status.sources] == [
        ("docs/ferry.txt", 1),
        ("docs/mill.md", 1),
    ]
    assert {source.state for source in status.sources} == {SourceState.UNCHANGED}
