"""Search by words and by meaning at once, with a sentence-embedding model of this machine."""

from moe_core import Corpus, Retriever, SearchIndex, hookimpl
from moe_kit.retrieval.bm25 import LexicalIndex
from moe_kit.retrieval.dense import DenseIndex
from moe_kit.retrieval.hybrid import HybridIndex


class HybridRetriever(Retriever):
    """Ranks passages by the sum of BM25 and cosine, each relative to its best."""

    name = "hybrid"
    summary = "words and vectors together (pip install 'moe-core[dense]')"

    def build(self, corpus: Corpus) -> SearchIndex:
        """Embed what is new in the corpus; the vectors stay in its cache folder."""
        return HybridIndex(LexicalIndex(corpus), DenseIndex(corpus))


@hookimpl
def moe_retrievers() -> list[type[Retriever]]:
    """The hybrid retriever."""
    return [HybridRetriever]
