"""An earlier question in its parts: what it asks with, whom or what it is about, and the rest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from moe_kit.extraction.follow_ups.vocabulary import (
    AUXILIARIES,
    BE,
    CLAUSE_MARKS,
    DETERMINERS,
    NOT_PEOPLE,
    NOUNS_IN_ED,
    PARTICIPLES,
    PARTICLES,
    PEOPLE_NOUNS,
    PREPOSITIONS,
    QUESTION_WORDS,
    SMALL_WORDS,
)
from moe_kit.extraction.german import is_german

_MOST_IN_SUBJECT = 14
_ALONE = frozenset("this that these those all both some any each".split())  # determiners that may be a whole subject
_PRONOUNS = frozenset("it they he she we".split())
_ENDS = PREPOSITIONS | PARTICLES | CLAUSE_MARKS | AUXILIARIES | DETERMINERS  # what begins behind a phrase
_ASKED_WITH = 8  # words before the verb at most: "in which of the last three full years"
# ", and what did it cost?" asks a second thing.
_SECOND = re.compile(
    rf"[,;]?\s+(?:and|und|or|oder)\s+(?:(?:{'|'.join(PREPOSITIONS)})\s+)?(?:{'|'.join(QUESTION_WORDS)})\b.*",
    re.IGNORECASE | re.DOTALL,
)
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A question in its parts, each as it is written.

    Attributes:
        asked_with: "how much flour", "who"; "" where it asks for yes or no.
        verb: The auxiliary behind it, else "".
        subject: Whom or what the sentence is about; "" where that is what is asked.
        rest: What follows.
        is_german: It is.
    """

    asked_with: str
    verb: str
    subject: str
    rest: str
    is_german: bool

    @property
    def phrases(self) -> list[str]:
        """Names and noun phrases of all of it, in their order; the subject first, but last where it is an answer."""
        found = [self.subject] if self.subject else []
        others = [p for p in find_phrases(self.rest.split(), is_german=self.is_german) if p not in found]
        return others + found if self.verb == CLEFT else found + others

    @property
    def topic(self) -> str:
        """What it is about, without what it asks."""
        asked = " ".join(word for word in self.asked_with.split() if fold_word(word) not in _EMPTY)
        parts = (self.subject, self.rest, asked) if self.subject else (asked, self._deed)
        return " ".join(filter(None, parts))

    @property
    def _deed(self) -> str:
        """The rest, the thing before what was done to it: "the shed painted in May" of "painted the shed in May"."""
        words = self.rest.split()
        phrase = next(iter(self.phrases), "")
        place = self.rest.find(phrase) if phrase else 0
        if self.is_german or self.verb or not self.asked_with or not place:
            return self.rest
        verb = words[: len(self.rest[:place].split())]
        if len(verb) > 1 and self.asked_with.lower() in ("which", "what") and _is_past(verb[1]):
            verb = verb[1:]  # "company built"
        is_told = _is_past(verb[0]) and "," not in phrase  # "the bakery took over" would be another thing
        if len(verb) > 2 or (len(verb) == 2 and verb[1] not in PREPOSITIONS | PARTICLES):
            return self.rest
        after = self.rest[place + len(phrase) :].strip()
        return " ".join(filter(None, (phrase, *verb, after))) if is_told else self.rest

    @property
    def asked_thing(self) -> str:
        """The one thing asked after by its name, "the flour" of "how much flour"; "" for none."""
        words = self.asked_with.split()
        noun = fold_word(words[-1]) if len(words) > 1 else ""
        is_kind = noun in SMALL_WORDS or noun.endswith("s") or PEOPLE_NOUNS.match(noun)
        is_said_of_subject = bool(self.subject) and fold_word(self.verb) in BE  # "what size is the wheel"
        if not noun or is_kind or is_said_of_subject:
            return ""
        named = " ".join(word for word in words if fold_word(word) not in _EMPTY)
        return f"die {named}" if self.is_german else f"the {named}"


CLEFT = "was it that"  # "when was it that the club paid for the shed"
_EMPTY = QUESTION_WORDS | PREPOSITIONS | frozenset("much many long often far viel viele lange".split())


def fold_word(word: str) -> str:
    """A word without what stands around it, in small letters."""
    return word.strip(".,;:!?()[]\"'“”„»«").lower().replace("’", "'")


def read_clause(question: str) -> Clause:
    """The parts of a question; of one that asks two things, of the first."""
    german = is_german(question)
    words = _SECOND.sub("", question.strip().rstrip("?!. ")).split()
    folded = [fold_word(word) for word in words]
    asks = next((place for place, word in enumerate(folded[:3]) if word in QUESTION_WORDS), None)
    verbs = (n for n, word in enumerate(folded[:_ASKED_WITH]) if word in AUXILIARIES and words[n] != "May")
    place = next(verbs, None)
    if asks is None and place != 0:
        return Clause(asked_with="", verb="", subject="", rest=" ".join(words), is_german=german)
    if place is None or (asks is not None and place < asks):
        end = (asks or 0) + 1
        return Clause(
            asked_with=" ".join(words[:end]), verb="", subject="", rest=" ".join(words[end:]), is_german=german
        )
    tail = words[place + 1 :]
    if " ".join(folded[place : place + 3]) == CLEFT:
        return _read_cleft(words[:place], tail[2:])
    is_asked = asks is not None and folded[asks] in ("wer", "who") and german
    length = 0 if is_asked else _measure_subject(tail, folded[: place + 1], is_german=german)
    if not german and len(tail) > 1 and fold_word(tail[0]) in _PRONOUNS:
        length = 1
    is_equation = asks is not None and folded[asks] in ("what", "who", "which") and folded[place] in BE
    if is_equation and 0 < length < len(tail) - 1 < _MOST_IN_SUBJECT and fold_word(tail[length]) in PREPOSITIONS:
        length = len(tail)  # "what is the price of a ticket for the ferry"
    return Clause(
        asked_with=" ".join(words[:place]),
        verb=words[place],
        subject=" ".join(tail[:length]),
        rest=" ".join(tail[length:]),
        is_german=german,
    )


