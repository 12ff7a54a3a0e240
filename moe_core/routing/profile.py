"""What the router knows about a candidate: the words that speak for it and the requests it is made for."""

import msgspec

DESCRIPTION = "description"
"""The group of words that stand in for a vocabulary."""


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """One candidate.

    Attributes:
        name: The Belter's name, or "general" for Camina.
        vocabulary: Words and short phrases that speak for it, by group.
        examples: Requests it is made for.
    """

    name: str
    vocabulary: tuple[tuple[str, tuple[str, ...]], ...] = ()
    examples: tuple[str, ...] = ()

    def phrases(self) -> tuple[str, ...]:
        """The words and phrases of all groups."""
        return tuple(phrase for _, group in self.vocabulary for phrase in group)
