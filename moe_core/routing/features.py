"""What the router sees in a request: its words, its phrasing, its shape, and the vocabularies it touches."""

import itertools
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from moe_core.text.tokens import iterate_tokens, stem

# What is read of a request: what it wants is said at its beginning or its end, so a pasted text between is left out.
# Chosen: far above what people type, and so that routing takes a millisecond or two.
HEAD_WORDS = 80
TAIL_WORDS = 40
LEAD_WORDS = 8
MAX_PHRASE = 4
MAX_VOICES = 3
MAX_CHARACTERS = 20_000
FRAMED_WORDS = 40
BLANK = "_"

_MARKS = {
    "question": re.compile(r"\?"),
    "money": re.compile(r"[£$€¥%]"),
    "quote": re.compile(r"[\"“”„«]"),
    "list": re.compile(r"\d[\d.]*[,;:\s]+\d[\d.]*[,;:\s]+\d"),
}

Phrase: TypeAlias = tuple[str, ...]
Owner: TypeAlias = tuple[str, str]


class Vocabularies:
    """For each phrase, the candidates that it speaks for, and with which group of their words."""

    def __init__(self, owners: Mapping[Phrase, tuple[Owner, ...]]) -> None:
        """Look phrases up, given by their stems."""
        self.owners = owners
        self._longest: dict[str, int] = {}
        for known in owners:
            self._longest[known[0]] = max(self._longest.get(known[0], 0), len(known))

    @classmethod
    def index(cls, phrases: Iterable[tuple[str, str, str]]) -> "Vocabularies":
        """Index phrases given as (candidate, group, phrase)."""
        owners: dict[Phrase, set[Owner]] = {}
        for name, group, phrase in phrases:
            stems = tuple(stem(token.folded) for token in iterate_tokens(phrase))
            if 0 < len(stems) <= MAX_PHRASE:
                owners.setdefault(stems, set()).add((name, group))
        return cls({phrase: tuple(sorted(names)) for phrase, names in owners.items()})

    def __len__(self) -> int:
        return len(self.owners)

    def find_hits(self, stems: Sequence[str]) -> Iterator[Owner]:
        """The candidate and group of every phrase that occurs; at each place the longest phrase counts."""
        for start, first in enumerate(stems):
            for length in range(min(self._longest.get(first, 0), len(stems) - start), 0, -1):
                owners = self.owners.get(tuple(stems[start : start + length]))
                if owners:
                    yield from owners
                    break


def read_words(text: str) -> list[str]:
    """Folded words in order; of a long text its beginning and its end."""
    if len(text) > MAX_CHARACTERS:
        text = f"{text[: MAX_CHARACTERS // 2]} {text[-MAX_CHARACTERS // 2 :]}"
    words = [token.folded for token in iterate_tokens(text)]
    return words if len(words) <= HEAD_WORDS + TAIL_WORDS else words[:HEAD_WORDS] + words[-TAIL_WORDS:]


def stem_words(words: Iterable[str]) -> list[str]:
    """Stems; numbers become "#", words with a leading digit "#a"."""
    return [_describe_word(word)[0] for word in words]


def find_features(text: str, words: Sequence[str], vocabularies: Vocabularies, frequent: Container[str]) -> set[str]:
    """The features of a request; the part before the colon is their kind.

    Args:
        text: As written, for its shape.
        words: From `read_words`, perhaps with mended spelling.
        vocabularies: Of the candidates.
        frequent: Stems that many requests contain; the others are the subject, which a frame leaves blank.
    """
    stems = stem_words(words)
    found = {feature for word in words for feature in _describe_word(word)[1]}
    if stems:
        lead = ["^", *stems[:LEAD_WORDS]]
        found |= {f"pair:{first} {second}" for first, second in itertools.pairwise(lead)}
        found |= {f"opening:{' '.join(stems[:3])}", f"end:{stems[-1]}"}
    return found | _find_frames(stems, frequent) | _find_voices(stems, vocabularies) | _find_shape(text, stems)


@lru_cache(1 << 14)  # a request is read once for each of its words, to tell which of them speak for its route
def _describe_word(word: str) -> tuple[str, tuple[str, ...]]:
    """A word's stem, and the features that it has wherever it stands."""
    stemmed = ("#" if word.isdigit() else "#a") if word[0].isdigit() else stem(word)
    has_parts = len(word) >= 5 and word.isalpha()
    return stemmed, (f"word:{stemmed}", *((f"part:{word[:4]}-", f"part:-{word[-3:]}") if has_parts else ()))


def _find_frames(stems: Sequence[str], frequent: Container[str]) -> set[str]:
    """Twos and threes of neighbours with the subject left blank: "what is _", "of _ to"."""
    line = ["^", *stems[:FRAMED_WORDS], "$"]
    masked = [word if word in frequent or word in "^$" else BLANK for word in line]
    frame = [word for at, word in enumerate(masked) if word != BLANK or masked[at - 1] != BLANK]
    found = {f"frame:{first} {second}" for first, second in itertools.pairwise(frame)}
    return found | {f"frames:{' '.join(three)}" for three in zip(frame, frame[1:], frame[2:], strict=False)}


def _find_voices(stems: Sequence[str], vocabularies: Vocabularies) -> set[str]:
    counts: dict[str, int] = {}
    for name, group in vocabularies.find_hits(stems):
        for voice in (f"speaks:{name}", f"group:{name}/{group}"):
            counts[voice] = counts.get(voice, 0) + 1
    return {f"{voice} {level}" for voice, count in counts.items() for level in range(1, min(count, MAX_VOICES) + 1)}


def _find_shape(text: str, stems: Sequence[str]) -> set[str]:
    length = sum(len(stems) > bound for bound in (2, 4, 8, 15, 30))
    numbers = min(sum(word[0] == "#" for word in stems), 4)
    return {f"shape:length {length}", f"shape:numbers {numbers}", *_find_marks(text)}


@lru_cache(8)  # the same text is looked at for each of its words
def _find_marks(text: str) -> tuple[str, ...]:
    return tuple(f"shape:{mark}" for mark, pattern in _MARKS.items() if pattern.search(text[:MAX_CHARACTERS]))
