"""The names that a passage goes by: from its title, and from what its text says of its subject."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import PurePath
from typing import NamedTuple

from moe.knowledge.analysis.connectors import CONNECTORS
from moe.knowledge.analysis.keys import make_name_key
from moe.knowledge.analysis.variants import list_variants
from moe.knowledge.analysis.words import Word, read_words
from moe.knowledge.loading.file_names import name_file
from moe_core.contracts.evidence import Passage
from moe_core.text.tokens import STOP_WORDS

MAX_WORDS = 10

_QUALIFIER = re.compile(r"\s*\([^)]*\)\s*$")
# Letters but small ones: scripts that know no capitals count.
_SMALL_LETTERS = "".join(filter(str.islower, map(chr, range(0x80, 0x10000))))
_LETTER = rf"[^\W\d_a-z{_SMALL_LETTERS}]"
_CAPITAL = rf"[\w'’.\-]*{_LETTER}[\w'’.\-]*"
_SMALL = "|".join(sorted(CONNECTORS - {"i", "a", "in", "on", "to", "at", "for", "zu", "af", "av", "dos"}))
_LEAD = re.compile(rf"\W*+(?:(?:The|A|An)\s+)?({_LETTER}[\w'’.\-]*(?: +(?:{_SMALL}|{_CAPITAL}))*)")
_ALSO_KNOWN = re.compile(
    r"\b(?:born|known (?:professionally |commonly |simply |better |also )?as|née|nee|aka|a\.k\.a\.|called|nicknamed"
    r"|titled|stage name)\s+(?:the\s+)?[\"“(]*\s*"
    rf"({_LETTER}[\w'’.\-]*(?: +(?:of|de|van|von|bin|ibn|al|{_CAPITAL}))*)"
)
_ALSO_KNOWN_REACH = 400  # characters; other names stand in the first sentences
_COPULA = re.compile(
    r"\s+(?:is|was|are|were|refers|ist|war|sind|est|était|es|fue|era|é|foi|är|var|è)\s+", re.IGNORECASE
)
_SUBJECT_REACH = 220  # characters; the subject stands in the first sentence
_DEFINING = re.compile(rf"\W*\(|{_COPULA.pattern}", re.IGNORECASE)
_DEFINITION_REACH = 2000  # characters; a definition stands at the beginning
_OPENING = " \"“'‘«("
_ARTICLE = re.compile(r"(?:The|A|An)\s+")
_ACRONYM = re.compile(r"[^()]{3,120}\(\s*([A-Z][A-Za-z&.\-]{0,20}[A-Z][A-Za-z.]{0,20})\s*[);,]")
_LIFE_DATES = re.compile(r"[^()\n]{1,100}\((?=[^)]{0,80}?(?:\bborn\b|\bb\.|\d{4}))")
_HEADING = re.compile(r"([#*=\s]*+)([^\n]{1,100}?)((?:[#*=:]|[^\S\n])*+\n\s*+(?:[=\-~]{3,}+\s*\n)?)")
_SURELY_BEFORE, _SURELY_AFTER = re.compile(r"[#=]"), re.compile(r"[#*=:\-~]|\n\s*\n")
_FILE = re.compile(r".*\.[A-Za-z][A-Za-z0-9]{0,4}$")


class Name(NamedTuple):
    """A name and how surely it means this passage, in (0, 1]; whether it is surely a person's full name."""

    words: tuple[Word, ...]
    weight: float
    is_person: bool = False

    @property
    def key(self) -> int:
        """Its key in the index."""
        return make_name_key(word.key for word in self.words)


# The weights below say how surely a name means the passage: its title most, the definition in its first sentence
# less, what only opens a sentence least. Chosen by hand.
def find_names(passage: Passage, sentences: Sequence[tuple[int, int]], *, is_first: bool) -> list[Name]:
    """The names of a passage, each once, with its highest weight, the surest first.

    Args:
        passage: With its title.
        sentences: Where those of its text begin and end.
        is_first: Whether its document begins with it: the title and the file name mean the others less surely.
    """
    names: dict[tuple[Word, ...], Name] = {}
    found = chain(_iterate_names(passage, is_first=is_first), _name_defined(passage.text, sentences[1:]))
    for name in found:
        known = names.get(name.words)
        if _is_usable(name.words) and (known is None or name.weight > known.weight):
            names[name.words] = name
    return sorted(names.values(), key=lambda name: -name.weight)


def _iterate_names(passage: Passage, *, is_first: bool) -> Iterator[Name]:
    share = 1.0 if is_first else 0.25
    if _FILE.match(passage.document_id) and passage.title in ("", name_file(passage.document_id)):
        yield from _make_name(PurePath(passage.document_id).stem, 0.5 * share)
    elif passage.title:
        yield from _name_title(passage.title, share)
    yield from _name_body(passage.text, is_first=is_first)


