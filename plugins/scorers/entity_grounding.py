"""Whether an output's names and figures stand in its evidence."""

from moe_core import Scorer, ScorerInput, hookimpl
from moe_core.text.sentences import split_sentences
from moe_kit.support.check import Given, Source, find_unsupported


class EntityGrounding(Scorer):
    """The share of an output's sentences that its evidence supports; 0 for an output that says nothing.

    It uses the check that statements pass before they are shown: names, figures with units, negations, who does what,
    and enough of the other words.
    """

    name = "entity_grounding"
    summary = "Share of the sentences whose names, figures and negations stand in the evidence"

    async def score(self, subject: ScorerInput) -> float:
        """Supported sentences, of all."""
        sentences = [subject.output[start:end] for start, end in split_sentences(subject.output)]
        sources = [Source(text=item.text, context=item.title) for item in subject.evidence]
        if not sentences or not sources:
            return 0.0
        given = Given(question=subject.question)
        return sum(find_unsupported(one, sources, given) is None for one in sentences) / len(sentences)


@hookimpl
def moe_scorers() -> list[type[Scorer]]:
    """The scorer."""
    return [EntityGrounding]
