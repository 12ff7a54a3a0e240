"""An index as a retriever sees it: the same as the passages by themselves."""

from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.index.format.corpus import IndexCorpus
from moe.knowledge.index.update.builder import build_index
from moe_core.contracts.evidence import Document, Section
from moe_core.testing.corpora import MemoryCorpus
from moe_core.text.tokens import find_terms

WORDS = st.lists(st.sampled_from("mill Mills the of oats 1880 京都 é Elm".split()), max_size=8).map(" ".join)


def read(corpus, term: str) -> list[tuple[int, int]]:
    holders = corpus.find_holders(term)
    return list(zip(holders.passages.tolist(), holders.counts.tolist(), strict=True))


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=5))
def test_it_agrees_with_an_index_of_the_same_passages(rows):
    documents = [
        Document(
            document_id=f"d{number}",
            title=title,
            text=text,
            source="",
            sections=(Section(title=heading, level=1, start=0, end=len(text)),) if heading and text else (),
            is_atomic=True,
        )
        for number, (title, heading, text) in enumerate(rows)
    ]
    index = build_index(documents)
    memory, stored = MemoryCorpus(index.passages), IndexCorpus(index)
    assert memory.lengths.tolist() == stored.lengths.tolist()
    for term in {term for row in rows for part in row for term in find_terms(part)}:
        assert read(memory, term) == read(stored, term)
