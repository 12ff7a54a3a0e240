"""Words of one root: how far a question's word stands in a text in another form, or as part of a compound."""

from collections.abc import Collection
from functools import lru_cache

from moe_core.text.tokens import find_terms, stem

SAME_ROOT = 0.7
PART_OF_WORD = 0.6
_ROOT_MIN = 4  # letters that two forms of a word begin with
_WORD_MIN = 5  # letters of a word that may be part of another one
_COMPOUND_MAX = 80  # letters of a word that is looked through for others; the longest in use have seventy
_ROOT_SHARE = (
    0.6  # of the question's word; 0.7 of the shorter one: "restore" and "restoration", not "state" and "station"
)
_SHORTER_SHARE = 0.7

# Function words of other languages than English: what a question in one of them is put with.
FUNCTION_WORDS = frozenset(
    stem(word)
    for word in """
    wer was wann wo wie viel viele welche welcher welches welchen welchem warum wessen wem wen der die das den dem des
    ein eine einer einem einen und oder in im am an auf von vom zu zum zur mit fur bei nach aus uber unter vor durch ist
    sind war waren wird werden wurde wurden hat haben hatte hatten sich es er sie als auch nicht nur so um dass man noch
    que quien quienes cual cuales cuando donde como cuanto cuantos cuanta cuantas por el la los las un una unos unas de
    del al en y o con para sin sobre es son era eran fue fueron ha han habia se su sus lo le les no mas qui quoi quand
    ou comment combien quel quelle quels quelles pourquoi du et au aux est sont etait dans sur avec pour par ne pas plus
    ce cette ces son sa ses il elle on что кто где когда как какой какая какие какое сколько почему чем кого чего в на с
    и из по к от для о об у за при не был была было были это его ее их он она они
    """.split()
)


class TermSet:
    """The terms of a text, to be asked how well they hold one of another form."""

    def __init__(self, terms: Collection[str]) -> None:
        """Index the terms; letters that many begin with are looked up, never compared one by one."""
        self._terms = frozenset(terms)
        self._all = f" {' '.join(self._terms)} "
        self._likenesses: dict[str, float] = {}
        self._by_root: dict[str, list[str]] = {}
        for term in self._terms:
            self._by_root.setdefault(term[:_ROOT_MIN], []).append(term)

    def has(self, term: str) -> bool:
        """Whether the very term is there."""
        return term in self._terms

    def find_likeness(self, term: str) -> float:
        """1 for the very term, less for another form of it or a compound with it, else 0."""
        if term in self._terms:
            return 1.0
        if len(term) < _WORD_MIN:
            return 0.0
        if term not in self._likenesses:
            self._likenesses[term] = self._compare(term)
        return self._likenesses[term]

    def _compare(self, term: str) -> float:
        if any(_is_same_root(term, other) for other in self._by_root.get(term[:_ROOT_MIN], ())):
            return SAME_ROOT
        return PART_OF_WORD if term in self._all or self._holds_part(term) else 0.0

    def _holds_part(self, term: str) -> bool:
        size = len(term)
        if size > _COMPOUND_MAX:
            return False
        return any(
            term[start:stop] in self._terms
            for start in range(size - _WORD_MIN + 1)
            for stop in range(start + _WORD_MIN, size + 1)
        )


@lru_cache(maxsize=4096)  # each agent of a run looks into the same sentences
def hold_terms(terms: frozenset[str]) -> TermSet:
    """The set of these terms."""
    return TermSet(terms)


@lru_cache(maxsize=4096)
def read_terms(text: str) -> TermSet:
    """The set of a text's terms."""
    return TermSet(find_terms(text))


def _is_same_root(term: str, other: str) -> bool:
    shorter = min(len(term), len(other))
    same = next((place for place in range(shorter) if term[place] != other[place]), shorter)
    return same >= _ROOT_MIN and same >= _SHORTER_SHARE * shorter and same >= _ROOT_SHARE * len(term)
