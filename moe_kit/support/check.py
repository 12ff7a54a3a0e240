"""Holding a statement against the texts that it cites."""

from collections.abc import Iterator, Sequence

import msgspec

from moe_core.text.sentences import split_sentences
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.query import TASK_WORDS
from moe_kit.support.polarity import find_contradiction
from moe_kit.support.reading import Reading, SaidWord, read_text
from moe_kit.support.roles import find_exchanged

WORDS_MIN = 0.85  # share of a statement's plain words that its sources must say; benchmarks/answers/support.py


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A text that a statement cites.

    Attributes:
        text: The very words.
        context: What they stand under: title, heading, the sentence that they lean on.
        around: The whole passage; what the question names may stand anywhere in it.
    """

    text: str
    context: str = ""
    around: str = ""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What a statement may say besides what it cites.

    Attributes:
        question: What was asked: its words need not be cited if the passage has them.
        computed: Results of tools: what they say needs no citation.
    """

    question: str = ""
    computed: str = ""


_NOTHING = Given()


def find_unsupported(statement: str, sources: Sequence[Source], given: Given = _NOTHING) -> str | None:
    """What of a statement its sources don't say, in words for a note; None when all of it is supported.

    Names and figures must stand in one source, or in several that share a name. What a source denies must not be
    affirmed, nor the reverse; names and figures must not have changed places; and enough of the other words must be
    there.
    """
    if not sources:
        return "no source"
    plain = _join(statement)
    if plain and any(plain in _join(source.text) for source in sources):
        return None
    sentences = [statement[start:end] for start, end in split_sentences(statement)] or [statement]
    return next(filter(None, (_check_sentence(sentence, sources, given) for sentence in sentences)), None)


def _check_sentence(sentence: str, sources: Sequence[Source], given: Given) -> str | None:
    reading = read_text(sentence)
    problems = []
    for group in _list_groups(sources):
        problem = _check(reading, group, given)
        if problem is None:
            return None
        problems.append(problem)
    return problems[-1]


def _list_groups(sources: Sequence[Source]) -> Iterator[Sequence[Source]]:
    """Each source alone, then those together that share a name."""
    for source in sources:
        yield (source,)
    left = list(sources)
    while len(left) > 1:
        group = [left.pop(0)]
        names = _find_names(group[0])
        while joined := next((source for source in left if names & _find_names(source)), None):
            left.remove(joined)
            group.append(joined)
            names |= _find_names(joined)
        if len(group) > 1:
            yield group


def _find_names(source: Source) -> frozenset[str]:
    return read_text(source.text).names | read_text(source.context).stems


def _check(reading: Reading, group: Sequence[Source], given: Given) -> str | None:
    said = [read_text(source.text) for source in group]
    context = read_text("\n".join(source.context for source in group))
    around = read_text("\n".join(source.around for source in group)) if given.question else context
    asked = read_text(given.question)
    return (
        _find_foreign_figure(reading, [*said, context], asked, around, read_text(given.computed))
        or _find_foreign_word(reading, [*said, context, read_text(given.computed)], asked, around)
        or find_contradiction(reading, read_text("\n".join(source.text for source in group)))
        or next(filter(None, (find_exchanged(reading, one) for one in said)), None)
    )


def _find_foreign_figure(
    reading: Reading, said: Sequence[Reading], asked: Reading, around: Reading, computed: Reading
) -> str | None:
    for figure in reading.figures:
        known = [other for one in said for other in one.figures] + list(computed.figures)
        if any(figure.is_like(other) for other in asked.figures):
            known += around.figures
        if not figure.is_weak and not any(figure.is_like(other) for other in known):
            return reading.text[figure.start : figure.end]
    return None


def _find_foreign_word(reading: Reading, said: Sequence[Reading], asked: Reading, around: Reading) -> str | None:
    """A name that is nowhere, or the first plain word that is when too many are."""
    there = TermSet(frozenset().union(*(one.stems for one in said)) | (asked.stems & around.stems))
    plain: list[SaidWord] = []
    for word in reading.words:
        if word.is_weak or word.folded in TASK_WORDS:
            continue
        if word.is_name or word.is_lead:
            if there.find_likeness(word.stem) < 1.0 and not (word.is_lead and there.find_likeness(word.stem)):
                return word.folded
        else:
            plain.append(word)
    missing = [word for word in plain if not there.find_likeness(word.stem)]
    verb = next((word for word in missing if word.follows_verb), None)
    if verb is not None or len(missing) > (1 - WORDS_MIN) * len(plain):
        return (verb or missing[0]).folded
    return None


def _join(text: str) -> str:
    return " ".join(text.split())
