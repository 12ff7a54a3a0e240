"""One passage's entries in the index."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from moe.knowledge.analysis.keys import make_name_key, make_word_key
from moe.knowledge.analysis.marks import IS_LOWER, STARTS_SENTENCE
from moe.knowledge.analysis.names import Name, find_names
from moe.knowledge.analysis.phrases import iterate_phrases
from moe.knowledge.analysis.words import Word, read_text
from moe_core.contracts.evidence import Passage
from moe_core.text.sentences import split_sentences

ANALYSIS_VERSION = 3  # an index made by another is made anew

# Of a term in a passage: how often it occurs, at most 31, and flags.
COUNT_MASK = 31
IN_LEAD = 32  # in the title or one of the first sentences, two in all
IN_NAME = 64  # part of the name that the passage most surely goes by
IN_LOWER_CASE = 128  # at least once without a capital

WEIGHT_SCALE = 200  # of names

LEAD_SENTENCES = 2  # a title counts as the first
BEGINNINGS = (3, 2, 1)  # letters of a given name by which a person may be found
_BEGINNING_SHARES = (0.4, 0.2, 0.15)  # of a name that only begins so; the fewer letters, the less


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
    phrases: dict[int, int] = {}
    lead: set[int] = set()
    sentence = 0
    for text, spans in _list_parts(passage, body):
        read = read_text(text)
        borders = _find_borders(read.starts, spans)
        written = read.list_marks()
        for border in borders:
            if border < len(written):
                written[border] |= STARTS_SENTENCE
        lead_stop = (*borders, len(read))[max(0, min(LEAD_SENTENCES - sentence, len(borders)))]
        lead.update(word[2] for word in read.words[:lead_stop])
        is_own = is_first or spans is body  # headings stand above every passage of a document, and join none of them
        for first, stop in iterate_phrases(read) if is_own else ():
            key = make_name_key(word[0] for word in read.words[first:stop])
            phrases[key] = phrases.get(key, 0) | (first < lead_stop)
        words += read.words
        marks += bytes(written)
        sentence += sum(border < len(read) for border in borders)
    counts = Counter(word[2] for word in words if word[2])
    lower = {word[2] for word in words if word[3] == IS_LOWER}
    return PassageEntries(
        words=words,
        marks=bytes(marks),
        length=counts.total(),
        terms={
            key: min(count, COUNT_MASK)
            | (IN_LEAD if key in lead else 0)
            | (IN_NAME if key in name_terms else 0)
            | (IN_LOWER_CASE if key in lower else 0)
            for key, count in counts.items()
        },
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


def _find_borders(starts: Sequence[int], spans: Sequence[tuple[int, int]]) -> list[int]:
    """The first word of each sentence; one past the last for those without words at the end."""
    return [0, *(bisect_left(starts, end) for _, end in spans[:-1])]


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
