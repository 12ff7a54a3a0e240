"""Words that people use for the same relation: what a question calls "own", a document may call "belongs to"."""

from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from moe_core.text.tokens import fold, stem
from moe_kit.extraction.likeness import TermSet

WORDS_FOLDER = Path(__file__).with_name("words")
"""same.txt: in each line words of one relation. near.txt: in each line a word, and words that are near to it."""
RELATED_FILE = WORDS_FOLDER / "related.tsv"
"""The same by stem, as it is looked up; written by benchmarks/answers/build_relations.py."""
SAME_RELATION = 0.85  # what another word for a term is worth beside the term itself
NEAR_RELATION = 0.4  # what a word near to a term is worth, its kind or part: no more than the term said nearby

# Verbs that join anything to anything: the sentence that answers has another one, or none.
LIGHT_WORDS = frozenset(
    stem(word)
    for word in """have has had get gets got give gives given offer offers offered provide provides make makes made do
    go goes gone come comes take takes took say says said tell call called name set put run use used want need needs
    work happen happened ask asks asked like include includes contain contains
    must should shall during happen happens within each muss sollte während
    people person employee employees visitor visitors guest guests customer customers user users client clients
    resident residents
    exact exactly currently actually really please high hoch gibt geben bietet macht machen hat haben gilt""".split()
)


class RelatedTerms(msgspec.Struct, frozen=True):
    """Stems that are used for the same relation as a stem, and stems near to it."""

    same: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()


def build_related(same: Iterable[str], near: Iterable[str]) -> str:
    """The text of `RELATED_FILE`, of the lines of the two lists: a stem, those of its relation, those near to it."""
    told: dict[str, tuple[set[str], set[str]]] = {}
    for row in same:
        stems = [stem(word) for word in fold(row).split()]
        for term in stems:
            told.setdefault(term, (set(), set()))[0].update(stems)
    for row in near:
        head, *others = [stem(word) for word in fold(row).split()]
        for other in others:
            told.setdefault(head, (set(), set()))[1].add(other)
            told.setdefault(other, (set(), set()))[1].add(head)
    lines = (
        (term, " ".join(sorted(equal - {term})), " ".join(sorted(close - equal - {term})))
        for term, (equal, close) in sorted(told.items())
    )
    return "".join(f"{term}\t{equal}\t{close}\n" for term, equal, close in lines if equal or close)


@lru_cache(4096)
def find_related(term: str) -> RelatedTerms:
    """What is said of a stem; nothing of most."""
    text = _read_file()
    low, high = 0, len(text)
    while low < high:  # both stand at the begin of a line
        begin = text.rfind("\n", low, (low + high) // 2) + 1 or low
        end = text.index("\n", begin) + 1
        found, same, near = text[begin : end - 1].split("\t")
        if found == term:
            return RelatedTerms(frozenset(same.split()), frozenset(near.split()))
        low, high = (end, high) if found < term else (low, begin)
    return RelatedTerms()


def is_known(term: str) -> bool:
    """Whether a stem stands in the lists of words."""
    related = find_related(term)
    return bool(related.same or related.near)


def find_level(term: str, there: TermSet) -> float:
    """How well a text says a term, in [0, 1]: itself, a form of it, a compound with it, or another word for it."""
    level = there.find_likeness(term)
    if level < SAME_RELATION and any(there.has(other) for other in find_related(term).same):
        return SAME_RELATION
    return level


def find_loose_level(term: str, there: TermSet) -> float:
    """The same, where a word near to the term counts a little: it tells what a text speaks of, not what it says."""
    level = find_level(term, there)
    if level < NEAR_RELATION and any(there.has(other) for other in find_related(term).near):
        return NEAR_RELATION
    return level


@cache
def _read_file() -> str:
    return RELATED_FILE.read_text(encoding="utf-8")
