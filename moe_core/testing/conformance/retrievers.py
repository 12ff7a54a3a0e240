"""What every retriever must hold to."""

from moe_core.contracts.evidence import Passage
from moe_core.contracts.retriever import Found, Retriever, SearchIndex
from moe_core.testing.conformance.verdict import refusing, require, require_introduction
from moe_core.testing.corpora import MemoryCorpus
from moe_core.testing.values import make_passage

_TEXTS = (
    "The Quillon lighthouse was built in 1887 by Ada Merrow.",
    "Port Sable exports salt, rope and dried fish.",
    "Repeated sentence about the tidal ferry.",
    "Repeated sentence about the tidal ferry.",
    "",
    "Ünïcode: 灯台は港の北にある。 Εργαστήριο.",
)
_QUERIES = ("Who built the Quillon lighthouse?", "salt and rope", "tidal ferry", "灯台", "zzxqv", "", "?!")


def check_retriever(retriever: type[Retriever]) -> None:
    """Check a retriever: determinism, empty input, order, k, and that it finds passages by numbers that exist.

    Raises:
        ConformanceError: It breaks the contract.
    """
    name = require_introduction(retriever)
    with refusing(f"{name} cannot be made without arguments"):
        made = retriever()
    with refusing(f"{name} fails on no passages"):
        nothing = made.build(MemoryCorpus([])).search("lighthouse", k=3)
    require(nothing == [], f"{name} finds something among no passages")
    passages = _make_passages()
    with refusing(f"{name} fails to build an index"):
        index, again = made.build(MemoryCorpus(passages)), retriever().build(MemoryCorpus(passages))
    for query in _QUERIES:
        _check_query(name, index, again, query, len(passages))
    best = index.search(_QUERIES[0], k=1)
    require(best and best[0].number == 0, f"{name} does not find the one passage that has the query's words")
    twins = [found.number for found in index.search("repeated sentence tidal ferry", k=6) if found.number in (2, 3)]
    require(twins in ([], [2, 3]), f"{name} does not put passages of equal score in passage order")


def _make_passages() -> list[Passage]:
    passages, start = [], 0
    for number, text in enumerate(_TEXTS):
        passages.append(make_passage(text, start=start, number=number))
        start += len(text) + 1
    return passages


def _check_query(name: str, index: SearchIndex, again: SearchIndex, query: str, passages: int) -> None:
    with refusing(f"{name} fails on the query {query!r}"):
        hits, repeated, rebuilt = index.search(query, k=3), index.search(query, k=3), again.search(query, k=3)
        one, none = index.search(query, k=1), index.search(query, k=0)
    require(
        isinstance(hits, list) and all(isinstance(hit, Found) for hit in hits),
        f"{name} does not return a list of Found",
    )
    require(hits == repeated == rebuilt, f"{name} finds other passages for {query!r} the second time")
    require(len(hits) <= 3 and len(one) <= 1 and none == [], f"{name} returns more than k passages for {query!r}")
    require(one == hits[:1], f"{name} has another best passage for {query!r} when k is 1")
    require(all(isinstance(hit.number, int) for hit in hits), f"{name} does not number passages with int for {query!r}")
    require(all(0 <= hit.number < passages for hit in hits), f"{name} returns a passage that it was not given")
    require(len({hit.number for hit in hits}) == len(hits), f"{name} returns a passage twice for {query!r}")
    scores = [hit.score for hit in hits]
    require(all(score >= 0 for score in scores), f"{name} gives a score below 0 for {query!r}: {scores}")
    require(scores == sorted(scores, reverse=True), f"{name} does not return the best first for {query!r}: {scores}")
