"""One passage's entries in the index."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from moe.knowledge.analysis.keys import make_name_key, make_word_key
from moe.knowledge.analysis.marks import IS_LOWER, STARTS_SENTENCE, iterate_marks
from moe.knowledge.analysis.names import Name, find_names
from moe.knowledge.analysis.phrases import iterate_phrases
from moe.knowledge.analysis.words import PlacedWord, Word, place_words
from moe_core.contracts.evidence import Passage
from moe_core.text.sentences import split_sentences

ANALYSIS_VERSION = 3  # an index made by another is made anew

# Of a term in a passage: how often it occurs, at most 31, and flags.
COUNT_MASK = 31
IN_LEAD = 32  # in the title or one of the first sentences, two in all
IN_NAME = 64  # part of the name that the passage most surely goes by
IN_LOWER_CASE = 128  # at least once without a capital

WEIGHT_SCALE = 200  # of names

LEAD_SENTENCES = 2
_COUNT_SHIFT = 8
_ONE = 1 << _COUNT_SHIFT
_FLAGS_MASK = _ONE - 1
BEGINNINGS = (3, 2, 1)  # letters of a given name by which a person may be found
_BEGINNING_SHARES = (0.4, 0.2, 0.15)


@dataclass(frozen=True, slots=True)
class PassageEntries:
    """What a passage adds to the index.

    Attributes:
        words: Of title, section and text, in order.
        marks: Flags of each word (`moe.knowledge.analysis.marks`).
        length: Terms, repeats counted.
        terms: Key of a stem -> count and flags (`COUNT_MASK`, `IN_LEAD`, `IN_NAME`, `IN_LOWER_CASE`).
        names: Key of a name -> weight, 1 to `WEIGHT_SCALE`.
        phrases: Key of a capitalised phrase -> 1 if it stands in the title or the first sentences, else 0.
    """

    words: Sequence[Word]
    marks: bytes
    length: int
    terms: Mapping[int, int]
    names: Mapping[int, int]
    phrases: Mapping[int, int]


def make_entries(passage: Passage, *, is_first: bool = True) -> PassageEntries:
    """Read a passage.

    Args:
        passage: With its title and section.
        is_first: Whether its document begins with it; the title names the others less surely.
    """
    body = split_sentences(passage.text)
    names = find_names(passage, body, is_first=is_first)
    name_terms = {word.term_key for word in names[0].words} if names else set()
    words: list[Word] = []
    marks = bytearray()
    terms: dict[int, int] = {}  # flags in the low byte, the count above
    phrases: dict[int, int] = {}
    sentence = -1
    for text, spans in _list_parts(passage, body):
        placed = place_words(text)
        sentences = _number_sentences(placed, spans, sentence + 1)
        for (word, _, _), number, mark in zip(placed, sentences, iterate_marks(text, placed), strict=True):
            marks.append(mark if number == sentence else mark | STARTS_SENTENCE)
            sentence = number
            key = word[2]
            if key:
                flags = IN_LEAD if number < LEAD_SENTENCES else 0
                if mark & IS_LOWER:
                    flags |= IN_LOWER_CASE
                terms[key] = (terms.get(key, 0) + _ONE) | flags
        is_own = is_first or spans is body  # headings stand above every passage of a document, and join none of them
        for first, stop in iterate_phrases(text, placed) if is_own else ():
            key = make_name_key(placed[place].word.key for place in range(first, stop))
            phrases[key] = phrases.get(key, 0) | (sentences[first] < LEAD_SENTENCES)
        words += [word for word, _, _ in placed]
    for key in name_terms & terms.keys():
        terms[key] |= IN_NAME
    return PassageEntries(
        words=words,
        marks=bytes(marks),
        length=sum(packed >> _COUNT_SHIFT for packed in terms.values()),
        terms={key: min(packed >> _COUNT_SHIFT, COUNT_MASK) | packed & _FLAGS_MASK for key, packed in terms.items()},
        names=_weigh_names(names),
        phrases=phrases,
    )


@lru_cache(1 << 16)
def make_beginning_keys(word: str) -> tuple[int, ...]:
    """Keys of a folded word's first three, two letters and first one; with a family name's they make a person's."""
    return tuple(make_word_key(f"~{word[:length]}") for length in BEGINNINGS)


def _list_parts(passage: Passage, body: list[tuple[int, int]]) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Title, section and text, each with its sentences."""
    section = f"{passage.section} > ".removeprefix(f"{passage.title} > ").strip(" >")
    for heading in (passage.title, section):
        if heading:
            yield heading, [(0, len(heading))]
    yield passage.text, body


def _number_sentences(words: Sequence[PlacedWord], spans: Sequence[tuple[int, int]], first: int) -> list[int]:
    """The sentence of each word, from `first`."""
    numbers = []
    at = 0
    for word in words:
        while at < len(spans) - 1 and word.start >= spans[at][1]:
            at += 1
        numbers.append(first + at)
    return numbers


def _weigh_names(names: Sequence[Name]) -> dict[int, int]:
    weights: dict[int, float] = {}
    for name in names:
        weights[name.key] = max(weights.get(name.key, 0.0), name.weight)
        if name.is_person:
            for key, share in _iterate_person_keys(name.words):
                weights[key] = max(weights.get(key, 0.0), share * name.weight)
    return {key: max(1, round(weight * WEIGHT_SCALE)) for key, weight in weights.items()}


def _iterate_person_keys(words: Sequence[Word]) -> Iterator[tuple[int, float]]:
    """Keys that find a person by the beginning of any given name and the family name."""
    family = words[-1]
    if len(words) < 2 or len(family.folded) < 3 or not all(word.is_capital for word in words):
        return
    for given in words[:-1]:
        for length, key, share in zip(BEGINNINGS, make_beginning_keys(given.folded), _BEGINNING_SHARES, strict=True):
            if len(given.folded) >= length:
                yield make_name_key((key, family.key)), share
