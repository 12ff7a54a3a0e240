"""What passages write: names that others go by, and phrases that others write too. It depends on no question."""

from collections.abc import Sequence
from typing import NamedTuple

from moe.knowledge.graph.links.mentions import NameReader
from moe.knowledge.graph.links.naming_links import NamingReader, Namings
from moe.knowledge.graph.links.phrase_places import PhrasePlaces, PhraseReader
from moe.knowledge.graph.links.text_batch import read_batch
from moe.knowledge.index.format.index import PassageIndex

MOST_REMEMBERED = 20_000  # passages that are kept from one question to the next


class Written(NamedTuple):
    """What a passage writes."""

    namings: Namings
    phrases: PhrasePlaces


class WrittenReader:
    """Reads passages for what joins them to others. What was read lately is remembered."""

    def __init__(self, index: PassageIndex, *, most_remembered: int = MOST_REMEMBERED) -> None:
        """Prepare for an index.

        Args:
            index: The passages.
            most_remembered: Passages, beyond which all are forgotten.
        """
        self._index = index
        self._most_remembered = most_remembered
        self._naming = NamingReader(index)
        self._phrases = PhraseReader(index, self._naming.names)
        self._remembered: dict[int, Written] = {}

    @property
    def names(self) -> NameReader:
        """What finds names."""
        return self._naming.names

    def read(self, numbers: Sequence[int]) -> list[Written]:
        """What each of some passages writes."""
        if len(self._remembered) > self._most_remembered:
            self._remembered = {}
            self._naming.forget()
            self._phrases.forget()
        remembered = self._remembered  # several threads may search
        fresh = [number for number in numbers if number not in remembered]
        if fresh:
            batch = read_batch(self._index, fresh)
            remembered |= zip(fresh, map(Written, self._naming.read(batch), self._phrases.read(batch)), strict=True)
        return [remembered[number] for number in numbers]
