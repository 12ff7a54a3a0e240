"""Whether an output speaks to the question."""

from moe_core import Scorer, ScorerInput, hookimpl
from moe_core.text.tokens import find_terms
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers, find_asked_kinds
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.query import TASK_WORDS
from moe_kit.support.reading import read_text

_NAME_WEIGHT = 2.0  # chosen: a question's names say more of what it is about than its other words
_KIND_SHARE = 0.3  # chosen: an output that has the question's words and no such answer is worth seven tenths


class Relevance(Scorer):
    """Coverage of the question's words, and whether something of the kind that is asked for is there.

    0.7 x coverage + 0.3 x kind; coverage alone where no kind is asked for. Coverage is the mean likeness of the
    question's terms to the output's (1 the same, 0.7 another form, 0.6 a part), in which names and figures weigh
    twice. Kind is 1 when the output holds a date, an amount, a name, ... as the question wants one.

    More text never lowers it. Source: query-term recall with soft matching, as in the lexical matching of answer
    passages (Tellex et al., "Quantitative Evaluation of Passage Retrieval Algorithms", 2003), with the expected
    answer's type (Li and Roth, "Learning Question Classifiers", 2002).
    """

    name = "relevance"
    summary = "How much of the question the output speaks to, and whether it has the kind of answer wanted"

    async def score(self, subject: ScorerInput) -> float:
        """The weighted sum; 0 for a question or an output without words."""
        weights = _weigh_terms(subject.question)
        if not weights:
            return 0.0
        said = TermSet(find_terms(subject.output))
        covered = sum(weight * said.find_likeness(term) for term, weight in weights.items()) / sum(weights.values())
        asked = find_asked_kinds(subject.question)
        if not asked:
            return covered
        has_kind = any(_holds(subject, one) for one in asked)
        return (1 - _KIND_SHARE) * covered + _KIND_SHARE * has_kind


def _weigh_terms(question: str) -> dict[str, float]:
    reading = read_text(question)
    tasks = {word.stem for word in reading.words if word.folded in TASK_WORDS}
    names = reading.names
    return {
        term: _NAME_WEIGHT if term in names or term.isdecimal() else 1.0
        for term in find_terms(question)
        if term not in tasks
    }


def _holds(subject: ScorerInput, asked: AskedKind) -> bool:
    if asked.kind is AnswerKind.NAME:
        return bool(read_text(subject.output).names - read_text(subject.question).stems)
    return bool(find_answers(subject.output, asked))


@hookimpl
def moe_scorers() -> list[type[Scorer]]:
    """The scorer."""
    return [Relevance]
