"""What documents say of one thing at several times, or against each other: which holds, and what a reader is told."""

import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import PurePath

import msgspec
from msgspec.structs import replace

from moe_core.text.tokens import find_terms
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers
from moe_kit.extraction.likeness import read_terms
from moe_kit.extraction.query import Query, parse_query
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.extraction.relations import find_level
from moe_kit.extraction.units import Unit, UnitKind
from moe_kit.extraction.validity import (
    Moment,
    find_days,
    find_moment,
    find_validity,
    strip_file_name,
    strip_validity,
)

OLDER_NOTE = "older: {document} says “{text}”"
DIFFER_NOTE = "the documents differ: {documents}"
_OLDER_MAX = 3
# Chosen by hand: a rule that changes keeps some of its words, a contradiction nearly all.
_SAME_RULE_MIN, _SAME_SENTENCE_MIN = 0.3, 0.8
_SHOWN_MAX = 160
_PERIODS = re.compile(
    r"\b(?:reports?|minutes|accounts|results|budgets?|letters?|invoices?|diar(?:y|ies)|logs?|news\w*|\w*berichte?"
    r"|\w*protokolle?|haushalt\w*|\w*rechnung\w*|brief\w*)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|had|did|war|waren|hatten?|wurden?|betrug(?:en)?)\b", re.IGNORECASE)
_NAMES, _NOTHING = re.compile(r"(?<=\w )[A-Z]\w+"), re.compile(r"(?!)")  # who it is changes, where that is asked
_SAYING = (UnitKind.SENTENCE, UnitKind.ROW)


class HeldVersions(msgspec.Struct, frozen=True, kw_only=True):
    """What is quoted, and what is said of the rest.

    Attributes:
        chosen: In the order of what they were chosen from.
        notes: A line for each older version and for each contradiction.
    """

    chosen: list[RankedUnit]
    notes: tuple[str, ...]


def read_moment(focus: str, units: Sequence[Unit]) -> tuple[str, list[Unit]]:
    """A question without the time it asks about, and the units that held then.

    Both stay as they are where no rule stands in several versions, or a sentence names the year itself.
    """
    moment = find_moment(focus)
    if moment is None or not parse_query(moment.rest).weights or _names_year(units, moment):
        return focus, list(units)
    query = parse_query(moment.rest)
    asked = [unit for unit in units if unit.kind in _SAYING and _says_something(query, unit)]
    pairs = [
        (one, other)
        for one, other in combinations(asked, 2)
        if are_versions(one, other) and _is_rule(one) and _is_rule(other)
    ]
    if not pairs:
        return focus, list(units)
    days = {unit: find_validity(unit) for unit in units}
    kept = [unit for unit in units if (day := days[unit]) is None or moment.has_begun(day)]
    return (moment.rest, kept) if any(one in kept for pair in pairs for one in pair) else (focus, list(units))


def hold_versions(
    query: Query, chosen: Sequence[RankedUnit], ranking: Ranking, *, is_answer: bool = True
) -> HeldVersions:
    """Each unit in its newest version, and beside what contradicts it; as they are where the question names a date.

    Args:
        query: What is asked.
        chosen: What is to be quoted, best first.
        ranking: What else there is.
        is_answer: False for a step on the way: all versions are kept for the answer to choose from, and nothing noted.
    """
    if any(find_days(query.focus)):
        return HeldVersions(chosen=list(chosen), notes=())
    notes: list[str] = []
    held: list[RankedUnit] = []
    for candidate in chosen:
        others = [other for other in ranking.candidates if _says_the_same(query, candidate.unit, other.unit)]
        kin = [candidate, *(other for other in others if are_versions(candidate.unit, other.unit))]
        family = [(day, one) for one in kin if (day := find_validity(one.unit)) is not None]
        newest = max((day for day, _ in family), default=None)
        if not is_answer:
            held += [one for one in (candidate, *(one for _, one in family if one is not candidate)) if one not in held]
            continue
        best = next((one for day, one in family if day == newest), candidate) if len(family) > 1 else candidate
        if best in held:
            continue
        held.append(best)
        older = sorted(((day, one) for day, one in family if day != newest), key=lambda pair: pair[0], reverse=True)
        notes += [
            OLDER_NOTE.format(document=_name(one.unit), text=_shorten(one.unit.text))
            for _, one in older[:_OLDER_MAX]
            if _flatten(one.unit.text) != _flatten(best.unit.text)
        ]
    complete = _add_contradictions(query, held, ranking, notes)
    return complete if is_answer else replace(complete, notes=())


