"""Features of passages."""

import numpy as np
import pytest

from moe.knowledge.graph.features.features import PASSAGE_FEATURES
from moe.knowledge.graph.question.lookups import weigh_counts

TEXTS = {"-a": "mill " * 60, "-b": "mill wheel " * 30}


def test_more_occurrences_than_the_index_counts_are_counted(make_builder, make_index):
    query = make_builder(TEXTS).build("Which mill?")
    bm25 = dict(zip(query.numbers, query.rows.values[:, PASSAGE_FEATURES.index("bm25")].tolist(), strict=True))
    worths = weigh_counts(np.array([[60], [30]]), make_index(TEXTS).damping)[:, 0]
    assert [bm25[0], bm25[1]] == pytest.approx((worths / worths.max()).tolist(), rel=1e-12)
