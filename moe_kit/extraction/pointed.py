"""The unit that answers a question by itself: its subject, its relation and its kind of answer in one place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from moe_core.text.tokens import STOP_WORDS, find_terms, iterate_tokens, stem
from moe_kit.extraction.agents import find_agent, find_deed
from moe_kit.extraction.asked import asks_latest, find_asked, find_kind_nouns
from moe_kit.extraction.companions import leans_on_neighbour
from moe_kit.extraction.fitting import asks_what_if, fits_plain, gives_condition
from moe_kit.extraction.german import find_function_words, is_german, put_in_english
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers, find_implied, names_dimension
from moe_kit.extraction.likeness import TermSet, hold_terms, read_terms
from moe_kit.extraction.phrases import find_phrase_terms
from moe_kit.extraction.query import Query
from moe_kit.extraction.ranking import RankedUnit, Ranking
from moe_kit.extraction.relations import LIGHT_WORDS, find_level, find_loose_level
from moe_kit.extraction.somebody import names_somebody
from moe_kit.extraction.units import Unit, UnitKind
from moe_kit.extraction.yes_no import asks_yes_or_no

# Chosen on the first half of benchmarks/answers.
_SHARE_MIN = 0.74  # of the question's weight, where it asks for a kind that the unit holds
_PLAIN_SHARE_MIN = 0.79  # the same where any sentence may answer
_CASE_SHARE_MIN = 0.6  # the same where a case is asked about and the sentence speaks of one
_TIE = 0.04
_ANSWERS_MAX = 3
_LIGHT = 0.35
# What a term is worth where it stands: in the sentence that the unit leans on, its headings, the one before it.
_LEANT_ON, _HEADED, _BEFORE, _AROUND = 0.9, 0.85, 0.7, 0.4
_POINTS_BACK = re.compile(
    r"\A(?:The|Der|Die|Das)\b|\b(?:it|its|they|them|their|he|his|him|she|her|one|this|these|that|there|so|es|er|sie|ihn|ihm|ihr|sein|seine"
    r"|dafür|damit|dort)\b",
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"\A\s*(?:what|who) (?:is|are|was|were) (?:the |an? )?(?P<name>[\w .-]{2,40}?)\s*\??\s*\Z", re.IGNORECASE
)
_MINE = re.compile(r"\b(?:i|me|my|mine|we|us|our|ich|mir|mich|mein\w*|wir|uns|unser\w*)\b", re.IGNORECASE)
_PASSIVE = re.compile(
    r"\b(?:was|were|been|be|is|are)\s+(?-i:[a-z]\w*\s+)?(?-i:[a-z]\w*)(?:ed|en|t)\b(?!\s+(?:a|an|the)\b)|\b(?:wurde|wurden|wird|werden|worden)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:by|von|vom|durch|who|whom|wer)\b|:", re.IGNORECASE)
_MAY_WHEN = re.compile(r"\b(?:when|wann)\s+(?:may|can|must|should|does|do|darf|kann|muss)\b", re.IGNORECASE)
_IF = re.compile(r"\b(?:if|when|once|as soon as|unless|wenn|falls|sobald)\b", re.IGNORECASE)
_CLOCKS = re.compile(r"\d\s?(?:[ap]m|Uhr)?\s?(?:to|until|till|bis|[-–])\s?\d", re.IGNORECASE)
_WRITTEN_ROW = re.compile(r"\A\S[^:;\n]{0,40}: [^;\n]+;")
_HIGH = re.compile(r"\b(?:how high|wie hoch)\b", re.IGNORECASE)
_ALL_OF = re.compile(r"\bhow many\b.*\b(?:ha(?:ve|s|d)|(?:are|were) there)\s*(?:\?|in\b|at\b|on\b|\Z)", re.IGNORECASE)
_BEING = frozenset(map(stem, "are were belong belongs live lives work works attend attends exist make".split()))
_ANYBODY = re.compile(r"\bif (?:an?|my|your|our) (\w+)\b", re.IGNORECASE)
_WHO = re.compile(r"\bwho(?:m|se)?\b", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_ANY_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?!\d|,\d)")
_LITERAL = re.compile(r"(?<![\w.])\d+(?:[.-]\d+){1,3}(?![\w.]*\w)")
_VERSION = re.compile(r"\d+(?:\.\d+)+")
# What any sentence says that answers a question of somebody's birth or death.
_BORN = r"\b(?:born|birth\w*|geboren\w*|geburt\w*|geb|n[ée]e|bapti\w*)\b|\bb\.|\*"
_DEAD = (
    r"\b(?:dies?|died|dead|death|deceased|killed|drowned|perished|lost|late|ill\w*|fever|buried|passed away"
    r"|gestorben\w*|starb|verst[ao]rb\w*|tot|tode?s?)\b|†"
)
_LIVES = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(told, re.IGNORECASE))
    for asks, told in (
        (r"\b(?:born|geboren)\b", _BORN),
        (r"\b(?:died|gestorben|starb)\b|\b(?:do|did|does|to|will|would) .*\bdie\b", _DEAD),
    )
)
# "Entrance C", "vitamin D": a letter that tells one thing from its like.
_LABEL = re.compile(r"(?<=[^\W\d_] )[A-HJ-Z](?=\W*\s|\W*\Z)(?!['’.]\S)")
_BACK_MAX = 4  # sentences back to what a pronoun stands for
_EXACT_TEXTS = 3  # of the texts that may say a term, those that may say a figure
_COUNTED_BEHIND = 4  # words behind a figure among which the thing counted stands


class PointedUnit(msgspec.Struct, frozen=True, kw_only=True):
    """A unit that answers, with how much of the question it says.

    Attributes:
        share: In [0, 1].
        own: The same of its own words alone.
        meant: The sentence before it that says what its pronoun stands for.
        year: 1 when it speaks of the year asked about, 0 when of none.
        heading: The heading that holds the answer, where the unit itself does not.
    """

    candidate: RankedUnit
    share: float
    own: float
    heading: RankedUnit | None = None
    meant: Unit | None = None
    year: int = 0


def find_pointed(query: Query, ranking: Ranking, units: Sequence[Unit]) -> list[PointedUnit]:
    """The units that answer best, all about equally well; none where no single one does."""
    if query.is_comparison or not query.weights:
        return []
    entries = [candidate for candidate in ranking.candidates if candidate.unit.kind is UnitKind.ENTRY]
    latest = _find_latest(query, entries)
    if latest is not None:
        return [PointedUnit(candidate=latest, share=1.0, own=1.0)]
    least = _SHARE_MIN if query.asked else _PLAIN_SHARE_MIN
    rated = rate_all(query, ranking, units, entries, least=least)
    if not rated:
        return []
    rated.sort(key=lambda item: (-item.year, -round(item.share, 2), -round(item.own, 2), -item.candidate.score))
    best = next((item for item in rated if _defines(query, item.candidate.unit)), rated[0])
    if best is not rated[0]:
        return [best]
    return [
        item
        for place, item in enumerate(rated)
        if item.year == best.year
        and all(item.candidate.unit.text != other.candidate.unit.text for other in rated[:place])
        and item.share >= best.share - _TIE
        and item.own >= best.own - _TIE
        and item.candidate.score > 0
    ][:_ANSWERS_MAX] or [best]


def _defines(query: Query, unit: Unit) -> bool:
    """Whether a unit tells what the thing is that a bare question names."""
    asks = _DEFINES.match(put_in_english(query.focus))
    return (
        asks is not None
        and re.match(
            rf"(?:the |an? |der |die |das )?{re.escape(asks['name'])}\b[^,.;]{{0,30}}\b(?:is|are|was"
            rf"|were|ist|sind)\s+(?:an?|the|one|ein\w*|der|die|das)\b",
            unit.text,
            re.IGNORECASE,
        )
        is not None
    )


def rate_all(
    query: Query,
    ranking: Ranking,
    units: Sequence[Unit],
    entries: Sequence[RankedUnit],
    *,
    least: float,
) -> list[PointedUnit]:
    """The units that say at least so much of the question, all that it says exactly included."""
    weights = weigh_query(query)
    before = {unit: other for other, unit in pairwise(units) if other.place == unit.place}
    told = {unit: list(list_before(unit, before)) for unit in before}
    exact = frozenset(term for term in query.numbers & weights.keys() if not _YEAR.fullmatch(term))
    nouns = find_asked(put_in_english(query.focus)) & weights.keys()
    years = frozenset(term for term in weights if _YEAR.fullmatch(term))
    literals = _LITERAL.findall(query.focus)
    said = [told for asks, told in _LIVES if asks.search(query.focus)]
    labels = [] if query.focus.isupper() else [re.compile(rf"\b{name}\b") for name in _LABEL.findall(query.focus)]
    is_case = asks_what_if(query.focus)
    asked = TermSet(query.weights)
    # a value, where one is asked for, is more than the question already
    needs_more = all(one.kind is AnswerKind.NAME for one in query.asked) and not asks_yes_or_no(query.focus)
    found = []
    for candidate in ranking.candidates:
        unit = candidate.unit
        holder, implied = find_holder(query, candidate, entries)
        if (
            holder is None
            or (holder is candidate and needs_more and not _tells_more(unit, asked))
            or _rate_year(years, unit) < 0
            or any(literal not in f"{unit.context} {unit.text}" for literal in literals)
            or (holder is not candidate and any(literal not in holder.unit.text for literal in literals))
            or not all(one.search(f"{unit.context} {unit.text}") for one in (*labels, *said))
        ):
            continue
        texts = list_texts(query, candidate, told.get(unit, ()))
        left = {term: weight for term, weight in weights.items() if term not in implied | years} or weights
        levels = {term: 1.0 if term in implied else rate_term(term, texts) for term in left}
        if any(rate_term(term, texts[:_EXACT_TEXTS]) <= _AROUND for term in exact & left.keys()):
            continue
        if nouns & left.keys() and not any(levels[term] > _AROUND for term in nouns & left.keys()):
            continue
        total = sum(left.values())
        share = sum(left[term] * level for term, level in levels.items()) / total
        own_set = texts[0][0]
        own = sum(left[term] * (1.0 if term in implied else find_level(term, own_set)) for term in left) / total
        needed = min(least, _CASE_SHARE_MIN) if is_case and gives_condition(unit.text) else least
        if share >= needed and (
            own > 0 or _says_by_kind(query, unit, implied) or _opens_heading(unit, before.get(unit))
        ):
            heading = holder if holder is not candidate else None
            found.append(
                PointedUnit(
                    candidate=candidate,
                    share=share,
                    own=own,
                    heading=heading,
                    meant=_find_meant(left.keys(), texts, told.get(unit, ()))
                    or _find_whom(query, told.get(unit, ()), unit),
                    year=_rate_year(years, unit),
                )
            )
    return found


def _tells_more(unit: Unit, asked: TermSet) -> bool:
    """Whether a unit has any word beside those of the question, announces what has, or is the version asked for."""
    if unit.kind is UnitKind.ENTRY or unit.text.endswith(":"):
        return True
    return any(not asked.find_likeness(term) for term in find_terms(unit.text))


def _says_by_kind(query: Query, unit: Unit, implied: frozenset[str]) -> bool:
    """Whether a unit says the question by its answer's kind alone; "I" may stand for anybody there."""
    is_contact = query.asked and query.asked[0].kind is AnswerKind.CONTACT
    return bool(implied) and (bool(is_contact) or not _MINE.search(unit.text))


