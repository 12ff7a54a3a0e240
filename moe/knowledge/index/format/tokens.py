"""The words of every passage in order, as numbers of a table of words: texts to search without reading them."""

from array import array
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.columns import PassageColumns
from moe.knowledge.analysis.entries import make_beginning_keys
from moe.knowledge.analysis.marks import IS_CAPITAL
from moe.knowledge.index.format.postings import Arrays, Keys, Numbers, Starts
from moe.knowledge.index.format.strings import StringCollector, StringColumn, gather_strings, take_strings
from moe_kit.arrays import list_different

Marks = NDArray[np.uint8]

_NO_WORDS, _NO_MARKS = np.empty(0, np.int32), np.empty(0, np.uint8)
_CHUNK = 1 << 22  # words looked at in one go: memory does not grow with the index


class Words(Protocol):
    """All different words by row, folded, as whoever looks them up sees them."""

    def find_many(self, keys: Keys) -> Numbers:
        """The rows of words by key, -1 for one that is not there."""
        ...

    def keys_of(self, rows: NDArray[Any]) -> Keys:
        """The words' keys."""
        ...

    def terms_of(self, rows: NDArray[Any]) -> NDArray[Any]:
        """The row of each word's stem among the terms; -1 for a stop word."""
        ...

    def beginnings_of(self, rows: NDArray[Any]) -> Keys:
        """Keys of the first three, two letters and the first one. Shape (rows, 3)."""
        ...

    def read_strings(self, rows: NDArray[Any]) -> list[str]:
        """The words themselves."""
        ...


class WordTable(msgspec.Struct, frozen=True, eq=False):
    """All different words, folded.

    Attributes:
        keys: Of shape (words,), ascending.
        terms: The row of each word's stem among the terms; -1 for a stop word.
        beginnings: Keys of the first three, two letters and the first one. Shape (words, 3).
        strings: The words themselves.
    """

    keys: Keys
    terms: Numbers
    beginnings: Keys
    strings: StringColumn

    def find_many(self, keys: Keys) -> Numbers:
        """The rows of words by key, -1 for one that is not there."""
        if not len(self.keys):
            return np.full(len(keys), -1, np.int32)
        rows = np.minimum(self.keys.searchsorted(keys), len(self.keys) - 1)
        return np.where(self.keys[rows] == keys, rows, -1).astype(np.int32)

    def keys_of(self, rows: NDArray[Any]) -> Keys:
        """The words' keys."""
        return np.asarray(self.keys[rows])

    def terms_of(self, rows: NDArray[Any]) -> NDArray[Any]:
        """The row of each word's stem among the terms; -1 for a stop word."""
        return np.asarray(self.terms[rows])

    def beginnings_of(self, rows: NDArray[Any]) -> Keys:
        """Keys of the first letters. Shape (rows, 3)."""
        return np.asarray(self.beginnings[rows])

    def read_strings(self, rows: NDArray[Any]) -> list[str]:
        """The words themselves."""
        return self.strings.read(rows)


class TokenBatch(msgspec.Struct, frozen=True, eq=False):
    """The words of some passages, one passage after another.

    Attributes:
        words: Rows of the word table.
        marks: How each is written (`moe.knowledge.analysis.marks`).
        owners: The place among the passages that each belongs to.
        starts: Where each passage begins, and the end. Shape (passages + 1,).
    """

    words: Numbers
    marks: Marks
    owners: Starts
    starts: Starts

    def take(self, passages: Sequence[int]) -> "TokenBatch":
        """Those of some of the passages, by their places in ascending order."""
        chosen = np.asarray(passages, np.int64)
        is_chosen = np.zeros(len(self.starts) - 1, np.bool_)
        is_chosen[chosen] = True
        kept = is_chosen[self.owners]
        sizes = np.diff(self.starts)[chosen]
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        return TokenBatch(self.words[kept], self.marks[kept], np.repeat(np.arange(len(chosen)), sizes), starts)


class TokenStore(msgspec.Struct, frozen=True, eq=False):
    """The words of all passages."""

    words: Numbers
    marks: Marks
    starts: Starts

    def read(self, numbers: Sequence[int] | NDArray[Any]) -> TokenBatch:
        """The words of these passages."""
        wanted = np.asarray(numbers, np.int64)
        begins = self.starts[wanted]
        sizes = self.starts[wanted + 1] - begins
        starts = np.zeros(len(wanted) + 1, np.int64)
        np.cumsum(sizes, out=starts[1:])
        spans = [slice(*span) for span in zip(begins.tolist(), self.starts[wanted + 1].tolist(), strict=True)]
        return TokenBatch(
            words=np.concatenate([_NO_WORDS, *(self.words[span] for span in spans)]),
            marks=np.concatenate([_NO_MARKS, *(self.marks[span] for span in spans)]),
            owners=np.repeat(np.arange(len(wanted)), sizes),
            starts=starts,
        )

    def find_sequence(self, rows: Numbers, is_capital: NDArray[np.bool_]) -> Starts:
        """The passages of all places where words stand in a row, each as often.

        Args:
            rows: Of the words.
            is_capital: Which of them must be written with a capital.
        """
        found = [np.empty(0, np.int64)]
        last = len(self.words) - len(rows)
        for begin in range(0, last + 1, _CHUNK):
            stop = min(last + 1, begin + _CHUNK)
            places = begin + np.flatnonzero(self.words[begin:stop] == rows[0])
            for step in range(len(rows)):
                places = places[self.words[places + step] == rows[step]]
                if is_capital[step]:
                    places = places[(self.marks[places + step] & IS_CAPITAL) > 0]
            owners = self.starts.searchsorted(places, side="right") - 1
            found.append(owners[places + len(rows) <= self.starts[owners + 1]])
        return np.concatenate(found)


