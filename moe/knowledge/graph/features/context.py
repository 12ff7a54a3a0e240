"""What kind of question is asked of what kind of collection: how much words and links are to be trusted."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONTEXT = (
    "titled",  # titled documents for each passage of the collection
    "naming",  # how surely the question names a passage
    "margin",  # how far the best match by words is ahead of the second
    "cover",  # share of the question's weight that the best match by words has
    "phrase",  # how rare the rarest phrase of the question is
)
WORD_FEATURES = ("bm25", "coverage")
CONTEXT_PASSAGE_FEATURES = tuple(f"{feature}_{name}" for feature in WORD_FEATURES for name in CONTEXT)
CONTEXT_LINK_FEATURES = tuple(f"in_{name}" for name in CONTEXT)


def read_context(seeds: Floats, places: dict[str, int], *, titled_share: float) -> Floats:
    """The context of a question, shape (`CONTEXT`,), each in [0, 1].

    Args:
        seeds: Features of the passages that the question leads to, shape (passages, features).
        places: The column of each feature.
        titled_share: Titled documents for each passage of the collection.
    """
    words = seeds[:, places["bm25"]]
    order = np.argsort(-words, kind="stable")
    best = order[0]
    second = words[order[1]] if len(order) > 1 else 0.0
    return np.array(
        [
            titled_share,
            min(1.0, seeds[:, places["named_surely"]].max()),
            1 - second / max(words[best], 1e-9),
            seeds[best, places["coverage"]],
            min(1.0, seeds[:, places["phrase_rare"]].max()),
        ]
    )


def cross_words(values: Floats, places: dict[str, int], context: Floats) -> Floats:
    """`CONTEXT_PASSAGE_FEATURES`, shape (passages, those): the match by words times each part of the context."""
    crossed = [values[:, [places[feature]]] * context for feature in WORD_FEATURES]
    return np.concatenate(crossed, axis=1)
