"""Vectors on disk: only what is new is embedded."""

import os
from pathlib import Path

import numpy as np
import pytest

from moe_core.contracts.errors import StorageError
from moe_core.testing.corpora import MemoryCorpus
from moe_core.testing.embedding import HashEmbedder
from moe_core.testing.values import make_passage
from moe_kit.retrieval.vector_files import VectorFiles
from moe_kit.retrieval.vectors import build_table


def make_corpus(folder: Path | None, *texts: str) -> MemoryCorpus:
    return MemoryCorpus(
        [make_passage(text, start=100 * at, number=at) for at, text in enumerate(texts)], cache_folder=folder
    )


def build(folder: Path | None, *texts: str, embedder: HashEmbedder | None = None):
    """The table and the texts that had to be embedded for it."""
    embedder = embedder or HashEmbedder()
    table, _ = build_table(make_corpus(folder, *texts), lambda: embedder)
    return table, embedder.embedded


def list_files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.npy"))


def test_only_new_texts_are_embedded(tmp_path):
    assert build(tmp_path, "tidal mill", "oak gate")[1] == ["oak gate", "tidal mill"]
    table, embedded = build(tmp_path, "eel trap", "tidal mill")
    assert embedded == ["eel trap"]
    expected = HashEmbedder().embed(["eel trap", "tidal mill"])
    assert (table.take([0, 1]) == expected).all()
    assert build(tmp_path, "oak gate", "eel trap")[1] == []


def test_equal_texts_share_a_vector_and_are_embedded_once(tmp_path):
    table, embedded = build(tmp_path, "mill", "gate", "mill")
    assert sorted(embedded) == ["gate", "mill"]
    assert (table.take([0]) == table.take([2])).all()


def test_titles_and_headings_are_part_of_what_is_embedded():
    embedder = HashEmbedder()
    passage = make_passage("rye", title="Mill", section="Mill > Stores")
    build_table(MemoryCorpus([passage]), lambda: embedder)
    assert embedder.embedded == ["Mill\nStores\nrye"]


def test_a_passage_without_words_has_no_vector(tmp_path):
    table, embedded = build(tmp_path, "", "mill", "---")
    assert embedded == ["mill"]
    vector = HashEmbedder().embed(["mill"])[0]
    assert table.rate(vector).tolist() == pytest.approx([0, 1, 0])
    assert not table.take([0, 2]).any()


def test_another_model_has_vectors_of_its_own(tmp_path):
    build(tmp_path, "mill")
    assert build(tmp_path, "mill", embedder=HashEmbedder("other/model 2"))[1] == ["mill"]
    assert len({path.parent for path in list_files(tmp_path)}) == 2
    assert build(tmp_path, "mill")[1] == []


@pytest.mark.parametrize("damage", ["cut", "changed", "emptied"])
def test_a_damaged_file_is_made_anew(tmp_path, damage):
    build(tmp_path, "mill", "gate")
    (path,) = list_files(tmp_path)
    data = path.read_bytes()
    path.write_bytes({"cut": data[:-7], "changed": data[:-1] + bytes([data[-1] ^ 1]), "emptied": b""}[damage])
    table, embedded = build(tmp_path, "mill", "gate")
    assert sorted(embedded) == ["gate", "mill"]
    assert (table.take([0]) == HashEmbedder().embed(["mill"])).all()
    assert build(tmp_path, "mill", "gate")[1] == []


def test_what_was_embedded_before_a_failure_is_kept(tmp_path):
    class Failing(HashEmbedder):
        def embed(self, texts, *, is_query=False):
            if len(self.embedded) >= 256:
                raise KeyboardInterrupt
            return super().embed(texts, is_query=is_query)

    texts = [f"passage of number {number}" for number in range(300)]
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, *texts, embedder=Failing())
    assert len(build(tmp_path, *texts)[1]) == 300 - 256


def test_many_small_files_become_one_and_keep_every_vector(tmp_path):
    texts = [f"passage of number {number}" for number in range(12)]
    for count in range(1, 13):
        table, embedded = build(tmp_path, *texts[:count])
        assert embedded == texts[count - 1 : count]
    assert len(list_files(tmp_path)) < 9
    assert (table.take(range(12)) == HashEmbedder().embed(texts)).all()
    assert build(tmp_path, *texts)[1] == []


def test_what_is_no_longer_used_goes_when_it_is_most_of_it(tmp_path):
    old = [f"old passage {number}" for number in range(1200)]
    build(tmp_path, *old)
    build(tmp_path, "mill")
    assert build(tmp_path, "mill")[1] == []
    assert len(build(tmp_path, "mill", old[0])[1]) == 1


def test_a_half_written_file_is_not_read(tmp_path):
    build(tmp_path, "mill")
    (path,) = list_files(tmp_path)
    path.rename(path.with_suffix(".partial"))
    assert build(tmp_path, "mill")[1] == ["mill"]


def test_without_a_folder_nothing_is_kept():
    assert build(None, "mill")[1] == ["mill"]
    assert build(None, "mill")[1] == ["mill"]


def test_a_corpus_without_words_needs_no_model():
    def load():
        raise AssertionError("loaded")

    table, embedder = build_table(make_corpus(None, "", "..."), load)
    assert (len(table), embedder) == (2, None)


def test_progress_is_reported_and_ends_at_the_total(tmp_path):
    class Watched(MemoryCorpus):
        def report(self, done, total, what):
            seen.append((done, total, what))

    seen: list[tuple[int, int, str]] = []
    passages = [make_passage(f"passage {number}", start=100 * number, number=number) for number in range(300)]
    build_table(Watched(passages), HashEmbedder)
    assert seen[-1] == (300, 300, "passages embedded")
    assert [done for done, _, _ in seen] == sorted({done for done, _, _ in seen})
    assert len(seen) > 1


def test_a_vector_that_is_no_number_is_refused(tmp_path):
    class Broken(HashEmbedder):
        def embed(self, texts, *, is_query=False):
            return super().embed(texts) * np.nan

    with pytest.raises(ValueError, match="no number"):
        build(tmp_path, "mill", embedder=Broken())


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "vectors").write_text("a file")
    with pytest.raises(StorageError, match="vectors"):
        VectorFiles(tmp_path, "hash").add([b"0" * 16], np.zeros((1, 4), dtype=np.float32))


def test_what_a_killed_writer_left_is_removed_after_a_while(tmp_path):
    build(tmp_path, "mill")
    (path,) = list_files(tmp_path)
    old, fresh = path.with_name("old.partial"), path.with_name("fresh.partial")
    for left in (old, fresh):
        left.write_bytes(b"half")
    yesterday = old.stat().st_mtime - 86_400
    os.utime(old, (yesterday, yesterday))
    assert build(tmp_path, "mill")[1] == []
    assert (old.exists(), fresh.exists()) == (False, True)