def _add_contradictions(query: Query, held: Sequence[RankedUnit], ranking: Ranking, notes: list[str]) -> HeldVersions:
    complete = list(held)
    for candidate in held:
        against = [
            other
            for other in ranking.candidates
            if candidate.unit.evidence.document != other.unit.evidence.document
            and _says_the_same(query, candidate.unit, other.unit)
            and contradict(query.asked, candidate.unit.text, other.unit.text)
            and not are_versions(candidate.unit, other.unit)
        ]
        complete += [other for other in against if other not in complete]
        for other in against:
            both = sorted((candidate.unit, other.unit), key=_name)
            said = "; ".join(f"{_name(unit)} says “{_shorten(unit.text)}”" for unit in both)
            notes.append(DIFFER_NOTE.format(documents=said))
    return HeldVersions(chosen=complete, notes=tuple(dict.fromkeys(notes)))


def contradict(asked: Sequence[AskedKind], one: str, other: str) -> bool:
    """Whether two sentences are the same but for the value that is asked for."""
    for kind in asked:
        if kind.kind is AnswerKind.NAME:
            continue
        spans = [find_answers(text, kind) for text in (one, other)]
        if not all(spans):
            continue
        values = [{_flatten(text[a:b]) for a, b in there} for text, there in zip((one, other), spans, strict=True)]
        frames = [_cut(text, there) for text, there in zip((one, other), spans, strict=True)]
        are_figures = [any(char.isdigit() for value in there for char in value) for there in values]
        if (
            values[0].isdisjoint(values[1])
            and are_figures[0] is are_figures[1]
            and _share(*frames) >= _SAME_SENTENCE_MIN
        ):
            return True
    return False


def are_versions(one: Unit, other: Unit) -> bool:
    """Whether two units stand in two dated versions of one text."""
    days = find_validity(one), find_validity(other)
    if None in days or days[0] == days[1]:
        return False
    names = strip_file_name(one.evidence.document), strip_file_name(other.evidence.document)
    if all(names) and names[0] != names[1]:
        return False
    contexts = [frozenset(find_terms(strip_validity(unit.context))) for unit in (one, other)]
    return contexts[0] <= contexts[1] or contexts[1] <= contexts[0]


def _says_the_same(query: Query, one: Unit, other: Unit) -> bool:
    """Whether another unit says of the question what this one does, in other words or with another value."""
    if one is other or other.kind not in _SAYING or one.kind is not other.kind:
        return False
    if one.kind is UnitKind.ROW and one.evidence.document == other.evidence.document:
        return False
    own, there = read_terms(one.text), read_terms(other.text)
    asked = [term for term in query.weights if find_level(term, own) > 0]
    around = read_terms(f"{other.context} {other.text}")
    named = query.name_terms & set(find_terms(f"{one.context} {one.text}"))
    if not asked or any(not find_level(term, there) for term in asked) or any(not find_level(n, around) for n in named):
        return False
    kinds = [kind for kind in query.asked if kind.kind is not AnswerKind.NAME]
    if kinds and not any(find_answers(other.text, kind) for kind in kinds):
        return False
    pattern = _NAMES if len(kinds) < len(query.asked) else _NOTHING
    frames = [_cut(unit.text, [match.span() for match in pattern.finditer(unit.text)]) for unit in (one, other)]
    return _share(*frames) >= _SAME_RULE_MIN


def _says_something(query: Query, unit: Unit) -> bool:
    there = read_terms(unit.text)
    return any(find_level(term, there) > 0 for term in query.weights)


def _names_year(units: Sequence[Unit], moment: Moment) -> bool:
    """Whether a sentence says the year asked about for another reason than to tell from when it holds."""
    saying = [unit for unit in units if unit.kind in _SAYING and len(find_terms(strip_validity(unit.text))) > 1]
    return any(day[0] == moment.last[0] for unit in saying for day, _, _ in find_days(unit.text))


def _is_rule(unit: Unit) -> bool:
    """Whether a unit says what holds until it is changed, instead of what happened in a period."""
    return not _PAST.search(unit.text) and not _PERIODS.search(f"{unit.context} {unit.evidence.document}")


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> frozenset[str]:
    for start, end in sorted(spans, reverse=True):
        text = f"{text[:start]} {text[end:]}"
    return frozenset(term for term in find_terms(text) if not term.isdigit())


def _share(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / (len(one | other) or 1)


def _name(unit: Unit) -> str:
    return PurePath(unit.evidence.document).name


def _shorten(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN_MAX else f"{flat[:_SHOWN_MAX].rsplit(' ', 1)[0]} …"


def _flatten(text: str) -> str:
    return "".join(char for char in text.lower() if char.isalnum())
