"""The few words of a quote that answer a question by themselves: a date, a figure, a name, or yes and no."""

import calendar
import re
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from moe_core.text.tokens import STOP_WORDS, find_terms, iterate_tokens, stem
from moe_kit.extraction.agents import find_agent, says_deed
from moe_kit.extraction.answer_times import find_times
from moe_kit.extraction.cells import find_cell
from moe_kit.extraction.dealt_values import DealtValue, find_dealt_value
from moe_kit.extraction.former import is_outdated, split_at_change, tells_change, tells_end
from moe_kit.extraction.german import find_function_words
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_answers, find_asked_kinds, find_implied
from moe_kit.extraction.likeness import TermSet, read_terms
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.relations import LIGHT_WORDS, find_level
from moe_kit.extraction.yes_no import asks_yes_or_no, find_condition, find_yes_or_no

# By kind, the share of exact ones: of XQuAD English and German and HotpotQA together for dates, counts and names
# (docs/explanation/short-answers.md); a guess for the others, which are too few there.
_CONFIDENCE = {
    AnswerKind.WHEN: 0.75,
    AnswerKind.COUNT: 0.63,
    AnswerKind.MONEY: 0.6,
    AnswerKind.OFTEN: 0.6,
    AnswerKind.VERSION: 0.6,
    AnswerKind.CONTACT: 0.7,
    AnswerKind.COLOUR: 0.6,
    AnswerKind.NAME: 0.31,
    None: 0.6,
}
_YES_NO_CONFIDENCE, _CELL_CONFIDENCE, _AGENT_CONFIDENCE = 0.8, 0.8, 0.35
_DEALT_CONFIDENCE = 0.6  # a guess: too few in the sets
_QUOTES_READ = 3
# Chosen on the first half of benchmarks/answers: below, what is given is wrong more often than it says.
_SHARE_MIN = 0.65  # of the question's words, those in the same clause counting most
_SHARE_MARGIN = 0.1
_MEANT_COSTS = 0.25  # more than the margin, less than what a word that nothing stands for costs
_NEARNESS_RATIO = 1.35
_AS_GOOD = 0.1  # less than what another word for a term, or another form of it, costs
_CLAUSE_BORDER = re.compile(r"[;,](?!\d)|\b(?:and|but|while|of which)\b")
_NO_NAMES = frozenset(map(str.lower, (*calendar.month_name, *calendar.day_name))) | frozenset(
    """januar februar marz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag
    fruhling fruhjahr sommer herbst winter""".split()
)
_PRONOUNS = frozenset("Ich Wir Ihr Sie Er Es She They You One This That These Those Dann Dort Hier".split())
_GIVEN = re.compile(r"\b(?:gets?|got|receives?|received|whom|belongs?)\b", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:at|in|to|from|near|on|\d+)\s+\Z")
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|he|she|his|her|one|this|these|we|our|i|my|es|er|sie|wir|ich)\b", re.IGNORECASE
)
_MEANS_OTHERS = re.compile(r"\b(?:it|its|they|them|he|she|his|her|this|these|es|er|sie)\b", re.IGNORECASE)
_AT_FIRST = re.compile(
    r"\b(?:first|initially|originally|at the beginning|at first|formerly|zuerst|zunächst|ursprünglich)\b", re.IGNORECASE
)
_LATER = re.compile(
    r"\b(?:then|later|raised to|lowered to|changed to|increased to|reduced to|moved to|now|finally|in"
    r" the end|dann|später"
    r"|schließlich|jetzt)\b",
    re.IGNORECASE,
)
# "It is kept for 730 days; it had been 365": what it was stands behind.
_BEFORE = re.compile(
    r"[;,(]\s*(?:it|they|this) (?:had been|was|were|used to be)\b|\((?:was|were|before)\b"
    r"|[;,(]\s*(?:previously|formerly|before that|instead of|up from|down from|bisher|zuvor|vorher|statt)\b",
    re.IGNORECASE,
)
_ASKS_BEFORE = re.compile(
    r"\b(?:before|used to|former\w*|previous\w*|original\w*|at first|initially|until|zuvor|vorher|früher|bisher)\b",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"\s([^\W\d_]+s)\b")
_OPENING = frozenset(map(stem, "open opens close closes begin begins start starts end ends".split()))
_LEADING_PRONOUN = re.compile(r"\A(?:it|they|he|she|es|er|sie)\b", re.IGNORECASE)
_SPAN_TRIMMED = re.compile(r"^(?:the|in|at|on|since|from|until|by)\s+", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w.])[A-Z][\w'’.-]*(?:\s(?:(?:of|de|der|van|von|the|&|and the)\s)?[A-Z][\w'’.-]*)*")