def _name_body(text: str, *, is_first: bool) -> Iterator[Name]:
    """What a heading says, and the text below it; a first line that may be no heading is read as text too."""
    heading = _HEADING.match(text) if "\n" in text else None  # a single line is none, and takes long to try
    if heading and heading.group(2)[-1] not in ".!?;,":
        below = text[heading.end() :]
        if not (_SURELY_BEFORE.search(heading.group(1)) or _SURELY_AFTER.search(heading.group(3))):
            yield from _name_subject(text, is_first=is_first)
            if below[:1].islower():  # the line was only wrapped
                return
        yield from _name_title(heading.group(2), 0.7)
        text, is_first = below, True
    yield from _name_subject(text, is_first=is_first)


def _name_title(title: str, share: float) -> Iterator[Name]:
    bare = _QUALIFIER.sub("", title)
    yield from _make_name(title, share)
    if bare != title:
        yield from _make_name(bare, 0.9 * share)
    yield from _vary(bare, share, is_person=False)


def _name_subject(body: str, *, is_first: bool) -> Iterator[Name]:
    """What the text begins with, what stands before its first verb, and what else it says that it is called.

    Within a document a passage only goes by what it begins with if it defines it.
    """
    lead = _LEAD.match(body)
    if not is_first and not (lead and _DEFINING.match(body, lead.end())):
        return
    is_person = _LIFE_DATES.match(body) is not None
    if lead:
        words = _drop_connectors(read_words(lead.group(1)))
        yield Name(words, 0.8 if len(words) > 1 else 0.6, is_person)
        if len(words) > 1:
            yield from _vary(lead.group(1), 0.8, is_person=is_person)
    yield from _name_before_verb(body[:_SUBJECT_REACH].lstrip(_OPENING), is_person=is_person)
    acronym = _ACRONYM.match(body)
    if acronym:
        yield from _make_name(acronym.group(1), 0.6)
    for match in _ALSO_KNOWN.finditer(body, 0, min(len(body), _ALSO_KNOWN_REACH)):
        words = _drop_connectors(read_words(match.group(1)))
        if len(words) > 1 or not match.group().startswith("born"):
            yield Name(words, 0.5 if len(words) > 1 else 0.3)


def _name_before_verb(head: str, *, is_person: bool) -> Iterator[Name]:
    verb, bracket = _COPULA.search(head), head.find("(")
    stops = [stop for stop in (verb.start() if verb else -1, bracket) if stop > 1]
    if not stops:
        return
    subject = _ARTICLE.sub("", head[: min(stops)], count=1)
    forms = ((subject, 0.8), (subject.split(",")[0], 0.75)) if "," in subject else ((subject, 0.8),)
    for text, weight in forms:
        words = read_words(text)
        content = [word for word in words if word.term_key]
        capital = sum(not word.is_lower for word in content)
        if not content or len(words) >= MAX_WORDS or words[0].is_lower:
            continue
        if words[0].folded in STOP_WORDS and capital < len(content):
            continue
        sure = weight * (0.7 if 2 * capital < len(content) else 1.0)
        yield Name(words, sure, is_person)
        yield from _vary(text, sure, is_person=is_person)


def _name_defined(text: str, sentences: Sequence[tuple[int, int]]) -> Iterator[Name]:
    """What later sentences define: a name that begins one and is followed by "is" or a bracket."""
    for start, end in sentences:
        if start > _DEFINITION_REACH:
            return
        match = _LEAD.match(text, start, end)
        if match and _DEFINING.match(text, match.end(), end):
            words = _drop_connectors(read_words(match.group(1)))
            if words and words[0].term_key:
                yield Name(words, 0.6 if len(words) > 1 else 0.4)
                yield from _vary(match.group(1), 0.6, is_person=False)


def _vary(text: str, weight: float, *, is_person: bool) -> Iterator[Name]:
    for words, share in list_variants(text, is_person=is_person):
        yield Name(words, weight * share)


def _make_name(text: str, weight: float) -> Iterator[Name]:
    yield Name(read_words(text), weight)


def _drop_connectors(words: Sequence[Word]) -> tuple[Word, ...]:
    stop = len(words)
    while stop and words[stop - 1].folded in CONNECTORS:
        stop -= 1
    return tuple(words[:stop])


def _is_usable(words: Sequence[Word]) -> bool:
    if len(words) == 1:
        return bool(words[0].term_key) and len(words[0].folded) > 1
    return 1 < len(words) <= MAX_WORDS
