"""Runs of words in a sentence that may be an answer: no border inside, no small word at either end."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import msgspec

from moe_core.text.tokens import STOP_WORDS, fold, stem
from moe_kit.extraction.german import is_german
from moe_kit.extraction.likeness import FUNCTION_WORDS, TermSet
from moe_kit.extraction.relations import find_level, is_known
from moe_kit.extraction.somebody import names_people

_INITIAL = re.compile(r"[A-ZÄÖÜ]\.")
_WORD = re.compile(
    r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|Jr|No|v|vs|[A-ZÄÖÜ])\.(?=\s?\w)"
    r"|(?<![\w/@.])[\w.+~/\\-]*[@/\\][\w.@/\\-]*\w"
    r"|[$€£¥]?\w+(?:(?:[.,’'–/:-](?!s\b)|['’](?=s [A-Z]))\w+)*(?:\s?%)?|['’]s\b|[^\w\s]"
)
_WORDS_MAX = 6
_LIST_WORDS_MAX = 14  # of names that stand side by side
_SENTENCE_WORDS_MAX = 90  # what is longer is a table or a list
_HARD_BORDER = frozenset('.;:()[]{}|?!"“”„«»<>*#=')
_OPENERS = frozenset(
    """since when while if although though unless once whenever whoever dann wenn als da weil seit obwohl falls nachdem
    bevor sobald solange hier dort heute jetzt""".split()
)
_JOINS = frozenset(", and und of the & de von van".split())


class SpanWord(msgspec.Struct, frozen=True):
    """A word or a mark of a sentence.

    Attributes:
        is_small: A function word or a mark: nothing that an answer begins or ends with.
        level: How well it says a word of the question, in [0, 1].
        place: Of that word among the question's, in [0, 1]; -1 without one.
        is_new: Something that the question does not say.
    """

    text: str
    folded: str
    start: int
    end: int
    is_small: bool
    level: float
    place: float
    is_new: bool


class ReadSentence(msgspec.Struct, frozen=True, dict=True):
    """A sentence taken apart.

    Attributes:
        covered: Share of the question's weight that it says.
        order: Of the sentence among those that are quoted.
    """

    text: str
    words: tuple[SpanWord, ...]
    covered: float
    order: int
    is_german: bool

    @cached_property
    def met(self) -> tuple[int, ...]:
        """Places of the words that the question says, too."""
        return tuple(place for place, word in enumerate(self.words) if word.level)


class SpanCandidate(msgspec.Struct, frozen=True):
    """Words [first, last] of a sentence."""

    sentence: ReadSentence
    first: int
    last: int

    @property
    def start(self) -> int:
        """Of its characters."""
        return self.sentence.words[self.first].start

    @property
    def end(self) -> int:
        """Behind its last character."""
        return self.sentence.words[self.last].end

    @property
    def text(self) -> str:
        """As the sentence writes it."""
        return self.sentence.text[self.start : self.end]


def read_sentence(text: str, terms: Mapping[str, float], asked: Sequence[str], order: int) -> ReadSentence:
    """Take a sentence apart.

    Args:
        terms: Stems of the question's words with their weights.
        asked: Stems of all words of the question, in order.
        order: Of the sentence among those that are quoted.
    """
    places = {term: asked.index(term) / len(asked) for term in terms if term in asked}
    levels: dict[str, tuple[float, str]] = {}
    held: dict[str, float] = {}
    words = []
    for match in _WORD.finditer(text):
        said = match.group()
        folded = fold(said)
        is_small = _is_small(said, folded)
        if folded not in levels:
            levels[folded] = (0.0, "") if is_small else _find_best(folded, terms)
        level, term = levels[folded]
        if level:
            held[term] = max(level, held.get(term, 0.0))
        is_new = "@" in said or "/" in said or not (is_small or level or stem(folded) in asked)
        words.append(
            SpanWord(said, folded, match.start(), match.end(), is_small, level, places.get(term, -1.0), is_new)
        )
    total = sum(terms.values())
    covered = sum(terms[term] * level for term, level in held.items()) / total if total else 0.0
    return ReadSentence(text, tuple(words), covered, order, is_german(text))


def list_candidates(sentence: ReadSentence) -> Iterator[SpanCandidate]:
    """All runs that may answer; none that says only what the question does."""
    words = sentence.words
    if len(words) > _SENTENCE_WORDS_MAX:
        return
    for first, word in enumerate(words):
        if word.is_small:
            continue
        is_new, is_list = False, True
        for last in range(first, min(len(words), first + _LIST_WORDS_MAX)):
            end = words[last]
            is_list = is_list and (end.text[0].isupper() or end.text in _JOINS)
            if end.text in _HARD_BORDER or (last - first >= _WORDS_MAX and not is_list):
                break
            is_new = is_new or end.is_new
            if is_new and not end.is_small:
                yield SpanCandidate(sentence, first, last)


def is_part_of_name(candidate: SpanCandidate) -> bool:
    """Whether words that may be somebody are cut out of a name, belong to another ("Nell's mother") or are no name.

    A sentence begins with a capital whatever its first word is: "Honey above", "Since Bram".
    """
    words = candidate.sentence.words
    before = words[candidate.first - 1] if candidate.first else None
    after = words[candidate.last + 1] if candidate.last + 1 < len(words) else None
    is_cut = before is not None and before.text[0].isupper() and words[candidate.first].text[0].isupper()
    is_anothers = after is not None and after.folded in ("'s", "’s")
    opening = words[candidate.first] if before is None or before.text in _HARD_BORDER else None
    is_alone = candidate.first == candidate.last
    is_thing = opening is not None and (
        opening.folded in _OPENERS or (is_alone and is_known(stem(opening.folded)) and not names_people(opening.text))
    )
    return (is_cut and candidate.first > 1) or is_anothers or is_thing


def _is_small(said: str, folded: str) -> bool:
    if len(said) == 1 and not said.isalnum():
        return True
    is_function = folded in STOP_WORDS or folded in FUNCTION_WORDS or folded in ("'s", "’s")
    return is_function and not _INITIAL.match(said)


def _find_best(folded: str, terms: Mapping[str, float]) -> tuple[float, str]:
    there = TermSet([stem(part) for part in re.split(r"\W+", folded) if part])
    return max(((find_level(term, there), term) for term in terms), default=(0.0, ""))
