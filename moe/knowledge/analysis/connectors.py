"""Small words that join the words of a name."""

from collections.abc import Sequence

from moe.knowledge.analysis.words import Word

CONNECTORS = frozenset(
    "of the de la le du van von der den di da dos del al el bin ibn and y af av zu i for in on to a at".split()
)
# A name may end before one of these as well as go on after it: "Lennon and McCartney", "Battle of Britain in Kent".
LOOSE_CONNECTORS = frozenset(("and", "in", "on", "to", "at", "for"))
MOST_CONNECTORS = 3  # "Ponte sobre o de la" is no name; "House of the Rising Sun", "Hans von und zu Berg" are


def count_connectors(words: Sequence[Word], first: int) -> int:
    """How many connectors in a row, "of the" or "van der", join what stands before `first` to a capitalised word.

    Returns:
        0 when nothing is joined.
    """
    for place in range(first, min(first + MOST_CONNECTORS, len(words) - 1)):
        if words[place].folded not in CONNECTORS:
            return 0
        if words[place + 1].is_capital:
            return place + 1 - first
    return 0
