"""Unknown words read as the vocabulary word that they are one slip away from."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

MIN_LETTERS = 6  # in shorter words one letter makes another word


class Spelling:
    """Mends one letter missing, doubled or swapped with its neighbour; a wrong letter more often is another word."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._known = frozenset(word for word in vocabulary if len(word) >= MIN_LETTERS and word.isalpha())

    @cached_property
    def _shortened(self) -> Mapping[str, str]:
        """Each word by what is left of it without one letter; made for the first word that nobody knows."""
        return {shape: word for word in sorted(self._known, reverse=True) for shape in _shorten(word)}

    def mend(self, word: str) -> str:
        """The vocabulary word that was meant, or the word itself; the first letter is taken to be right."""
        if word in self._known or len(word) < MIN_LETTERS - 1 or not word.isalpha():
            return word
        meant = self._shortened.get(word) or next((near for near in _vary(word) if near in self._known), word)
        is_other_form = word.startswith(meant[:-1]) or meant.startswith(word[:-1])
        return word if meant[0] != word[0] or is_other_form else meant


def _shorten(word: str) -> Iterator[str]:
    return (word[:index] + word[index + 1 :] for index in range(1, len(word)))


def _vary(word: str) -> Iterator[str]:
    """With two neighbours swapped, then with one letter less."""
    for index in range(1, len(word) - 1):
        yield word[:index] + word[index + 1] + word[index] + word[index + 2 :]
    yield from _shorten(word)
