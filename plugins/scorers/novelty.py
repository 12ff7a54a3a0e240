"""What an output says that the others of its round do not."""

from moe_core import Scorer, ScorerInput, hookimpl
from moe_core.text.tokens import find_terms
from moe_kit.extraction.likeness import TermSet
from moe_kit.support.reading import read_text

_NAME_WEIGHT = 2.0  # chosen: a name or a figure that is new says more than another new word


class Novelty(Scorer):
    """The share of an output's terms that no other output has, in another form either.

    Sum of w x (1 - likeness) over its distinct terms, of the sum of w; the likeness of a term is its best one to all
    other outputs together (1 the same, 0.7 another form, 0.6 a part), w is 2 for names and figures, else 1.

    Another output never raises it. 1 without others; 0 for an output that says nothing. Source: the count of new words
    (Allan, Wade and Bolivar, "Retrieval and Novelty Detection at the Sentence Level", 2003), with soft matching and
    weights.
    """

    name = "novelty"
    summary = "Share of what it says that the other outputs do not"

    async def score(self, subject: ScorerInput) -> float:
        """The weighted share."""
        names = read_text(subject.output).names
        weights = {
            term: _NAME_WEIGHT if term in names or term.isdecimal() else 1.0 for term in find_terms(subject.output)
        }
        if not weights:
            return 0.0
        known = TermSet(frozenset(term for other in subject.others for term in find_terms(other)))
        new = sum(weight * (1 - known.find_likeness(term)) for term, weight in weights.items())
        return new / sum(weights.values())


@hookimpl
def moe_scorers() -> list[type[Scorer]]:
    """The scorer."""
    return [Novelty]
