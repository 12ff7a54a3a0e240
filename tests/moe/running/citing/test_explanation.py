"""Why an answer cites what it cites, from a run's events."""

from typing import Any

from moe.contracts.result import Citation
from moe.running.citing.explanation import explain_citations
from moe_core.contracts.event import Event, EventKind
from moe_core.testing.values import make_payload


def make_walk(persona: str, *passage_ids: str) -> dict[str, Any]:
    step = {
        "node_id": "passage:1",
        "passage_id": "p",
        "title": "",
        "kind": "found",
        "via": "",
        "weight": 1.0,
        "strength": 0.0,
        "score": 1.0,
        "covers": ["mill"],
        "is_visited": True,
    }
    paths = [
        {"passage_id": name, "rank": rank, "rating": 0.5, "steps": [{**step, "passage_id": name}]}
        for rank, name in enumerate(passage_ids, start=1)
    ]
    counts = {"rounds": 2, "visited": 1, "reached": 2, "hops": 1}
    return {"persona": persona, "traversal": "belief", **counts, "paths": paths}


def explore(query: str, *found: str, kind: EventKind = EventKind.DOCUMENTS_EXPLORED, task: str = "r/1") -> Event:
    walks = [make_walk("one", *found), make_walk("two", *found[:1])]
    data = {"tool": "document_search", "query": query, "seeds": 3, "passages": 9, "is_cut": False}
    data |= {"found": found, "walks": tuple(walks)}
    payload = make_payload(kind, **(data if kind is EventKind.DOCUMENTS_EXPLORED else {}))
    return Event(
        run_id="r", correlation_id="c", sequence=1, at=0.0, kind=kind, task_id=task, agent="search", data=payload
    )


def cite(passage_id: str, start: int = 0) -> Citation:
    return Citation(document="d", passage_id=passage_id, start=start, end=start + 1, text="x", score=1.0)


def test_each_cited_passage_comes_with_its_search_and_each_persona_s_path() -> None:
    (passage,) = explain_citations([cite("b")], [explore("mill", "a", "b")])
    (search,) = passage.searches
    assert (search.query, search.rank, search.found, search.seeds) == ("mill", 2, 2, 3)
    assert (search.agent, search.tool, search.task_id) == ("search", "document_search", "r/1")
    assert [(walk.persona, len(walk.paths)) for walk in search.walks] == [("one", 1), ("two", 0)]
    assert search.walks[0].paths[0].steps[0].passage_id == "b"


def test_citations_of_one_passage_are_told_together() -> None:
    first, second = explain_citations([cite("a"), cite("b"), cite("a", 5)], [explore("mill", "a", "b")])
    assert (first.passage_id, first.citations) == ("a", (1, 3))
    assert second.citations == (2,)


def test_the_search_that_ranks_it_highest_comes_first_and_each_query_once() -> None:
    events = [explore("mill", "x", "a"), explore("tide", "a"), explore("mill", "x", "y", "a", task="r/2")]
    (passage,) = explain_citations([cite("a")], events)
    assert [(search.query, search.rank) for search in passage.searches] == [("tide", 1), ("mill", 2)]


def test_a_passage_that_no_search_found_says_so() -> None:
    (passage,) = explain_citations([cite("z")], [explore("mill", "a")])
    assert passage.searches == ()


def test_other_events_are_passed_over() -> None:
    (passage,) = explain_citations([cite("a")], [explore("mill", "a", kind=EventKind.TOOL_ANSWERED)])
    assert passage.searches == ()
