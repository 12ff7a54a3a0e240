"""A candidate with few or no examples: its own words, weighed against what the others' requests are made of."""

import math
from collections.abc import Iterable, Mapping

from moe_core.routing.features import read_words, stem_words
from moe_core.routing.profile import DESCRIPTION, Profile
from moe_core.text.tokens import STOP_WORDS

# Chosen: a word of its own counts as if every twelfth of its requests held it, one that nobody uses as if one in
# 500 did. tests/core/routing/test_newcomers.py holds what comes of all these.
OWN_SHARE = 0.08
RARE_SHARE = 0.002
PHRASE_FACTOR = 1.5
EXAMPLE_FACTOR = 0.75
DESCRIPTION_FACTOR = 0.5
"""A description is prose: one rare word of it is a hint, two of them make a case."""

THRESHOLD = 2.0  # two rare words in log-odds: one is chance
LIMIT = 8.0  # beyond it certainty means nothing


class Newcomer:
    """Log-odds that a request is meant for the candidate.

    A word weighs the more the rarer it is with the candidate that uses it most; one that is as common there as a
    newcomer's own words usually are weighs nothing.
    """

    def __init__(self, profile: Profile, background: Mapping[str, float]) -> None:
        """Weigh the words of a candidate.

        Args:
            profile: Its phrases and examples.
            background: For a stem, its share of requests with the candidate that uses it most.
        """
        factors = dict.fromkeys(_read_stems(profile.examples), EXAMPLE_FACTOR)
        for group, phrases in sorted(profile.vocabulary, key=lambda named: named[0] != DESCRIPTION):
            factor = DESCRIPTION_FACTOR if group == DESCRIPTION else PHRASE_FACTOR
            factors |= dict.fromkeys(_read_stems(phrases), factor)
        odds = {word: math.log(OWN_SHARE / max(background.get(word, 0.0), RARE_SHARE)) for word in factors}
        self._weights = {word: factor * odds[word] for word, factor in factors.items() if odds[word] > 0}

    def find_odds(self, stems: Iterable[str]) -> float:
        """The log-odds, from -THRESHOLD without any of its words up to LIMIT."""
        return min(sum(self._weights.get(word, 0.0) for word in sorted(set(stems))) - THRESHOLD, LIMIT)


def _read_stems(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in stem_words(w for w in read_words(text) if w not in STOP_WORDS)}