def _find_meant(terms: Iterable[str], texts: Sequence[tuple[TermSet, float]], before: Sequence[Unit]) -> Unit | None:
    """The nearest sentence before a unit that says a term which neither the unit nor its headings do."""
    if len(texts) <= _EXACT_TEXTS:
        return None
    missing = [term for term in terms if not any(find_level(term, there) for there, _ in texts[:_EXACT_TEXTS])]
    return next((unit for unit in before if any(find_level(t, read_terms(unit.text)) for t in missing)), None)


def _find_whom(query: Query, before: Sequence[Unit], unit: Unit) -> Unit | None:
    """The sentence that names whom a pronoun stands for, where a name is asked for."""
    if not any(asked.kind is AnswerKind.NAME for asked in query.asked) or not leans_on_neighbour(unit.text):
        return None
    return next((other for other in before if not leans_on_neighbour(other.text)), None)


def _opens_heading(unit: Unit, before: Unit | None) -> bool:
    """Whether a unit is the first below its heading: what the heading names, it tells."""
    return before is not None and before.kind is UnitKind.HEADING


def weigh_query(query: Query) -> dict[str, float]:
    """What each term counts: verbs that join anything little, nouns that name a kind of answer nothing."""
    kinds = find_kind_nouns(put_in_english(query.focus))
    weights = {
        term: weight * (_LIGHT if term in LIGHT_WORDS else 1.0)
        for term, weight in query.weights.items()
        if term not in kinds | find_function_words(query.focus)
    }
    for match in _ANYBODY.finditer(query.focus):
        term = stem(match[1].lower())
        weights[term] = min(weights.get(term, 0.0), _LIGHT) or _LIGHT
    if _HIGH.search(query.focus) and not query.asked:
        weights.pop("high", None)
        weights.pop("hoch", None)
    return weights or dict(query.weights)


