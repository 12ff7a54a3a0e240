"""Names of passages found in texts: the longest ones first, read as names by how they are written."""

import math
from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.entries import WEIGHT_SCALE
from moe.knowledge.analysis.keys import FACTOR
from moe.knowledge.analysis.marks import FOLLOWS_SPACE, IS_CAPITAL, IS_NUMBER
from moe.knowledge.analysis.words import Word
from moe.knowledge.graph.question.runs import KeySieve, find_runs
from moe.knowledge.index.format.index import PassageIndex
from moe.knowledge.index.format.tokens import TokenBatch

_FILTER_BITS_PER_NAME = 16  # chosen: wrong hits only cost a second look
_USUALLY_LOWER = 0.6  # share of passages that write a word in lower case, from which it is no name by itself
_USUALLY_LOWER_AT_START = 0.3  # the same at the beginning of a text, where every word has a capital
_CONCEPT_CERTAINTY = 0.35  # of one rare word in lower case
_PHRASE_CERTAINTY = 0.5  # of several
_CONCEPT_LETTERS = 5
_MOST_PERSONS = 30  # that one beginning may stand for
_MOST_GIVEN = 3

Keys = NDArray[np.uint64]
Candidates = dict[int, list[tuple[int, int]]]


class Mention(msgspec.Struct, frozen=True):
    """The words [first, stop) are a name.

    Attributes:
        row: The name's row in the index.
        certainty: That the words are meant as a name, in (0, 1].
        is_lower: None of them begins with a capital letter or a digit.
    """

    row: int
    first: int
    stop: int
    certainty: float
    is_lower: bool


class _Span(msgspec.Struct, frozen=True):
    """Words of one or several texts with what tells names from other words; columns of shape (words,).

    Attributes:
        keys: Of the words.
        marks: Flags of `moe.knowledge.analysis.marks`.
        rows: Of the table of words, -1 for an unknown one.
        terms: Rows of their terms; -1 for an unknown one.
        is_content: False for stop words.
        owners: The text that each belongs to.
    """

    keys: Keys
    marks: list[int]
    rows: NDArray[np.int32]
    terms: list[int]
    is_content: list[bool]
    owners: NDArray[np.int64]


