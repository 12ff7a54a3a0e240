"""Whether an output agrees with the others of its round."""

from moe_core import Scorer, ScorerInput, hookimpl
from moe_core.text.sentences import split_sentences
from moe_kit.extraction.likeness import TermSet
from moe_kit.support.polarity import find_contradiction
from moe_kit.support.reading import Reading, read_text
from moe_kit.support.roles import find_exchanged

_SAME_MATTER = 0.6  # chosen: share of the shorter sentence's words of weight that the other one has


class Consistency(Scorer):
    """The share of the others' outputs that do not contradict it, on average over its sentences.

    1 - mean over sentences s of |others with a sentence that contradicts s| / |others|. Two sentences on the same
    matter contradict each other when one denies what the other says, says the opposite, has exchanged who does what, or
    has another figure of the same unit.

    Another output that agrees never lowers it. 1 without others; 0 for an output that says nothing. Source: agreement
    among samples (Manakul et al., "SelfCheckGPT", 2023), with rules in place of a model of entailment.
    """

    name = "consistency"
    summary = "Share of the other outputs that do not contradict it"

    async def score(self, subject: ScorerInput) -> float:
        """The mean over its sentences."""
        sentences = _read_sentences(subject.output)
        if not sentences:
            return 0.0
        others = [read for other in subject.others if (read := _read_sentences(other))]
        if not others:
            return 1.0
        against = sum(any(_contradicts(one, its) for its in other) for one in sentences for other in others)
        return 1 - against / (len(sentences) * len(others))


def _read_sentences(text: str) -> list[Reading]:
    readings = [read_text(text[start:end]) for start, end in split_sentences(text)]
    return [reading for reading in readings if reading.stems or reading.figures]


def _contradicts(one: Reading, other: Reading) -> bool:
    if not _has_same_matter(one, other):
        return False
    is_denied = find_contradiction(one, other) is not None and find_contradiction(other, one) is not None
    return is_denied or find_exchanged(one, other) is not None or _has_other_figure(one, other)


def _has_same_matter(one: Reading, other: Reading) -> bool:
    shorter, longer = sorted((_list_content(one), _list_content(other)), key=len)
    there = TermSet(longer)
    found = sum(there.find_likeness(stem) > 0 for stem in shorter)
    return bool(shorter) and found >= _SAME_MATTER * len(shorter)


def _list_content(reading: Reading) -> frozenset[str]:
    return frozenset(word.stem for word in reading.words if not word.is_weak)


def _has_other_figure(one: Reading, other: Reading) -> bool:
    """Whether each says an amount of some unit that the other says otherwise."""
    here = [figure for figure in one.figures if not figure.is_weak]
    there = [figure for figure in other.figures if not figure.is_weak]
    for figure in here:
        rivals = [its for its in there if its.unit == figure.unit]
        same = [own for own in here if own.unit == figure.unit]
        if rivals and not any(own.is_like(its) for own in same for its in rivals):
            return True
    return False


@hookimpl
def moe_scorers() -> list[type[Scorer]]:
    """The scorer."""
    return [Consistency]
