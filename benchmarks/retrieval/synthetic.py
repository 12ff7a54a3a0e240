"""A made-up corpus of any size: words as frequent as Zipf says, and people, places and works that mention each other.

    python benchmarks/retrieval/synthetic.py CORPUS.jsonl --passages 10000 [--seed 1]

Written line by line, so that the size of a corpus does not matter. The same seed and size make the same corpus. A
passage has about 100 words, is about one of the corpus's names, and mentions three or so others, the popular ones
more often; some names are shared, as they are among people. The vocabulary grows with the corpus (Heaps' law).
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import numpy as np

STOP_WORDS = (
    "the of and in to a was is for on as by with he that at from his it an were which are this also be had".split()
)
ONSETS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sh sl st t th tr v w z".split()
VOWELS = "a e i o u ai ea ei io ou".split()
CODAS = ["", "", "", "l", "n", "nd", "r", "rd", "s", "st", "t", "x"]
KINDS = ("River", "County", "Bridge", "Museum", "Station", "College")
BATCH = 2000
SHARE_OF_STOP_WORDS = 0.42


class Corpus:
    """Names and words of a corpus of a given size."""

    def __init__(self, passages: int, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._passages = passages
        self._words = [self._make_word() for _ in range(int(30 * (100 * passages) ** 0.5))]
        given = [self._make_word().capitalize() for _ in range(800)]
        family = [self._make_word().capitalize() for _ in range(max(50, passages // 12))]
        self._given, self._family = np.array(given, object), np.array(family, object)

    def iterate(self) -> Iterator[dict[str, str]]:
        """The lines of the corpus."""
        for begin in range(0, self._passages, BATCH):
            yield from self._make_batch(begin, min(BATCH, self._passages - begin))

    def _make_batch(self, begin: int, size: int) -> Iterator[dict[str, str]]:
        lengths = self._random.integers(60, 140, size)
        words = self._draw_words(int(lengths.sum()))
        mentions = self._draw_popular(size * 4)
        sentences = self._random.integers(9, 24, size * 16)
        place = 0
        for number in range(size):
            tokens = words[place : place + lengths[number]]
            place += lengths[number]
            names = [self.name(int(target)) for target in mentions[4 * number : 4 * number + 4]]
            title = self.name(begin + number)
            text = join_sentences(title, tokens, names, sentences[16 * number : 16 * number + 16])
            yield {"id": f"p{begin + number}", "title": title, "text": text}

    def name(self, number: int) -> str:
        """The name that a passage is about."""
        mixed = (number * 2654435761 + 97) & 0xFFFFFFFF
        family = self._family[mixed % len(self._family)]
        given = self._given[(mixed >> 7) % len(self._given)]
        if number % 5 == 0:
            return f"{given} {family} {KINDS[mixed % len(KINDS)]}"
        if number % 7 == 0:
            return f"The {family} of {given}"
        return f"{given} {family}"

    def _draw_words(self, count: int) -> list[str]:
        ranks = np.exp(self._random.random(count) * np.log(len(self._words))).astype(np.int64) - 1
        is_stop = self._random.random(count) < SHARE_OF_STOP_WORDS
        stops = np.exp(self._random.random(count) * np.log(len(STOP_WORDS))).astype(np.int64) - 1
        return [
            STOP_WORDS[stop] if chosen else self._words[rank]
            for rank, stop, chosen in zip(ranks.tolist(), stops.tolist(), is_stop.tolist(), strict=True)
        ]

    def _draw_popular(self, count: int) -> np.ndarray:
        return (self._passages * self._random.random(count) ** 2.5).astype(np.int64)

    def _make_word(self) -> str:
        parts = int(self._random.integers(1, 4))
        return "".join(
            str(self._random.choice(ONSETS)) + str(self._random.choice(VOWELS)) + str(self._random.choice(CODAS))
            for _ in range(parts)
        )


def join_sentences(title: str, tokens: list[str], names: list[str], lengths: np.ndarray) -> str:
    """A text that begins with its subject; a name stands in each of the first sentences."""
    sentences = []
    place, number = 0, 0
    while place < len(tokens):
        words = tokens[place : place + int(lengths[number % len(lengths)])]
        place += len(words)
        if number < len(names):
            words.insert(len(words) // 2, names[number])
        if number == 0:
            words.insert(0, f"{title} was")
        sentences.append(words[0][:1].upper() + words[0][1:] + " " + " ".join(words[1:]) + ".")
        number += 1
    return " ".join(sentences)


def write_corpus(file: TextIO, passages: int, seed: int = 1) -> None:
    """Write a corpus, a line a passage."""
    for line in Corpus(passages, seed).iterate():
        file.write(json.dumps(line) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with arguments.path.open("w", encoding="utf-8") as file:
        write_corpus(file, arguments.passages, arguments.seed)


if __name__ == "__main__":
    main()
