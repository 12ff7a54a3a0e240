"""Texts as numbers of word pieces, as uncased BERT models want them."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

PAD, UNKNOWN, BEGIN, END = "[PAD]", "[UNK]", "[CLS]", "[SEP]"

_INSIDE = "##"  # before a piece that does not begin a word
_WORD_MAX = 100  # characters; a longer word is unknown
_CJK = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip
_UNSEEN = ("Cc", "Cf", "Co", "Cs")  # categories of characters without a shape
_CACHED_WORDS = 20_000


class WordPieces:
    """Splits texts into pieces of a vocabulary, at each point the longest.

    Source: Devlin et al., "BERT" (2019), section 3; the same numbers as the package tokenizers gives.
    """

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """Take a vocabulary, in the order of its numbers.

        Raises:
            KeyError: A special piece is missing.
        """
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown = self._numbers[UNKNOWN]
        self.begin, self.end = self._numbers[BEGIN], self._numbers[END]
        self._split = lru_cache(_CACHED_WORDS)(self._split_word)

    def number(self, text: str, most: int) -> list[int]:
        """The numbers of a text's first pieces, without special ones, at most so many."""
        numbers: list[int] = []
        for word in _find_words(text):
            numbers += self._split(word)
            if len(numbers) >= most:
                break
        return numbers[:most]

    def _split_word(self, word: str) -> tuple[int, ...]:
        if len(word) > _WORD_MAX:
            return (self._unknown,)
        numbers, first = [], 0
        while first < len(word):
            inside = _INSIDE if first else ""
            ends = range(len(word), first, -1)
            end = next((end for end in ends if inside + word[first:end] in self._numbers), None)
            if end is None:
                return (self._unknown,)
            numbers.append(self._numbers[inside + word[first:end]])
            first = end
        return tuple(numbers)


def _find_words(text: str) -> Iterator[str]:
    """Words in small letters without accents; each mark, and each character of Chinese writing, by itself."""
    whole = unicodedata.normalize("NFD", "".join(map(_clean, text)))
    plain = "".join(character for character in whole if unicodedata.category(character) != "Mn").lower()
    for word in plain.split():
        first = 0
        for place, character in enumerate(word):
            if _is_mark(character):
                if first < place:
                    yield word[first:place]
                yield character
                first = place + 1
        if first < len(word):
            yield word[first:]


def _clean(character: str) -> str:
    code = ord(character)
    if character not in "\t\n\r" and (code == 0xFFFD or unicodedata.category(character) in _UNSEEN):
        return ""
    if character.isspace():
        return " "
    return f" {character} " if code >= _CJK[0][0] and any(low <= code <= high for low, high in _CJK) else character


def _is_mark(character: str) -> bool:
    is_ascii_mark = character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    return is_ascii_mark or unicodedata.category(character).startswith("P")