def list_texts(query: Query, candidate: RankedUnit, before: Sequence[Unit]) -> list[tuple[TermSet, float]]:
    """The texts that may say a term for a unit, with what it is worth there; the unit's own is the first."""
    unit = candidate.unit
    leant_on = candidate.antecedent.text if candidate.antecedent is not None else ""
    texts = [
        (hold_terms(candidate.terms), 1.0),
        (read_terms(_find_heading(unit)), _HEADED),
        (read_terms(leant_on), _LEANT_ON),
    ]
    is_contact = bool(query.asked) and query.asked[0].kind is AnswerKind.CONTACT
    told = (
        before if _POINTS_BACK.search(unit.text) else before[:1] if is_contact and not _MINE.search(unit.text) else ()
    )
    if told:
        texts.append((TermSet([term for other in told for term in find_terms(other.text)]), _BEFORE))
    if _MINE.search(unit.text):
        texts.append((read_terms(find_sender(unit.evidence.text, unit.start - unit.evidence.start)), _HEADED))
    return texts


def _find_heading(unit: Unit) -> str:
    """What a unit stands under; the document's title does not count below another heading of the first rank."""
    title, _, rest = unit.context.partition("\n")
    return rest if rest.startswith("# ") and rest[2:].split("\n")[0].strip() != title.strip() else unit.context


