"""Graphs of questions, over documents that are named and over the index."""

from pathlib import Path

import pytest

from moe.app import App
from moe.contracts.search import SearchNames
from moe_core.contracts.errors import DocumentError, NameUnknownError

WHO = "Who restored the tidal mill?"


def test_a_question_is_explored_over_named_documents(app: App, project: Path) -> None:
    read: list[str] = []
    snapshot = app.graphs.explore(
        WHO, [str(project / "docs")], top=3, on_progress=lambda done, total, name: read.append(name)
    )
    assert snapshot.question == WHO
    assert [ranked.rank for ranked in snapshot.ranking] == [1]
    assert read
    assert app.graphs.write_graphml(snapshot).count("<node ") == len(snapshot.nodes)


def test_without_documents_the_index_is_explored(app: App, project: Path) -> None:
    with pytest.raises(DocumentError):
        app.graphs.explore(WHO, top=3)
    app.index.update(add=[str(project / "docs")])
    assert app.graphs.explore(WHO, top=3).ranking


def test_who_searches_can_be_named(app: App, project: Path) -> None:
    docs = [str(project / "docs")]
    assert app.graphs.explore(WHO, docs, top=3, search=SearchNames(walkers=())).walks == ()
    (walk,) = app.graphs.explore(WHO, docs, top=3, search=SearchNames(traversal="belief")).walks
    assert (walk.persona, walk.traversal) == ("neutral", "belief")
    with pytest.raises(NameUnknownError, match="lexicla"):
        app.graphs.explore(WHO, docs, top=3, search=SearchNames(retriever="lexicla"))