class AnswerSpan(msgspec.Struct, frozen=True, kw_only=True):
    """Words of a quote and a guess, in [0, 1], how often words like these are right."""

    text: str
    confidence: float


class _Rated(msgspec.Struct, frozen=True, kw_only=True):
    """A value of the kind asked for.

    Attributes:
        place: Of its quote.
        clause: Words of the question that its own clause says.
        is_whole: Its quote says all words of the question.
        is_one: What it tells of is called "one" only.
    """

    text: str
    share: float
    nearness: float
    place: int = 0
    clause: frozenset[str] = frozenset()
    is_whole: bool = False
    is_one: bool = False


def find_answer_span(question: str, quotes: Sequence[str]) -> AnswerSpan | None:
    """The words of the best quote that are of the kind asked for and stand nearest to what is asked about.

    None when the question asks for no kind known here, or two rivals stand equally near.
    """
    if not quotes:
        return None
    cell = find_cell(question, quotes)
    quotes = _join_headings(quotes)
    if asks_yes_or_no(question):
        decided = _decide(question, quotes)
        return AnswerSpan(text=decided, confidence=_YES_NO_CONFIDENCE) if decided else None
    if cell is not None:
        return AnswerSpan(text=cell, confidence=_CELL_CONFIDENCE)
    asked = find_asked_kinds(question)
    if is_outdated(question, quotes[0]):
        return _find_of_kind(question, quotes[:1], asked[0], is_changed=True) if len(asked) == 1 else None
    dealt = _find_dealt(question, quotes[0], asked)
    found = None
    if dealt is None or not dealt.is_labelled:
        found = _find_of_kind(question, quotes, asked[0]) if len(asked) == 1 else None
    if found is None and dealt is not None and dealt.text:
        found = AnswerSpan(text=dealt.text, confidence=_DEALT_CONFIDENCE)
    return found


def _decide(question: str, quotes: Sequence[str]) -> str | None:
    """Yes or no; what was allowed and is over is a no, and else what was tells nothing of what is."""
    if is_outdated(question, quotes[0]):
        own = split_at_change(quotes[0])[1]
        is_over = tells_end(own) or (not own and any(tells_change(one) and tells_end(one) for one in quotes[1:2]))
        over = {"Yes": "No", "Ja": "Nein"}.get(find_yes_or_no(question, quotes[0]) or "")
        return over if is_over else None
    decided = next(filter(None, (find_yes_or_no(question, quote) for quote in quotes[:_QUOTES_READ])), None)
    conditions = [find_condition(question, quote) for quote in quotes]
    if any(conditions):
        return None if decided else next(filter(None, conditions[:_QUOTES_READ]), None)
    return decided


def _find_dealt(question: str, quote: str, asked: Sequence[AskedKind]) -> DealtValue | None:
    """What the sentence deals out to the one that the question asks about; of what changed, none."""
    if _LATER.search(quote) or _BEFORE.search(quote):
        return None
    terms = frozenset(parse_query(question).weights) - LIGHT_WORDS - find_function_words(question)
    kinds = [one for one in asked if one.kind not in (AnswerKind.NAME, AnswerKind.WHEN)] if asked else [None]
    dealt = {value for value in (find_dealt_value(quote, terms, kind) for kind in kinds) if value is not None}
    return dealt.pop() if len(dealt) == 1 else None


def _find_of_kind(
    question: str, quotes: Sequence[str], asked: AskedKind, *, is_changed: bool = False
) -> AnswerSpan | None:
    """The words of the one kind asked for that stand nearest to what is asked about.

    Args:
        is_changed: The first quote tells what was: who did it then is no answer.
    """
    is_name = asked.kind is AnswerKind.NAME
    doers = (find_agent(question, quote) for quote in quotes[:_QUOTES_READ] if is_name and not is_changed)
    agent = next(filter(None, doers), None)
    if agent is not None:
        return AnswerSpan(text=agent, confidence=_AGENT_CONFIDENCE)
    if is_name and not says_deed(question, quotes[:_QUOTES_READ]):
        return None
    terms = (
        frozenset(parse_query(question).weights)
        - LIGHT_WORDS
        - find_function_words(question)
        - _find_kind_terms(question, quotes, asked)
    )
    rated = [
        replace(_rate(quote, span, _leave_out_meant(quote, terms, before=quotes[:place]), terms), place=place)
        for place, quote in enumerate(quotes[:_QUOTES_READ])
        for span in _find_spans(question, quote, asked, terms)
    ]
    rated = _leave_out_replaced(question, quotes[0], rated)
    if not rated:
        return None
    rated.sort(key=lambda item: (-item.share, -item.nearness))
    best = rated[0]
    rivals = [item for item in rated[1:] if item.text != best.text and item.share >= best.share - _SHARE_MARGIN]
    is_clear = all(best.nearness and best.nearness >= _NEARNESS_RATIO * item.nearness for item in rivals)
    if best.share < _SHARE_MIN or not is_clear or (rivals and is_name) or (not is_name and _is_anothers(best, rated)):
        return None
    return AnswerSpan(text=best.text.strip(" .,;"), confidence=_CONFIDENCE[asked.kind])


