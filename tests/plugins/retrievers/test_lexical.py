import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core import Passage, Retriever
from moe_core.testing.corpora import MemoryCorpus
from moe_core.text.tokens import find_terms


def make_passages(*texts: str, title: str = "", section: str = "") -> list[Passage]:
    return [
        Passage(
            passage_id=f"d#{number}",
            document_id="d",
            title=title,
            section=section,
            start=0,
            end=len(text),
            text=text,
        )
        for number, text in enumerate(texts)
    ]


def make_corpus(*texts: str, title: str = "", section: str = "") -> MemoryCorpus:
    return MemoryCorpus(make_passages(*texts, title=title, section=section))


def numbers(hits) -> list[int]:
    return [hit.number for hit in hits]


def test_the_passage_with_the_rarer_words_comes_first(retriever: Retriever) -> None:
    index = retriever.build(make_corpus("the mill turns", "the mill and the harbour", "the harbour bell"))
    assert numbers(index.search("Which bells of the harbour?", k=2)) == [2, 1]


def test_nothing_that_matches_gives_nothing(retriever: Retriever) -> None:
    index = retriever.build(make_corpus("mill", "harbour"))
    assert index.search("zebra", k=5) == []
    assert index.search("the of and", k=5) == []
    assert index.search("", k=5) == []
    assert index.search("mill", k=0) == []
    assert numbers(index.search("mill zebra", k=5)) == [0]


def test_no_passages_are_fine(retriever: Retriever) -> None:
    assert retriever.build(MemoryCorpus([])).search("mill", k=3) == []
    assert retriever.build(make_corpus("...", "--")).search("mill", k=3) == []


def test_title_and_section_count(retriever: Retriever) -> None:
    passages = [*make_passages("stone"), *make_passages("stone", title="Granary", section="Roof > Slates")]
    index = retriever.build(MemoryCorpus(passages))
    assert numbers(index.search("granary", k=2)) == [1]
    assert numbers(index.search("slate", k=2)) == [1]


def test_equal_scores_come_in_passage_order_however_many(retriever: Retriever) -> None:
    index = retriever.build(make_corpus(*["same words"] * 30, "other"))
    assert numbers(index.search("words", k=7)) == list(range(7))


@given(
    st.lists(st.lists(st.sampled_from(["mill", "tide", "eel", "gate", "oak"]), max_size=6).map(" ".join), max_size=8),
    st.lists(st.sampled_from(["mill", "tide", "eel", "gate", "kelp"]), max_size=4).map(" ".join),
    st.integers(1, 10),
)
def test_scores_are_those_of_bm25(retriever: Retriever, texts: list[str], query: str, k: int) -> None:
    bags = [Counter(find_terms(text)) for text in texts]
    mean = max(sum(bag.total() for bag in bags) / len(bags), 1.0) if bags else 1.0

    def score(bag: Counter[str]) -> float:
        total = 0.0
        for term in find_terms(query):
            holders = sum(term in other for other in bags)
            rarity = math.log(1 + (len(bags) - holders + 0.5) / (holders + 0.5))
            total += rarity * bag[term] * 2.2 / (bag[term] + 1.2 * (0.25 + 0.75 * bag.total() / mean))
        return total

    expected = sorted(((-score(bag), number) for number, bag in enumerate(bags) if score(bag) > 0))[:k]
    hits = retriever.build(make_corpus(*texts)).search(query, k=k)
    assert [hit.score for hit in hits] == pytest.approx([-negative for negative, _ in expected])
    assert len(hits) == len(expected)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
