"""Who searches the documents, by name, and why nobody had to."""

from collections.abc import Mapping

import msgspec

FIRST_PASSAGES = 5
"""How many of the best passages decide: most questions read no more, so ranking, doubt and measures count by them."""


class SearchNames(msgspec.Struct, frozen=True, kw_only=True):
    """Who searches; what is None comes from the configuration.

    Attributes:
        retriever: Finds where walks begin.
        walkers: Personas who walk; nobody does when there are none.
        traversal: A strategy for one neutral persona, in place of all walkers.
    """

    retriever: str | None = None
    walkers: tuple[str, ...] | None = None
    traversal: str | None = None


class WordsTrial(msgspec.Struct, frozen=True, kw_only=True):
    """What words alone came to beside a walk, at a question whose evidence is known.

    Attributes:
        chance: How likely it was held, before anybody walked and without feedback, that a walk finds more.
        words: The share of the evidence among the first five passages by words.
        walk: The same of whoever walks first.
    """

    chance: float
    words: float
    walk: float

    @property
    def finds_more(self) -> bool:
        """Whether the walk did."""
        return self.walk > self.words


class WordsVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """Why nobody walks for a question.

    Attributes:
        reason: In one sentence.
        numbers: What was measured, and what it was held against.
    """

    reason: str
    numbers: Mapping[str, float]