def _is_anothers(best: _Rated, rated: Sequence[_Rated]) -> bool:
    """Whether the sentence has another value of the kind, and its words leave open which of them is meant.

    So they do where another one's clause says words of the question that this one's does not, and where another thing
    is called "one" and the question tells more than the sentence: "a blue label, the 5 mg solution a yellow one".
    """
    others = [item for item in rated if item.place == best.place and item.text != best.text]
    if not others:
        return False
    told = frozenset[str]().union(*(item.clause for item in others))
    if told - best.clause:
        return not best.clause - told
    return not best.is_whole and not told and any(item.is_one for item in others)


def _join_headings(quotes: Sequence[str]) -> list[str]:
    """Quotes, a heading joined to what stands below it."""
    if len(quotes) > 1 and quotes[0].startswith("#"):
        return [f"{quotes[0].lstrip('# ')}: {quotes[1].lstrip('-* ')}", *quotes[2:]]
    return list(quotes)


def _leave_out_meant(quote: str, terms: frozenset[str], *, before: Sequence[str]) -> frozenset[str]:
    """The terms without those that a pronoun of the quote stands for: said just before, where something was."""
    if re.search(r"\d[^,;]* (?:to|until|till|bis) \d", quote):
        terms = terms - _OPENING or terms  # a range says when
    if not _PRONOUN.search(quote):
        return terms
    there = read_terms(quote)
    held = frozenset(term for term in terms if find_level(term, there))
    if before:
        said = read_terms(before[-1])
        held |= frozenset(term for term in terms if not find_level(term, said))
    return held if held or _LEADING_PRONOUN.match(quote) else terms


def _leave_out_replaced(question: str, quote: str, rated: list[_Rated]) -> list[_Rated]:
    """Without values that the sentence says were replaced later; only those, where the question asks for them."""
    former, change = split_at_change(quote)
    if is_outdated(question, quote):
        return [item for item in rated if _stands_in(item.text, change) and not _stands_in(item.text, former)]
    before = _BEFORE.search(quote)
    behind = [item for item in rated if before is not None and _stands_in(item.text, quote[before.start() :])]
    if behind or (before is not None and _ASKS_BEFORE.search(question)):
        return behind if _ASKS_BEFORE.search(question) else [item for item in rated if item not in behind] or rated
    first, later = _AT_FIRST.search(quote), _LATER.search(quote)
    if first is None or later is None or later.start() < first.start():
        return rated
    wants_first = _AT_FIRST.search(question) is not None
    return [item for item in rated if (item.text in quote[later.start() :]) is not wants_first] or rated


def _stands_in(value: str, text: str) -> bool:
    """Whether a text has a value, not as a part of another word or figure."""
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w|[.,]\d)", text) is not None


def _find_kind_terms(question: str, quotes: Sequence[str], asked: AskedKind) -> frozenset[str]:
    """Stems of the question's words that an answer of the kind says by itself."""
    said = frozenset(word for quote in quotes for word in find_implied(question, quote, asked))
    return frozenset(map(stem, said))


def _find_spans(question: str, quote: str, asked: AskedKind, terms: frozenset[str]) -> list[tuple[int, int]]:
    """Spans of the kind that the question does not say itself."""
    if asked.kind is AnswerKind.NAME:
        spans = list(_find_names(quote, is_given=_GIVEN.search(question) is not None))
    else:
        spans = find_times(question, quote, asked) if asked.kind is AnswerKind.WHEN else [*find_answers(quote, asked)]
    if asked.kind is AnswerKind.COUNT:
        spans = _prefer_counted(question, quote, spans)
    if asked.kind is AnswerKind.WHEN and re.search(r"\b(?:what|which) year\b", question, re.IGNORECASE):
        years = [m.span() for m in re.finditer(r"(?<![\d.,])(?:1\d|20)\d\d(?![\d,])", quote)]
        spans = years or spans
    trimmed = []
    for start, end in spans:
        match = _SPAN_TRIMMED.match(quote[start:end]) if asked.kind is not AnswerKind.OFTEN else None
        begin = start + match.end() if match else start
        words = frozenset(find_terms(quote[begin:end]))
        if words and not words & terms:
            trimmed.append((begin, end))
    return trimmed