class NameReader:
    """Finds names of the index's passages."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        bits = max(10, (len(index.names) * _FILTER_BITS_PER_NAME).bit_length())
        self._sieve = KeySieve(index.names.key_columns, bits=bits)
        # Of terms by row, -1 for an unknown one; a passage asks for the same common ones as the one before.
        self._rarities = {-1: measure_rarity(len(index), 0)}
        self._lower_shares = {-1: 0.0}
        self._rarity_floor = math.log(max(len(index), 10)) - 2.3

    def find_in_texts(self, tokens: TokenBatch) -> list[Mention]:
        """Names in the texts of passages, in order, none within another."""
        terms = self._index.words.terms_of(tokens.words)
        span = _Span(
            keys=self._index.words.keys_of(tokens.words),
            marks=tokens.marks.tolist(),
            rows=tokens.words,
            terms=terms.tolist(),
            is_content=(terms >= 0).tolist(),
            owners=tokens.owners,
        )
        persons = self._find_persons(span, tokens.marks)
        return list(self._iterate_mentions(span, self._find_names(span), persons, is_question=False))

    def find_in_question(self, words: Sequence[Word], marks: bytes) -> list[Mention]:
        """Names in the words of a question."""
        keys = np.array([word.key for word in words], dtype=np.uint64)
        span = _Span(
            keys=keys,
            marks=list(marks),
            rows=self._index.words.find_many(keys),
            terms=self._index.terms.find_many(np.array([word.term_key for word in words], dtype=np.uint64)).tolist(),
            is_content=[bool(word.term_key) for word in words],
            owners=np.zeros(len(words), dtype=np.int64),
        )
        return list(self._iterate_mentions(span, self._find_names(span), {}, is_question=True))

    def find_rarity(self, term_row: int) -> float:
        """A term's inverse document frequency; -1 is a term that no passage has."""
        rarity = self._rarities.get(term_row)
        if rarity is None:
            rarity = self._rarities[term_row] = float(self._index.idf_of(np.array([term_row]))[0])
        return rarity

    def find_lower_share(self, term_row: int) -> float:
        """Of the passages with a term, those that write it in lower case somewhere; 0 for an unknown one."""
        share = self._lower_shares.get(term_row)
        if share is None:
            share = self._lower_shares[term_row] = self._index.lower_share_of(term_row)
        return share

    def _iterate_mentions(
        self, span: _Span, names: Candidates, persons: Candidates, *, is_question: bool
    ) -> Iterator[Mention]:
        place = 0
        for first in sorted({*names, *persons}):
            if first < place:
                continue
            mention = None
            for length, row in names.get(first, ()):
                certainty = self._judge(span, first, first + length, is_question=is_question)
                if certainty > 0:
                    marks = span.marks[first : first + length]
                    is_lower = not any(mark & (IS_CAPITAL | IS_NUMBER) for mark in marks)
                    mention = Mention(row, first, first + length, certainty, is_lower)
                    break
            if first in persons and (mention is None or mention.stop == first + 1):
                length, row = persons[first][0]
                mention = Mention(row, first, first + length, 1.0, is_lower=False)
            if mention is not None:
                place = mention.stop
                yield mention

    def _find_names(self, span: _Span) -> Candidates:
        """By first word, (length, row) of the word sequences that are names, longest first."""
        firsts, lengths, keys = find_runs(span.keys, span.owners, self._sieve)
        rows = self._index.names.find_many(keys)
        is_known = rows >= 0
        candidates: Candidates = {}
        found = (column[is_known].tolist() for column in (firsts, lengths, rows))
        for first, length, row in zip(*found, strict=True):
            candidates.setdefault(first, []).insert(0, (length, row))
        return candidates

    def _find_persons(self, span: _Span, marks: NDArray[np.uint8]) -> Candidates:
        """Persons by another form of the given name: by the family name and how the given one begins.

        Longer names first, then longer beginnings.
        """
        words = self._index.words
        is_capital = (marks & IS_CAPITAL) > 0
        joined = is_capital[1:] & ((marks[1:] & FOLLOWS_SPACE) > 0) & (span.owners[1:] == span.owners[:-1])
        starts = np.flatnonzero(is_capital[:-1] & joined)
        candidates: Candidates = {}
        for gap in range(1, _MOST_GIVEN + 1):
            if gap > 1:
                starts = starts[starts + gap < len(span.keys)]
                starts = starts[joined[starts + gap - 1]]
            families = span.keys[starts + gap]
            beginnings = words.beginnings_of(span.rows[starts])
            keys = (beginnings * np.uint64(FACTOR) + families[:, None]).T  # the longest beginnings first
            at = self._sieve.find(keys)
            rows = self._index.names.find_many(keys.ravel()[at])
            at, rows = at[rows >= 0] % max(len(starts), 1), rows[rows >= 0]
            found: dict[int, tuple[int, int]] = {}
            for which, row in zip(at.tolist(), rows.tolist(), strict=True):
                if which not in found and self._index.names.size(row) <= _MOST_PERSONS:
                    found[which] = (gap + 1, row)
            for which, candidate in found.items():
                candidates.setdefault(int(starts[which]), []).insert(0, candidate)
        return candidates

    def _judge(self, span: _Span, first: int, stop: int, *, is_question: bool) -> float:
        """How surely the words are meant as a name, in [0, 1]: how they are written tells, and how rare they are."""
        content = [at for at in range(first, stop) if span.is_content[at]]
        if not content:
            return 1.0 if is_question and stop - first > 2 else 0.0
        if len(content) == 1:
            return self._judge_word(span, content[0], first, stop, is_question=is_question)
        if is_question:
            return 1.0
        written = sum(1 for at in content if span.marks[at] & (IS_CAPITAL | IS_NUMBER))
        if 2 * written > len(content):
            return 1.0
        if written:
            return 0.0
        rarity = sum(self.find_rarity(span.terms[at]) for at in content)
        return _PHRASE_CERTAINTY if rarity > self._rarity_floor + 1.5 else 0.0

    def _judge_word(self, span: _Span, at: int, first: int, stop: int, *, is_question: bool) -> float:
        """The same for a single word, perhaps with stop words around it."""
        mark = span.marks[at]
        starts = first == 0 or span.owners[first] != span.owners[first - 1]
        if mark & (IS_CAPITAL | IS_NUMBER):
            if stop - first == 1 and mark & IS_NUMBER:
                return 0.0
            if is_question and not starts:
                return 1.0
            usual = _USUALLY_LOWER_AT_START if starts and not is_question else _USUALLY_LOWER
            return 1.0 if self.find_lower_share(span.terms[at]) < usual else 0.0
        if is_question or self.find_rarity(span.terms[at]) <= self._rarity_floor:
            return 0.0
        (word,) = self._index.words.read_strings(span.rows[at : at + 1])
        return _CONCEPT_CERTAINTY if len(word) >= _CONCEPT_LETTERS else 0.0


def measure_rarity(passages: int, holders: int) -> float:
    """Inverse document frequency of a term that `holders` of `passages` have, above zero."""
    return math.log(1 + (passages - holders + 0.5) / (holders + 0.5))


def find_weights(infos: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The weights of names as shares."""
    return infos.astype(np.float64) / WEIGHT_SCALE
