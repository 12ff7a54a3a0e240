"""Words of a question that point outside of it: which they are, and the question with what they mean."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from moe_kit.extraction.follow_ups.antecedents import find_many, find_person, find_thing, find_topic
from moe_kit.extraction.follow_ups.clause import find_phrases, find_year, fold_word
from moe_kit.extraction.follow_ups.turn import EarlierTurn
from moe_kit.extraction.follow_ups.vocabulary import (
    AUXILIARIES,
    CLAUSE_MARKS,
    COURSES,
    DEEDS,
    DETERMINERS,
    DUMMY_IT,
    GERMAN_POSSESSIVES,
    MANY,
    PEOPLE,
    POINTING,
    POINTING_ADVERBS,
    POSSESSIVES,
    PREPOSITIONS,
    SAID_OF_THINGS,
    SPANS_OF_NOW,
    THINGS,
)

_TIMES = frozenset("year time month day jahr zeit monat tag".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A word that points outside.

    Attributes:
        place: Of the word among all.
        find: What it means, told from the turns.
        is_kept: It stays, and what it means is added at the end.
        is_possessive: What it means gets an "'s".
    """

    place: int
    find: Callable[[Sequence[EarlierTurn]], str]
    is_kept: bool = False
    is_possessive: bool = False


def find_references(words: Sequence[str], *, is_german: bool) -> list[Reference]:
    """The words that point outside, in their order."""
    if DUMMY_IT.search(" ".join(words)):
        return []
    folded = [fold_word(word) for word in words]
    is_course = not COURSES.isdisjoint(folded)
    found = [_read(folded, place, is_german=is_german, is_course=is_course) for place in range(len(words))]
    return [ref for ref in found if ref is not None and not _is_bound(words, folded, ref)]


def resolve(words: Sequence[str], references: Sequence[Reference], turns: Sequence[EarlierTurn]) -> str:
    """The words with what the references mean in their places, or behind all."""
    written, added = list(words), []
    for ref in references:
        meaning = ref.find(turns)
        is_kept = ref.is_kept or not meaning
        meaning = meaning or find_topic(turns)
        named, _, of_what = meaning.removesuffix(")").partition(" (")
        if not meaning or named in " ".join(written):
            continue
        if is_kept:
            added.append(meaning)
            continue
        end = words[ref.place][len(words[ref.place].rstrip(",;:")) :]
        written[ref.place] = named + ("'s" if ref.is_possessive else "") + end
        added += [of_what] if of_what else []
    text = " ".join(written)
    return f"{text} ({', '.join(dict.fromkeys(added))})" if added else text


def _read(folded: Sequence[str], place: int, *, is_german: bool, is_course: bool) -> Reference | None:
    word, after = folded[place], folded[place + 1] if place + 1 < len(folded) else ""
    before = folded[place - 1] if place else ""
    if word == "that" or word in POINTING:
        return _read_pointing(word, before, after, place)
    if is_german:
        return _read_german(folded, place, is_course=is_course)
    is_possessive = word in POSSESSIVES and bool(after) and after not in PREPOSITIONS | CLAUSE_MARKS
    for known, find in ((PEOPLE, find_person), (MANY, find_many), (THINGS, find_thing)):
        if word in known and word in THINGS and _is_what_happened(before, after, is_course=is_course):
            return Reference(place=place, find=find_topic, is_kept=True)
        if word in known:
            return Reference(place=place, find=find, is_possessive=is_possessive)
    if word == "there" and before not in AUXILIARIES and after not in AUXILIARIES:
        return Reference(place=place, find=find_topic, is_kept=True)
    if word in ("one", "ones") and before in ("which", "the", "other", "first", "second", "last"):
        return Reference(place=place, find=find_topic, is_kept=True)
    return None


def _is_what_happened(before: str, after: str, *, is_course: bool) -> bool:
    """Whether "it" is all that is told: "how long did it take", "who did it"; in "who took it over" it is a thing."""
    if before in DEEDS:
        return before != "did" or not after or after in PREPOSITIONS | CLAUSE_MARKS or is_course
    return is_course and before not in COURSES | {"to"}  # "what happened to it"


def _read_pointing(word: str, before: str, after: str, place: int) -> Reference | None:
    if after in SPANS_OF_NOW and word == "this":
        return None
    is_loose = not after or after in _TIMES or before in PREPOSITIONS | AUXILIARIES | {""}
    if word == "that" and (not is_loose or after in DETERMINERS):
        return None
    find = _find_time if after in _TIMES else find_topic
    return Reference(place=place, find=find, is_kept=True)


def _read_german(folded: Sequence[str], place: int, *, is_course: bool) -> Reference | None:
    word, after = folded[place], folded[place + 1] if place + 1 < len(folded) else ""
    before = folded[place - 1] if place else ""
    is_of_thing = any(SAID_OF_THINGS.fullmatch(other) for other in folded)
    if GERMAN_POSSESSIVES.match(word) and after and after not in PREPOSITIONS:
        return Reference(place=place, find=find_person if word.startswith("sein") else find_many, is_kept=True)
    if word in PEOPLE:
        return Reference(place=place, find=find_thing if is_of_thing else find_person, is_kept=word == "ihm")
    if word in MANY:
        find = find_thing if is_of_thing else _find_person_or_many
        return Reference(place=place, find=find, is_kept=word != "sie")
    if word in POINTING_ADVERBS:
        return Reference(place=place, find=find_topic, is_kept=True)
    if word == "es" or (word == "das" and before in AUXILIARIES and not after[:1].isalpha()) or _is_object(word, after):
        return Reference(place=place, find=find_topic if is_course else find_thing, is_kept=is_course)
    return None


def _is_object(word: str, after: str) -> bool:
    """ "Wer hat das bezahlt?": behind "das" stands the end of the verb, and no noun."""
    return word == "das" and (not after or (after.startswith("ge") or after.endswith(("t", "en"))))


def _is_bound(words: Sequence[str], folded: Sequence[str], ref: Reference) -> bool:
    """Whether the question itself says before what the word means.

    In one clause "it" is another thing than those named there ("who paid the builder for it"); "its" is not.
    """
    if not any(True for _ in find_phrases([word for word in words[: ref.place] if fold_word(word) != folded[0]])):
        return False
    if ref.is_possessive or GERMAN_POSSESSIVES.match(folded[ref.place]):
        return True
    begin = max((n for n, _ in enumerate(words[: ref.place]) if _begins_named(words, n)), default=0)
    return any(word in CLAUSE_MARKS for word in folded[begin + 1 : ref.place]) or any(
        word.endswith((",", ";", ":")) for word in words[begin : ref.place]
    )


def _begins_named(words: Sequence[str], place: int) -> bool:
    return place > 0 and (fold_word(words[place]) in DETERMINERS or words[place][0].isupper())


def _find_time(turns: Sequence[EarlierTurn]) -> str:
    return next(
        filter(None, (find_year(turn.short_answer, turn.question, turn.answer) for turn in reversed(turns))), ""
    )


def _find_person_or_many(turns: Sequence[EarlierTurn]) -> str:
    return find_person(turns) or find_many(turns)