def _prefer_counted(question: str, quote: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    match = re.search(r"\bhow many\s+((?:\w+\s+){0,2}\w+)", question, re.IGNORECASE)
    wanted = frozenset(find_terms(match[1])) if match else frozenset()
    near = [
        (start, end)
        for start, end in spans
        if wanted & {stem(token.folded) for token in list(iterate_tokens(quote[end : end + 40]))[:3]}
    ]
    alone = [span for span in spans if quote[span[0] : span[1]].lower() != "one"]
    if wanted and len(alone) == 1 and _counts_another(quote[alone[0][1] :], wanted):
        return near
    return near or (alone if len(alone) == 1 else [])


def _counts_another(behind: str, wanted: frozenset[str]) -> bool:
    """Whether the word right behind a figure is a noun that is not counted: "two coats" are no shelves."""
    word = _NEXT_WORD.match(behind)
    if word is None or word[1].lower() in STOP_WORDS:
        return False
    there = read_terms(word[1])
    return not any(find_level(term, there) for term in wanted)


def _find_names(quote: str, *, is_given: bool) -> Iterator[tuple[int, int]]:
    """Capitalised runs that may be who did it: no months, no places, no label before a colon, no lone first word."""
    for match in _NAME.finditer(quote):
        words = [token.folded for token in iterate_tokens(match.group())]
        is_first = not quote[: match.start()].strip(" -*0123456789.")
        if (
            len(match.group()) < 3
            or (words and words[0] in _NO_NAMES)
            or match.group() in _PRONOUNS
            or quote[match.end() :].startswith(":")
        ):
            continue
        if (not is_given and _PLACED.search(quote, 0, match.start())) or (is_first and len(words) == 1):
            continue
        yield match.span()


def _rate(quote: str, span: tuple[int, int], terms: frozenset[str], asked: frozenset[str]) -> _Rated:
    """How much of the question stands in a span's quote and clause, and how near to it, in words.

    What a pronoun stands for counts for less: a quote that says it itself is the better witness.
    """
    tokens = list(iterate_tokens(quote))
    start, end = _find_clause(quote, span)
    inside = [place for place, token in enumerate(tokens) if span[0] <= token.start < span[1]]
    whole = read_terms(quote)
    # where a quote says lunch itself, breakfast does not stand for it
    held = {term: find_level(term, whole) or 1.0 for term in terms}
    nearness, there, clause = 0.0, set[str](), set[str]()
    for place, token in enumerate(tokens):
        said = TermSet([stem(token.folded)])
        meant = [term for term in terms if find_level(term, said) > held[term] - _AS_GOOD] if inside else []
        if not meant:
            continue
        there.update(meant)
        if start <= token.start < end:
            clause.update(meant)
        nearness += 1.0 / (2 + min(abs(place - inside[0]), abs(place - inside[-1])))
    later = {term for term in there - clause if find_level(term, read_terms(quote[end:]))}
    if any(term.isdigit() for term in later) or (
        later and (_has_figure(quote[:start], terms) or _has_figure(quote[end:], terms))
    ):
        return _Rated(text=quote[span[0] : span[1]], share=0.0, nearness=nearness)
    share = (0.6 * len(there) + 0.4 * len(clause)) / len(terms) if terms else _SHARE_MIN
    if terms < asked and terms:
        share *= 1 - _MEANT_COSTS * (len(asked) - len(terms)) / len(asked)
    return _Rated(
        text=quote[span[0] : span[1]],
        share=share,
        nearness=nearness,
        clause=frozenset(clause),
        is_whole=all(find_level(term, whole) > 0 for term in (terms if _MEANS_OTHERS.search(quote) else asked)),
        is_one=re.search(r"\bones?\b", quote[start:end]) is not None,
    )


def _has_figure(text: str, terms: frozenset[str]) -> bool:
    """Whether a part of a quote has a figure of its own, which the question does not say."""
    return any(token.text[0].isdigit() and stem(token.folded) not in terms for token in iterate_tokens(text))


def _find_clause(quote: str, span: tuple[int, int]) -> tuple[int, int]:
    borders = [match.start() for match in _CLAUSE_BORDER.finditer(quote)]
    start = max((border for border in borders if border < span[0]), default=0)
    return start, min((border for border in borders if border >= span[1]), default=len(quote))
