"""A byte that has flipped anywhere in an index changes no answer: it is told, or it did not matter."""

import random
from pathlib import Path

import pytest

from bundled_reading import update_index
from moe.knowledge.index.store import IndexStore
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import SearchSetup
from moe_core.contracts.errors import StorageError
from moe_core.contracts.evidence import Hit
from moe_core.contracts.retriever import Retriever

FLIPS = 500
QUESTION = "Who restored the Tidal Mill at Gull Creek?"
TEXTS = {
    "mill.md": "# The mill\n\nThe Tidal Mill at Gull Creek was restored by Ada Brook. Ünder Brücken.\n\n"
    + "The wheel turns at ebb. " * 90,
    "ferry.txt": "The ferry leaves at nine from Gull Creek.\n",
    "lines.jsonl": '{"id": "x", "title": "Ada Brook", "text": "Ada Brook was born in Kent."}\n',
}


@pytest.fixture
def indexed(store: IndexStore) -> IndexStore:
    (store.project / "docs").mkdir()
    for name, text in TEXTS.items():
        (store.project / "docs" / name).write_text(text, encoding="utf-8")
    update_index(store, add=["docs"])
    return store


def ask(store: IndexStore, retriever: Retriever) -> tuple[list[Hit], list[str]]:
    """What is found, and what the sources are said to be."""
    index = store.open()
    assert index is not None
    library = DocumentLibrary(index, setup=SearchSetup(retriever=retriever))
    return library.search(QUESTION, k=8), [repr(record) for record in store.load_table().files]


def flip(path: Path, place: int, bits: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ bits]))


@pytest.mark.parametrize("is_compared_at_once", [True, False])
def test_flipped_bytes_are_told_or_do_not_matter(
    indexed: IndexStore, retriever: Retriever, monkeypatch: pytest.MonkeyPatch, is_compared_at_once: bool
) -> None:
    if not is_compared_at_once:  # as with a large index: what is found is right, though other things may be found
        monkeypatch.setattr("moe.knowledge.index.generation._MOST_BYTES_COMPARED", 0)
    before, sources = ask(indexed, retriever)
    index = indexed.open()
    assert index is not None
    true = {*index.passages}
    files = sorted(path for path in indexed.folder.rglob("*") if path.is_file() and path.stat().st_size)
    chance = random.Random(9)
    told = 0
    for number in range(FLIPS):
        path = chance.choices(files, [path.stat().st_size for path in files])[0] if number % 2 else chance.choice(files)
        place, bits = chance.randrange(path.stat().st_size), chance.choice((1, 2, 4, 8, 16, 32, 64, 128, 255))
        flip(path, place, bits)
        try:
            found, names = ask(indexed, retriever)
        except StorageError as error:
            told += "damaged" in error.message
        else:
            assert names == sources
            assert found
            assert {hit.passage for hit in found} <= true
            assert not is_compared_at_once or found == before, f"{path.name}, byte {place}, bits {bits}"
        finally:
            flip(path, place, bits)
    assert told > FLIPS * 0.9 or not is_compared_at_once
    assert ask(indexed, retriever) == (before, sources)