def list_before(unit: Unit, before: Mapping[Unit, Unit]) -> Iterator[Unit]:
    """The sentence before a unit, and further back as long as each points back itself."""
    for _ in range(_BACK_MAX):
        if unit not in before:
            return
        unit = before[unit]
        yield unit
        if not _POINTS_BACK.search(unit.text):
            return


def _rate_year(years: frozenset[str], unit: Unit) -> int:
    """1 when a unit, its headings or its document's name have a year asked about, -1 when they have another, else 0."""
    if not years:
        return 0
    said = set(_ANY_YEAR.findall(unit.text)) or set(_ANY_YEAR.findall(f"{unit.context} {unit.evidence.document}"))
    return 1 if said & years else -1 if said else 0


def rate_term(term: str, texts: Sequence[tuple[TermSet, float]]) -> float:
    """How well the texts of a unit say a term, in [0, 1]."""
    return max(worth * find_loose_level(term, there) for there, worth in texts)


def find_holder(
    query: Query, candidate: RankedUnit, entries: Sequence[RankedUnit]
) -> tuple[RankedUnit | None, frozenset[str]]:
    """What holds an answer of the kind asked for, the unit or the entry above it, and the terms that it implies."""
    unit = candidate.unit
    if not query.asked:
        return (candidate if fits_plain(query.focus, unit) else None), frozenset()
    for holder in (candidate, _find_entry(candidate, entries)):
        if holder is None:
            continue
        told = [asked for asked in query.asked if holds_answer(query, holder.unit, asked)]
        if told:
            implied = {
                stem(word)
                for asked in told
                for word in find_implied(f"{query.focus} {put_in_english(query.focus)}", holder.unit.text, asked)
            }
            if holder.unit.kind is UnitKind.ENTRY:
                implied |= _ENTRY_TERMS
            return holder, frozenset(implied)
    return None, frozenset()


_GIVING = (LIGHT_WORDS | frozenset(map(stem, "receives sent sends".split()))) - {stem("makes"), stem("made")}
_DEED_TERMS = 3  # terms of a question so short that its verb must be said
_ENTRY_TERMS = frozenset(map(stem, "version release released releases published".split()))


def _find_entry(candidate: RankedUnit, entries: Sequence[RankedUnit]) -> RankedUnit | None:
    lines = candidate.unit.context.split("\n")
    return next((entry for entry in entries if entry.unit.text in lines and _is_near(entry, candidate)), None)


def _is_near(entry: RankedUnit, candidate: RankedUnit) -> bool:
    return entry.unit.evidence.document == candidate.unit.evidence.document and entry is not candidate


