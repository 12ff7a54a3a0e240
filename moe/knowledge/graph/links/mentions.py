"""Names of passages found in texts: the longest ones first, read as names by how they are written."""

import math
from collections.abc import Callable, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.knowledge.analysis.entries import WEIGHT_SCALE
from moe.knowledge.analysis.keys import FACTOR
from moe.knowledge.analysis.marks import FOLLOWS_SPACE, IS_CAPITAL, IS_NUMBER
from moe.knowledge.analysis.words import Word
from moe.knowledge.graph.question.runs import KeySieve, TextRuns
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

_WRITTEN = IS_CAPITAL | IS_NUMBER  # what tells a name by how it is written

Keys = NDArray[np.uint64]
Flags = NDArray[np.bool_]
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
        marks: Flags of `moe.knowledge.analysis.marks`, as far as they tell how a name is written.
        rows: Of the table of words, -1 for an unknown one.
        terms: Rows of their terms; -1 for an unknown one.
        is_content: 0 for stop words, 1 for others.
        starts: 1 where a text begins.
    """

    marks: bytes
    rows: NDArray[np.int32]
    terms: NDArray[np.integer]
    is_content: bytes
    starts: bytes


class NameReader:
    """Finds names of the index's passages."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index
        bits = max(10, (len(index.names) * _FILTER_BITS_PER_NAME).bit_length())
        self._sieve = KeySieve(index.names.key_columns, bits=bits)
        # Of terms by row, -1 for an unknown one; a passage asks for the same common ones as the one before.
        self._rarities = {-1: measure_rarity(len(index), 0)}
        self._lower_shares = {-1: 0.0}
        # By name, how it is written, and whether a text begins with it.
        self._certainties: dict[tuple[int, bytes, int], float] = {}
        self._rarity_floor = math.log(max(len(index), 10)) - 2.3

    def forget(self) -> None:
        """Let go of what was remembered of names; of terms everything is kept."""
        self._certainties = {}

    def find_in_texts(
        self, tokens: TokenBatch, terms: NDArray[np.integer], rarities: NDArray[np.float32], runs: TextRuns
    ) -> list[Mention]:
        """Names in the texts of passages, in order, none within another.

        Args:
            tokens: Of the passages.
            terms: The term of each, by row; -1 for a stop word.
            rarities: Of these terms.
            runs: Of their words.
        """
        starts = np.ones(len(tokens.owners), dtype=bool)
        np.not_equal(tokens.owners[1:], tokens.owners[:-1], out=starts[1:])
        span = _Span(
            marks=(tokens.marks & _WRITTEN).tobytes(),
            rows=tokens.words,
            terms=terms,
            is_content=(terms >= 0).tobytes(),
            starts=starts.tobytes(),
        )
        persons = self._find_persons(tokens, runs.words, ~starts)
        is_capital, is_number = (tokens.marks & IS_CAPITAL) > 0, (tokens.marks & IS_NUMBER) > 0
        may_be_name = (terms >= 0) & (is_capital | (~is_number & (rarities > self._rarity_floor)))
        return list(self._iterate_mentions(span, self._find_names(runs, may_be_name), persons, self._recall_certainty))

    def find_in_question(self, words: Sequence[Word], marks: bytes) -> list[Mention]:
        """Names in the words of a question."""
        keys = np.array([word.key for word in words], dtype=np.uint64)
        span = _Span(
            marks=bytes(mark & _WRITTEN for mark in marks),
            rows=self._index.words.find_many(keys),
            terms=self._index.terms.find_many(np.array([word.term_key for word in words], dtype=np.uint64)),
            is_content=bytes(bool(word.term_key) for word in words),
            starts=bytes(place == 0 for place in range(len(words))),
        )
        runs = TextRuns(keys, np.zeros(len(words), dtype=np.int64))
        all_words = np.ones(len(words), dtype=bool)
        return list(self._iterate_mentions(span, self._find_names(runs, all_words), {}, self._judge_asked))

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
        self, span: _Span, names: Candidates, persons: Candidates, judge: Callable[[_Span, int, int, int], float]
    ) -> Iterator[Mention]:
        place = 0
        for first in sorted({*names, *persons} if persons else names):
            if first < place:
                continue
            mention = None
            for length, row in names.get(first, ()):
                stop = first + length
                certainty = judge(span, row, first, stop)
                if certainty > 0:
                    mention = Mention(row, first, stop, certainty, not any(span.marks[first:stop]))
                    break
            if first in persons and (mention is None or mention.stop == first + 1):
                length, row = persons[first][0]
                mention = Mention(row, first, first + length, 1.0, is_lower=False)
            if mention is not None:
                place = mention.stop
                yield mention

    def _find_names(self, runs: TextRuns, may_be_name: Flags) -> Candidates:
        """By first word, (length, row) of the word sequences that are names, longest first.

        Args:
            runs: Of words.
            may_be_name: Of each word, whether it may be one by itself.
        """
        firsts, lengths, keys = runs.find(self._sieve)
        kept = np.flatnonzero((lengths > 1) | may_be_name[firsts])
        firsts, lengths, keys = firsts[kept], lengths[kept], keys[kept]
        candidates: Candidates = {}
        if not len(keys):
            return candidates
        rows = self._index.names.find_many(keys)
        found = np.flatnonzero(rows >= 0)
        columns = (firsts[found].tolist(), lengths[found].tolist(), rows[found].tolist())
        for first, length, row in zip(*columns, strict=True):
            candidates.setdefault(first, []).insert(0, (length, row))
        return candidates

    def _find_persons(self, tokens: TokenBatch, words: Keys, goes_on: Flags) -> Candidates:
        """Persons by another form of the given name: by the family name and how the given one begins.

        Args:
            tokens: Of some texts.
            words: Their keys.
            goes_on: Whether each word is of the same text as the one before.

        Returns:
            By first word, (length, row): longer names first, then longer beginnings.
        """
        is_capital = (tokens.marks & IS_CAPITAL) > 0
        joined = is_capital & goes_on & ((tokens.marks & FOLLOWS_SPACE) > 0)  # to the word before
        starts = np.flatnonzero(is_capital[:-1] & joined[1:])
        all_starts, families = [starts], [starts + 1]
        for _ in range(_MOST_GIVEN - 1):
            last = families[-1] + 1
            is_longer = np.flatnonzero(joined.take(last, mode="clip") & (last < len(joined)))
            all_starts.append(all_starts[-1][is_longer])
            families.append(last[is_longer])
        starts, family = np.concatenate(all_starts), np.concatenate(families)
        candidates: Candidates = {}
        if not len(starts):
            return candidates
        beginnings = self._index.words.beginnings_of(tokens.words[starts])
        keys = (beginnings * np.uint64(FACTOR) + words[family, None]).T  # the longest beginnings first
        at = self._sieve.find(keys)
        rows = self._index.names.find_many(keys.ravel()[at]).tolist() if len(at) else []
        found: dict[int, int] = {}
        for which, row in zip((at % len(starts)).tolist(), rows, strict=True):
            if row >= 0 and which not in found and self._index.names.size(row) <= _MOST_PERSONS:
                found[which] = row
        for which in sorted(found):  # shorter names first, so that the longest ends up in front
            first = int(starts[which])
            candidates.setdefault(first, []).insert(0, (int(family[which]) - first + 1, found[which]))
        return candidates

    def _recall_certainty(self, span: _Span, row: int, first: int, stop: int) -> float:
        """How surely words in a text are meant as a name; that name, written so, was perhaps judged before."""
        key = (row, span.marks[first:stop], span.starts[first])
        certainty = self._certainties.get(key)
        if certainty is None:
            certainty = self._certainties[key] = self._judge(span, first, stop)
        return certainty

    def _judge(self, span: _Span, first: int, stop: int) -> float:
        """How surely words in a text are meant as a name, in [0, 1]: by how they are written, and how rare they are."""
        content = [at for at in range(first, stop) if span.is_content[at]]
        if not content:
            return 0.0
        if len(content) == 1:
            return self._judge_word(span, content[0], first, stop, is_question=False)
        written = sum(1 for at in content if span.marks[at])
        if 2 * written > len(content):
            return 1.0
        if written:
            return 0.0
        rarity = sum(self.find_rarity(int(span.terms[at])) for at in content)
        return _PHRASE_CERTAINTY if rarity > self._rarity_floor + 1.5 else 0.0

    def _judge_asked(self, span: _Span, _row: int, first: int, stop: int) -> float:
        """The same for words of a question."""
        content = [at for at in range(first, stop) if span.is_content[at]]
        if not content:
            return 1.0 if stop - first > 2 else 0.0
        return 1.0 if len(content) > 1 else self._judge_word(span, content[0], first, stop, is_question=True)

    def _judge_word(self, span: _Span, at: int, first: int, stop: int, *, is_question: bool) -> float:
        """The same for a single word, perhaps with stop words around it."""
        mark = span.marks[at]
        starts = span.starts[first]
        if mark:
            if stop - first == 1 and mark & IS_NUMBER:
                return 0.0
            if is_question and not starts:
                return 1.0
            usual = _USUALLY_LOWER_AT_START if starts and not is_question else _USUALLY_LOWER
            return 1.0 if self.find_lower_share(int(span.terms[at])) < usual else 0.0
        if is_question or self.find_rarity(int(span.terms[at])) <= self._rarity_floor:
            return 0.0
        (word,) = self._index.words.read_strings(span.rows[at : at + 1])
        return _CONCEPT_CERTAINTY if len(word) >= _CONCEPT_LETTERS else 0.0


def measure_rarity(passages: int, holders: int) -> float:
    """Inverse document frequency of a term that `holders` of `passages` have, above zero."""
    return math.log(1 + (passages - holders + 0.5) / (holders + 0.5))


def find_weights(infos: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The weights of names as shares."""
    return infos.astype(np.float64) / WEIGHT_SCALE
