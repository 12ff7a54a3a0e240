"""Words that people use for the same relation: what a question calls "own", a document may call "belongs to"."""

from functools import lru_cache
from pathlib import Path

from moe_core.text.tokens import fold, stem
from moe_kit.extraction.likeness import TermSet

RELATIONS_FILE = Path(__file__).with_name("relations.txt")
"""Words of one relation in each line."""
SAME_RELATION = 0.85  # what another word for a term is worth beside the term itself

# Verbs that join anything to anything: the sentence that answers has another one, or none.
LIGHT_WORDS = frozenset(
    stem(word)
    for word in """have has had get gets got give gives given offer offers offered provide provides make makes made do
    go goes gone come comes take takes took say says said tell call called name set put run use used want need needs
    work happen happened ask asks asked like include includes contain contains
    must should shall during happen happens within each muss sollte während
    people person employee employees visitor visitors guest guests customer customers user users client clients
    resident residents
    exact exactly currently actually really please high hoch gibt geben bietet macht hat haben gilt""".split()
)


def _read_relations() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in RELATIONS_FILE.read_text(encoding="utf-8").splitlines():
        stems = {stem(word) for word in fold(row).split()}
        for term in stems:
            found.setdefault(term, set()).update(stems)
    return {term: frozenset(others) for term, others in found.items()}


_BY_TERM = _read_relations()


@lru_cache(4096)
def find_related(term: str) -> frozenset[str]:
    """Stems that are used for the same relation as a stem; none for most."""
    return _BY_TERM.get(term, frozenset()) - {term}


def find_level(term: str, there: TermSet) -> float:
    """How well a text says a term, in [0, 1]: itself, a form of it, a compound with it, or another word for it."""
    level = there.find_likeness(term)
    if level < SAME_RELATION and any(there.has(other) for other in find_related(term)):
        return SAME_RELATION
    return level
