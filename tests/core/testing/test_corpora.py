"""A corpus in memory."""

from moe_core.testing.corpora import MemoryCorpus
from moe_core.testing.values import make_passage


def read(corpus, term: str) -> list[tuple[int, int]]:
    holders = corpus.find_holders(term)
    return list(zip(holders.passages.tolist(), holders.counts.tolist(), strict=True))


def test_terms_come_with_their_passages_and_counts():
    corpus = MemoryCorpus([make_passage("oats and oats"), make_passage("rye", title="Mill", section="Mill > Oats")])
    assert read(corpus, "oat") == [(0, 2), (1, 1)]
    assert read(corpus, "mill") == [(1, 1)]
    assert read(corpus, "zebra") == []
    assert corpus.lengths.tolist() == [2, 3]


def test_a_heading_that_only_begins_like_the_title_stays_whole():
    corpus = MemoryCorpus([make_passage("rye", title="Harbour", section="Harbourmaster > Logs")])
    assert read(corpus, "harbourmast") == [(0, 1)]
    assert read(corpus, "master") == []


def test_counts_stop_where_the_index_stops():
    assert read(MemoryCorpus([make_passage("oats " * 40)]), "oat") == [(0, 31)]


def test_a_corpus_without_passages_is_empty():
    corpus = MemoryCorpus([])
    assert (list(corpus.passages), corpus.lengths.tolist(), read(corpus, "mill")) == ([], [], [])
