"""Graphs of small sets of documents, and a walk through them."""

from collections.abc import Callable

import pytest

from moe.knowledge.graph.builder import GraphBuilder, QueryGraph
from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.update.builder import build_index
from moe_core import Document, Retriever


@pytest.fixture(scope="session")
def make_index() -> Callable[..., PassageIndex]:
    """An index of documents given as title -> text; a title that begins with "-" means none."""

    def make(texts: dict[str, str], *, is_atomic: bool = True) -> PassageIndex:
        return build_index(
            Document(
                document_id=title.lstrip("-"),
                title="" if title.startswith("-") else title,
                text=text,
                source="",
                is_atomic=is_atomic,
            )
            for title, text in texts.items()
        )

    return make


@pytest.fixture(scope="session")
def make_builder(retriever: Retriever, make_index: Callable[..., PassageIndex]) -> Callable[..., GraphBuilder]:
    def make(texts: dict[str, str], *, is_atomic: bool = True) -> GraphBuilder:
        index = make_index(texts, is_atomic=is_atomic)
        return GraphBuilder(index, retriever.build(IndexCorpus(index)))

    return make


@pytest.fixture(scope="session")
def grow() -> Callable[[QueryGraph], list[str]]:
    """Fetch everything that can be reached from the question; the nodes in order."""

    def grow_graph(query: QueryGraph) -> list[str]:
        seen: list[str] = []
        fresh = ["question"]
        while fresh:
            seen += fresh
            query.graph.expand(fresh)
            known = set(seen)
            ends = [edge.target for node in fresh for edge in query.graph.edges_of(node)]
            fresh = [end for end in dict.fromkeys(ends) if end not in known]
        return seen

    return grow_graph
