"""A retriever as moe uses it: whatever goes wrong in the plugin is told of as the plugin's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from math import inf
from operator import index as as_integer

from moe.contracts.index import IndexProgress, IndexProgressListener
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.store import IndexStore
from moe_core.contracts.errors import MoeError, PluginError
from moe_core.contracts.retriever import Corpus, Embeddings, Found, Retriever, SearchIndex, VectorIndex


def build_search_index(retriever: Retriever, corpus: Corpus) -> SearchIndex:
    """Let a retriever make a corpus searchable; a `VectorIndex` if it has vectors.

    Raises:
        PluginError: The retriever failed. Searching raises it too, also for an answer against the contract.
    """
    with _blaming(retriever.name):
        index = retriever.build(corpus)
    passages = len(corpus.passages)
    if isinstance(index, VectorIndex):
        return _CheckedVectors(index, retriever.name, passages)
    return _Checked(index, retriever.name, passages)


def prepare_retriever(
    store: IndexStore,
    retriever: Retriever,
    *,
    embeddings: Embeddings | None = None,
    on_progress: IndexProgressListener | None = None,
) -> None:
    """Let a retriever make what it keeps of an index on disk.

    Raises:
        PluginError: The retriever failed.
        ConfigError: Something that it needs is not there.
    """
    index = store.open()
    if index is None:
        return

    def tell(done: int, total: int, what: str) -> None:
        if on_progress is not None:
            on_progress(IndexProgress(step="preparing", name=what, done_bytes=done, total_bytes=total))

    corpus = IndexCorpus(index, cache_folder=store.cache_folder, embeddings=embeddings, on_progress=tell)
    build_search_index(retriever, corpus)


class _Checked:
    """A retriever's index."""

    def __init__(self, index: SearchIndex, name: str, passages: int) -> None:
        self._index = index
        self._name = name
        self._passages = passages

    def search(self, query: str, *, k: int) -> list[Found]:
        with _blaming(self._name):
            found = [Found(as_integer(number), float(score)) for number, score in self._index.search(query, k=k)]
        numbers = {number for number, _ in found}
        if not all(0 <= number < self._passages for number in numbers):
            raise _make_error(self._name, "found a passage that is not there")
        if len(numbers) < len(found) or len(found) > max(0, k):
            raise _make_error(self._name, f"found a passage twice, or more than {k}")
        if not all(0 <= score < inf for _, score in found):
            raise _make_error(self._name, "gave a score that is no number from 0")
        return found


class _CheckedVectors(_Checked):
    """The same with vectors."""

    def __init__(self, index: VectorIndex, name: str, passages: int) -> None:
        super().__init__(index, name, passages)
        self._vectors = index

    def embed_query(self, query: str) -> memoryview:
        with _blaming(self._name):
            return self._vectors.embed_query(query)

    def find_vectors(self, numbers: Sequence[int]) -> memoryview:
        with _blaming(self._name):
            return self._vectors.find_vectors(numbers)


@contextmanager
def _blaming(name: str) -> Iterator[None]:
    try:
        yield
    except MoeError:
        raise
    except Exception as error:  # a plugin's own fault must end as one line
        raise _make_error(name, f"failed: {type(error).__name__}: {error}") from error


def _make_error(name: str, what: str) -> PluginError:
    return PluginError(
        f"retriever {name} {what}",
        plugin=name,
        reason="contract",
        hint="--set system.retriever=lexical works; check_retriever in moe_core.testing finds what is wrong",
    )
