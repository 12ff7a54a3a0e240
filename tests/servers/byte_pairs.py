"""Byte-pair encoding as GPT-2 has it, learnt from a text."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

PIECES = re.compile(r" ?[A-Za-z]+|[^A-Za-z]")  # words are merged, everything else stays single bytes
NEVER = 1 << 30


def _byte_signs() -> list[str]:
    """A printable character for each byte, as GPT-2 gives them out."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    spare = iter(range(0x100, 0x200))
    return [chr(byte) if byte in printable else chr(next(spare)) for byte in range(256)]


BYTE_SIGNS = _byte_signs()


@dataclass(frozen=True, slots=True)
class BytePairs:
    """The tokens (256 bytes, then merges in the order they were learnt) and the merges."""

    tokens: list[str]
    merges: list[tuple[str, str]]

    def encode(self, text: str) -> list[int]:
        ids = {token: number for number, token in enumerate(self.tokens)}
        ranks = {pair: rank for rank, pair in enumerate(self.merges)}
        found: list[int] = []
        for piece in PIECES.findall(text):
            signs = _signs(piece)
            while len(signs) > 1:
                rank, pair = min((ranks.get(pair, NEVER), pair) for pair in pairwise(signs))
                if rank == NEVER:
                    break
                signs = _join(signs, pair)
            found += [ids[sign] for sign in signs]
        return found


def _signs(text: str) -> list[str]:
    return [BYTE_SIGNS[byte] for byte in text.encode()]


def _join(signs: list[str], pair: tuple[str, str]) -> list[str]:
    joined: list[str] = []
    for sign in signs:
        if joined and (joined[-1], sign) == pair:
            joined[-1] += sign
        else:
            joined.append(sign)
    return joined


def learn_byte_pairs(text: str) -> BytePairs:
    """Merge the commonest neighbours until every word is one token; a tie goes to the later in the alphabet."""
    words = Counter(re.findall(r" ?[A-Za-z]+", text))
    signs = {word: _signs(word) for word in words}
    merges: list[tuple[str, str]] = []
    while True:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, times in words.items():
            for pair in pairwise(signs[word]):
                pairs[pair] += times
        if not pairs:
            return BytePairs(BYTE_SIGNS + [first + second for first, second in merges], merges)
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        signs = {word: _join(parts, best) for word, parts in signs.items()}
