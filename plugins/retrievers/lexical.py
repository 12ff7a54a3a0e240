"""BM25 over folded, stemmed terms: quick, exact about names and numbers, no model needed."""

from moe_core import Corpus, Retriever, SearchIndex, hookimpl
from moe_kit.retrieval.bm25 import LexicalIndex


class LexicalRetriever(Retriever):
    """Ranks passages by BM25 over title, section and text."""

    name = "lexical"
    summary = "BM25 over stemmed words of title, section and text"

    def build(self, corpus: Corpus) -> SearchIndex:
        """Search the corpus's own postings."""
        return LexicalIndex(corpus)


@hookimpl
def moe_retrievers() -> list[type[Retriever]]:
    """The lexical retriever."""
    return [LexicalRetriever]