def _read_cleft(asked: Sequence[str], told: Sequence[str]) -> Clause:
    named = next((n for n, word in enumerate(told) if not word[0].isupper()), len(told))
    length = named or (_measure_phrase(told) if told else 0)
    return Clause(
        asked_with=" ".join(asked),
        verb=CLEFT,
        subject=" ".join(told[:length]),
        rest=" ".join(told[length:]),
        is_german=False,
    )


def find_phrases(words: Sequence[str], *, is_german: bool = False) -> Iterator[str]:
    """Names, and what follows "the", "a" or its like, up to the next preposition or verb that tells itself."""
    place = 0
    while place < len(words):
        length = _measure_german(words[place:]) if is_german else _measure_phrase(words[place:])
        if length:
            yield " ".join(words[place : place + length]).rstrip(",;:")
        place += max(1, length)


def find_year(*texts: str) -> str:
    """The first year that one of the texts names; "" for none."""
    return next((match[0] for text in texts for match in [_YEAR.search(text)] if match), "")


def is_name(phrase: str) -> bool:
    """Whether the words are a person's name, or may be."""
    words = phrase.split()
    if not 0 < len(words) <= 5 or not all(word[:1].isupper() or word in ("de", "van", "von", "der") for word in words):
        return False
    return words[0][0].isupper() and not any(fold_word(word).removesuffix("'s") in NOT_PEOPLE for word in words)


def _measure_subject(words: Sequence[str], asked: Sequence[str], *, is_german: bool) -> int:
    """How many words the subject has that follows an auxiliary; 0 where the question word is the subject.

    Args:
        words: Behind the auxiliary.
        asked: Up to the auxiliary, folded.
        is_german: They are.
    """
    if not words or not _begins_phrase(words[0]):
        return 0
    if is_german:
        return _measure_german(words)
    end = len(words)
    for place, word in enumerate(words):
        is_new = place > 0 and fold_word(word) in DETERMINERS and fold_word(words[place - 1]) != "of"
        is_end = fold_word(word) in (PREPOSITIONS - {"of"}) | CLAUSE_MARKS | PARTICLES
        if (is_end and place > 0) or is_new:
            end = place
            break
        if word.endswith(","):
            end = place + 1
            break
    if end < (2 if fold_word(words[0]) in _ALONE or words[0][0].isupper() else 3):
        return end  # "the" alone is nothing
    last = fold_word(words[end - 1])
    is_told = asked[0] in ("what", "who", "where") or (asked[0] == "how" and asked[1] not in ("much", "many"))
    is_said = last.endswith(("en", "ing", "er")) and not is_told  # "where is the bell tower", "is the tower higher"
    if asked[-1] in BE and not (is_said or _is_past(last)):
        return end
    return end - 1 if words[end - 1][0].islower() else end


def _measure_phrase(words: Sequence[str]) -> int:
    if not _begins_phrase(words[0]) or fold_word(words[0]) in QUESTION_WORDS:
        return 0
    for place, word in enumerate(words):
        folded = fold_word(word)
        is_of = folded == "of" or (place and fold_word(words[place - 1]) == "of")
        if place and not is_of and folded in _ENDS:
            return _leave_verb(words[:place]) if place > 1 or words[0][0].isupper() else 0
        if word.endswith((",", ";", ":")):
            return place + 1
    return _leave_verb(words)


def _leave_verb(words: Sequence[str]) -> int:
    """How many of the words are a phrase, when the last may be a verb in the past."""
    last = words[-1]
    is_verb = len(words) > 2 and last[0].islower() and _is_past(last)
    return len(words) - 1 if is_verb else len(words)


def _is_past(word: str) -> bool:
    folded = fold_word(word)
    return folded in PARTICIPLES or (folded.endswith("ed") and not NOUNS_IN_ED.fullmatch(folded))


def _measure_german(words: Sequence[str]) -> int:
    """A determiner, words in small letters and then those in capitals."""
    if not words or not _begins_phrase(words[0]):
        return 0
    place = 1 if fold_word(words[0]) in DETERMINERS else 0
    while place < len(words) and words[place][0].islower() and fold_word(words[place]) not in PREPOSITIONS:
        place += 1
    while place < len(words) and (words[place][0].isupper() or fold_word(words[place]) in ("der", "von", "des")):
        place += 1
    return place


def _begins_phrase(word: str) -> bool:
    return fold_word(word) in DETERMINERS or word[:1].isupper()
