"""The check of a retriever passes a good one, and names what is wrong with each bad one."""

import pytest

from moe_core import (
    Retriever,
)
from moe_core.contracts.retriever import Found
from moe_core.testing import (
    ConformanceError,
    check_retriever,
)


class WordIndex:
    def __init__(self, passages):
        self.passages = passages

    def search(self, query, *, k):
        words = set(query.lower().split())
        shared = (float(len(words & set(passage.text.lower().split()))) for passage in self.passages)
        hits = [Found(number, score) for number, score in enumerate(shared)]
        return sorted((hit for hit in hits if hit.score), key=lambda hit: -hit.score)[:k]


class Overlap(Retriever):
    name = "overlap"
    summary = "For tests."
    change = staticmethod(lambda hits, query, k: hits)

    def build(self, corpus):
        index, change = WordIndex(corpus.passages), self.change

        class Index:
            def search(self, query, *, k):
                return change(index.search(query, k=k), query, k)

        return Index()


def altered(change):
    return type("Altered", (Overlap,), {"change": staticmethod(change)})


def misnumber(hits, query, k):
    return [Found(hit.number + 100, hit.score) for hit in hits]


class Backwards(Overlap):
    def build(self, corpus):
        passages = corpus.passages[::-1]
        index = WordIndex(passages)
        search = index.search
        index.search = lambda query, k: [Found(len(passages) - 1 - n, score) for n, score in search(query, k=k)]
        return index


class Scarce(Overlap):
    def build(self, corpus):
        if not corpus.passages:
            raise ValueError("no passages")
        return super().build(corpus)


def make_moody():
    seen = []

    def change(hits, query, k):
        seen.append(query)
        return hits if len(seen) < 4 else hits[1:]

    return altered(change)


def test_a_good_retriever_passes():
    check_retriever(Overlap)


@pytest.mark.parametrize(
    ("retriever", "words"),
    [
        (Scarce, "fails on no passages"),
        (Backwards, "passage order"),
        (altered(misnumber), "not given"),
        (altered(lambda hits, query, k: [Found(float(hit.number), hit.score) for hit in hits]), "with int"),
        (altered(lambda hits, query, k: hits or [Found(1, 0.0)]), "finds something among no passages|more than k"),
        (altered(lambda hits, query, k: hits[::-1]), "best"),
        (altered(lambda hits, query, k: (hits * 2)[:k]), "twice"),
        (altered(lambda hits, query, k: hits * 4), "more than k"),
        (altered(lambda hits, query, k: tuple(hits)), "among no passages|list of Found"),
        (altered(lambda hits, query, k: []), "does not find"),
        (altered(lambda hits, query, k: [Found(hit.number, -hit.score) for hit in hits]), "below 0"),
        (altered(lambda hits, query, k: 1 / 0 if not query else hits), "fails on the query ''"),
        (make_moody(), "the second time"),
    ],
)
def test_a_bad_retriever_is_told_what_is_wrong(retriever, words):
    with pytest.raises(ConformanceError, match=words):
        check_retriever(retriever)
