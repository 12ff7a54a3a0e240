"""What the postings say of a question's terms."""

import numpy as np
import pytest

from moe.knowledge.analysis.entries import COUNT_MASK, IN_LEAD, IN_NAME
from moe.knowledge.analysis.keys import make_word_key
from moe.knowledge.graph.question import lookups
from moe.knowledge.graph.question.lookups import TermPostings, rate_passages

TEXTS = {
    "Orla Finch": "She left the mill to the mill hands. Eels climb. The mill turned.",
    "-b": "Eels climb. They climb. Orla saw them.",
    "-c": "Nothing of the kind.",
    "-d": "mill " * 40,
}
TERMS = ("mill", "zeppelin", "orla", "eel")


@pytest.fixture(params=["table", "lookups"])
def postings(request, make_index, monkeypatch):
    if request.param == "lookups":  # as in an index that is too large for a table
        monkeypatch.setattr(lookups, "_MOST_CELLS", 0)
    index = make_index(TEXTS)
    rows = np.array([index.terms.find(make_word_key(term)) for term in TERMS], dtype=np.int64)
    return index, TermPostings(index, rows)


def test_terms_are_counted_as_far_as_postings_do_whichever_passages_are_asked_for(postings):
    _, terms = postings
    counts = terms.read([3, 0, 2, 0]) & COUNT_MASK
    assert counts.tolist() == [[COUNT_MASK, 0, 0, 0], [3, 0, 1, 1], [0, 0, 0, 0], [3, 0, 1, 1]]
    assert terms.read(np.array([], dtype=np.int64)).shape == (0, len(TERMS))


def test_they_tell_what_stands_in_the_lead_and_in_the_name(postings):
    _, terms = postings
    infos = terms.read([0, 1])
    assert ((infos & IN_LEAD) > 0).tolist() == [[True, False, True, False], [False, False, False, True]]
    assert ((infos & IN_NAME) > 0).tolist()[0] == [False, False, True, False]


def test_a_passage_is_rated_alike_whatever_is_rated_with_it(postings):
    index, terms = postings
    rarities = np.array([0.4, 0.0, 1.1, 0.7])
    together = rate_passages(index, terms, rarities, np.arange(4))
    alone = [float(rate_passages(index, terms, rarities, np.array([number]))[0]) for number in range(4)]
    assert together.tolist() == alone
    assert together[2] == 0 < together[1] < together[0]