class TokenCollector:
    """Takes the words of passages, one passage after another."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._vocabulary: list[tuple[int, int, str]] = []
        self._words, self._marks = array("i"), bytearray()
        self._starts = array("q", [0])

    def add(self, passages: PassageColumns) -> None:
        """Add the words of passages."""
        keys = passages.word_keys.tolist()
        numbers = list(map(self._numbers.get, keys))
        for place in [place for place, number in enumerate(numbers) if number is None]:
            numbers[place] = self._numbers[keys[place]] = len(self._vocabulary)
            self._vocabulary.append((keys[place], int(passages.word_term_keys[place]), passages.strings[place]))
        self._words.frombytes(np.array(numbers, np.int32)[passages.words].tobytes())
        self._marks += passages.marks.tobytes()
        self._starts.frombytes((self._starts[-1] + np.cumsum(passages.sizes, dtype=np.int64)).tobytes())

    def finish(self) -> dict[str, NDArray[Any]]:
        """The arrays of the words and where they stand."""
        order = sorted(range(len(self._vocabulary)), key=lambda number: self._vocabulary[number][0])
        ranks = np.empty(len(order), np.int32)
        ranks[order] = np.arange(len(order), dtype=np.int32)
        strings = StringCollector()
        for number in order:
            strings.add(self._vocabulary[number][2])
        words = np.asarray(self._words, np.int32)
        for begin in range(0, len(words), _CHUNK):  # in place: there are hundreds of millions in a large index
            words[begin : begin + _CHUNK] = ranks[words[begin : begin + _CHUNK]]
        return {
            "words.keys": np.array([self._vocabulary[number][0] for number in order], np.uint64),
            "words.term_keys": np.array([self._vocabulary[number][1] for number in order], np.uint64),
            "words.beginnings": np.array(
                [key for number in order for key in make_beginning_keys(self._vocabulary[number][2])], np.uint64
            ),
            **strings.build().name_arrays("words.strings"),
            "tokens.words": words,
            "tokens.marks": np.frombuffer(self._marks, np.uint8),
            "tokens.starts": np.asarray(self._starts, np.int64),
        }


def join_tokens(parts: Sequence[Arrays], stretches: Sequence[tuple[int, int, int]]) -> dict[str, NDArray[Any]]:
    """The words of stretches of passages (part, first, stop) of several indexes, with the words that occur in them."""
    spans = [(part, *_find_tokens(parts[part], first, stop)) for part, first, stop in stretches]
    used = [_find_used(arrays, [span for span in spans if span[0] == part]) for part, arrays in enumerate(parts)]
    keys = [arrays["words.keys"][rows] for arrays, rows in zip(parts, used, strict=True)]
    union = list_different(np.concatenate([*keys, np.empty(0, np.uint64)]))
    term_keys, beginnings = np.empty(len(union), np.uint64), np.empty((len(union), 3), np.uint64)
    strings, places = [], []
    is_missing = np.ones(len(union), np.bool_)
    new_rows = []
    for arrays, rows, own in zip(parts, used, keys, strict=True):
        at = union.searchsorted(own)
        new_rows.append(np.full(len(arrays["words.keys"]), -1, np.int32))
        new_rows[-1][rows] = at
        rows, at = rows[is_missing[at]], at[is_missing[at]]  # a word that several have is taken from the first
        is_missing[at] = False
        term_keys[at] = arrays["words.term_keys"][rows]
        beginnings[at] = arrays["words.beginnings"].reshape(-1, 3)[rows]
        strings.append((take_strings(arrays, "words.strings"), rows))
        places.append(at)
    order = np.argsort(np.concatenate([*places, np.empty(0, np.int64)]), kind="stable")
    words = [new_rows[part][parts[part]["tokens.words"][begin:end]] for part, begin, end in spans]
    marks = [parts[part]["tokens.marks"][begin:end] for part, begin, end in spans]
    sizes = [np.diff(parts[part]["tokens.starts"][first : stop + 1]) for part, first, stop in stretches]
    return {
        "words.keys": union,
        "words.term_keys": term_keys,
        "words.beginnings": beginnings.ravel(),
        **gather_strings(strings, order).name_arrays("words.strings"),
        "tokens.words": np.concatenate([np.empty(0, np.int32), *words]),
        "tokens.marks": np.concatenate([np.empty(0, np.uint8), *marks]),
        "tokens.starts": np.cumsum(np.concatenate([np.zeros(1, np.int64), *sizes])),
    }


def _find_tokens(arrays: Arrays, first: int, stop: int) -> tuple[int, int]:
    """The tokens [begin, end) of the passages [first, stop)."""
    starts = arrays["tokens.starts"]
    return int(starts[first]), int(starts[stop])


def _find_used(arrays: Arrays, spans: Sequence[tuple[int, int, int]]) -> Starts:
    """The rows of the words that occur in spans of tokens, ascending."""
    is_used = np.zeros(len(arrays["words.keys"]), np.bool_)
    for _, begin, end in spans:
        is_used[arrays["tokens.words"][begin:end]] = True
    return np.flatnonzero(is_used)


def take_words(arrays: Arrays) -> WordTable:
    """The table of words among stored arrays."""
    return WordTable(
        keys=arrays["words.keys"],
        terms=arrays["words.terms"],
        beginnings=arrays["words.beginnings"].reshape(-1, 3),
        strings=take_strings(arrays, "words.strings"),
    )


def take_tokens(arrays: Arrays) -> TokenStore:
    """The words of passages among stored arrays."""
    return TokenStore(arrays["tokens.words"], arrays["tokens.marks"], arrays["tokens.starts"])