def holds_answer(query: Query, unit: Unit, asked: AskedKind) -> bool:
    """Whether a unit holds an answer of a kind that the question does not say itself."""
    if asked.kind is AnswerKind.NAME:  # "the landlord" is one, too: its words decide
        if not _says_deed(query, unit) or not _names_somebody(query, unit):
            return False
        return not _PASSIVE.search(unit.text) or _BY.search(unit.text) is not None
    if asked.kind is AnswerKind.WHEN and _MAY_WHEN.search(query.focus) and _IF.search(unit.text):
        return True
    is_written_row = _WRITTEN_ROW.search(unit.text) is not None
    if asked.dimension == "time" and _CLOCKS.search(unit.text):
        return True
    if is_written_row and asked.kind is None and names_dimension(unit.text, asked.dimension):
        asked = AskedKind(AnswerKind.COUNT)
    spans = [
        span
        for span in find_answers(unit.text, asked)
        if not (terms := frozenset(find_terms(unit.text[span[0] : span[1]]))) or not terms <= query.weights.keys()
    ]
    if asked.kind is not AnswerKind.COUNT or not spans or not query.counted:
        return bool(spans)
    return unit.kind is UnitKind.ROW or is_written_row or any(_is_counted(query, unit.text, span) for span in spans)


def _says_deed(query: Query, unit: Unit) -> bool:
    """Whether a unit says what somebody did who is asked after; with few other words, nothing else tells it."""
    deed = find_deed(query.focus)
    is_row = unit.kind is UnitKind.ROW or _WRITTEN_ROW.search(unit.text) is not None
    if deed is None or deed in _GIVING or is_german(query.focus) or (len(query.weights) > _DEED_TERMS and not is_row):
        return True
    said = (*find_terms(f"{unit.context} {unit.text}"), *find_phrase_terms(unit.text))
    return find_level(deed, TermSet(said)) > 0


def _names_somebody(query: Query, unit: Unit) -> bool:
    """Whether anybody is spoken of, where a question asks for one; German writes all nouns as it does names."""
    if is_german(query.focus) or not _WHO.search(query.focus):
        return True
    known = query.weights.keys()
    return names_somebody(unit.text, unit.evidence.text, known) or find_agent(query.focus, unit.text) is not None


def _is_counted(query: Query, text: str, span: tuple[int, int]) -> bool:
    """Whether what is counted stands behind a figure, or another word of the question right before it."""
    start, end = span
    if _ALL_OF.search(query.focus) and _is_some(text, start, end):
        return False
    behind = [stem(token.folded) for token in iterate_tokens(text[end : end + 60])][:_COUNTED_BEHIND]
    there = TermSet(behind)
    if any(find_level(term, there) > 0 for term in query.counted):
        return True
    ahead = TermSet([stem(token.folded) for token in iterate_tokens(text[max(0, start - 20) : start])][-1:])
    return any(find_level(term, ahead) > 0 for term in query.weights.keys() - LIGHT_WORDS)


def _is_some(text: str, start: int, end: int) -> bool:
    """Whether a figure counts some of a whole: "two of our boats", "six boats sailed" where it opens the sentence."""
    if re.match(r" of (?:the|our|its|their|these)\b", text[end:]):
        return True
    verb = re.match(r"\s\w+\s(\w+)", text[end:])
    return not text[:start].strip() and verb is not None and stem(verb[1].lower()) not in STOP_WORDS | _BEING


def find_sender(text: str, place: int) -> str:
    """Who says "I" at a place of a letter or mail: its line From, else its head and the name below it."""
    head = [match.group() for match in re.finditer(r"^(?:from|von): .*$", text[:place], re.IGNORECASE | re.MULTILINE)]
    if head:
        return head[-1]
    name = re.search(r"^[A-Z][\w.-]+(?: [A-Z][\w.-]+){0,3}$", text[place:], re.MULTILINE)
    return f"{text.split(chr(10) + chr(10), maxsplit=1)[0]}\n{name.group() if name else ''}"


def _find_latest(query: Query, entries: Sequence[RankedUnit]) -> RankedUnit | None:
    """The entry with the highest version, where the question asks for the latest one, and not what it does."""
    if not asks_latest(query.focus):
        return None
    numbered: Mapping[tuple[int, ...], RankedUnit] = {
        tuple(map(int, match.group().split("."))): entry
        for entry in entries
        if (match := _VERSION.search(entry.unit.text))
    }
    return numbered[max(numbered)] if numbered else None
