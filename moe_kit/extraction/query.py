"""What a question asks for: weighted terms, named things, and the kind of answer it wants."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec

from moe_core.text.tokens import STOP_WORDS, Token, iterate_tokens, stem
from moe_kit.extraction.german import find_function_words, put_in_english
from moe_kit.extraction.kinds import AnswerKind, AskedKind, find_asked_kinds

# Words that say what to do, not what it is about.
TASK_WORDS = frozenset(
    """according analyse analyze answer cite compare compute calculate could describe detail details discuss document
    documents evidence explain find give identify information instruction list look many me much name outline please
    provide question relevant report say says search show source sources state statement summarise summarize summary
    support task tell text using use what's""".split()
)
# Words so common that they tell little about what a passage speaks of.
WEAK_WORDS = frozenset(
    """almost already always another anybody anyone anything away back become big bring came come did done down each
    else end ever every everybody everyone everything far first gave get give go going gone good got great happen
    happened held hold instead keep kept kind last least let like little long made make mean need never new next
    nobody nothing now off often old once one out part place put quite really said see seen set since small somebody
    someone something still take taken thing things think time today together took two until up use used want well
    went while without work year years yet""".split()
)
_CONNECTORS = frozenset("of the de del della der den des du di da la le les van von zu y e and at on".split())
# "A and B" are two names; "Bank of X" is one.
_SEPARATORS = frozenset(["and", "at", "on"])
_BETWEEN_NAME_WORDS = re.compile(r"[\s.'’\-–]{0,3}\Z")
_QUOTED = re.compile(r"[\"“«„]([^\"“”«»„]{2,80})[\"”»“]")
_SENTENCE_START = re.compile(r"(?:\A|[.?!:]\s+|\n\s*)[\"“'(\[]*\Z")
_NUMBER = re.compile(
    r"\bhow (?:many|much|far|long|large|big|tall|high|deep|wide|heavy|old|late|often|fast)\b"
    r"|\b(?:cost|costs|price|fare|fee|rate|rent|salary|number|percentage|per cent|share|total|average|mean|sum|amount"
    r"|population|capacity|size|height|length|weight|age)\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"\b(?:costs?|prices?|fares?|fees?|rents?|salary|wages?|(?:how much|what) (?:did|do|does|is|was) .*\bpa(?:y|id))\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bhow (?:many|much)\s+((?:[^\W_]+\s+){0,1}[^\W_]+)", re.IGNORECASE)
_DATE = re.compile(r"\b(?:when|what year|which year|year|date|what day|what month|which month)\b", re.IGNORECASE)
_NAME = re.compile(
    r"\b(?:who|whom|whose|where|which|what is the name|named|called|place|city|country)\b", re.IGNORECASE
)
_COMPARISON = re.compile(
    r"\b(?:compar\w+|versus|vs|than|both|same|differ\w*|earlier|later|older|younger|first|bigger|larger|cheaper|taller)\b"
    r"|\bor\b|\bbetween\b.+\band\b",
    re.IGNORECASE,
)

# What a name may begin with and share with any other one, and what is left of "doesn't".
_TITLES = frozenset("mr mrs ms miss dr prof sir herr frau".split())
_CONTRACTED = re.compile(r"\b(?:\w+n['’]t)\b", re.IGNORECASE)

# Of a term within a name; of one that says little; of one of the context only. Chosen by hand.
NAME_WEIGHT = 1.5
WEAK_WEIGHT = 0.4
CONTEXT_WEIGHT = 0.5


class Want(StrEnum):
    """A kind of answer."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"


WANT_OF: dict[AnswerKind | None, Want] = {
    AnswerKind.WHEN: Want.DATE,
    AnswerKind.NAME: Want.NAME,
    AnswerKind.CONTACT: Want.NAME,
}


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """A question, read.

    Attributes:
        text: As asked.
        focus: What this task asks: its instruction, or the whole question.
        weights: Stem to importance, before rarity is known.
        names: Named phrases as folded words.
        numbers: Terms with digits.
        wants: Kinds of answer it asks for, roughly.
        asked: The same, as exactly as its words tell.
        counted: Stems of what "how many" asks after.
        asks_price: The number it asks for is an amount of money.
        is_comparison: It sets things side by side.
    """

    text: str
    focus: str = ""
    weights: dict[str, float] = msgspec.field(default_factory=dict)
    names: tuple[tuple[str, ...], ...] = ()
    numbers: frozenset[str] = frozenset()
    wants: frozenset[Want] = frozenset()
    asked: tuple[AskedKind, ...] = ()
    counted: frozenset[str] = frozenset()
    asks_price: bool = False
    is_comparison: bool = False

    @property
    def name_terms(self) -> frozenset[str]:
        """Stems of the words of all names that carry meaning."""
        return frozenset(stem(word) for name in self.names for word in name if word not in STOP_WORDS)


def parse_query(question: str, instruction: str = "") -> Query:
    """Read a question and this task's own part of it.

    What only the whole question says counts for less than what the instruction says.
    """
    focus = instruction if has_content(instruction) else question
    weights = {term: CONTEXT_WEIGHT * share for term, share in _content_terms(question)}
    weights.update(_content_terms(focus))
    empty = find_function_words(focus)
    both = f"{question}\n{instruction}" if focus is not question and focus != question else question
    names = tuple(name for name in find_names(both) if not empty.issuperset(map(stem, name)))
    asked = find_asked_kinds(focus)
    english = put_in_english(focus)
    named = {stem(word) for name in names for word in name}
    for term in named & weights.keys():
        weights[term] *= WEAK_WEIGHT if term in _TITLES else NAME_WEIGHT
    numbers = frozenset(term for term in weights if any(char.isdigit() for char in term))
    for term in numbers:
        weights[term] = max(weights[term], NAME_WEIGHT * CONTEXT_WEIGHT)
    return Query(
        text=question,
        focus=focus,
        weights=weights,
        names=names,
        numbers=numbers,
        wants=_find_wants(english, asked),
        asked=asked,
        counted=frozenset(term for match in _COUNTED.finditer(english) for term, _ in _content_terms(match.group(1))),
        asks_price=_PRICE.search(english) is not None,
        is_comparison=_COMPARISON.search(focus) is not None and len(names) > 1,
    )


def has_content(text: str) -> bool:
    """Whether anything but stop words and task words is said."""
    return any(True for _ in _content_terms(text))


def find_names(text: str) -> tuple[tuple[str, ...], ...]:
    """Named phrases of a text as folded words, each once, in order: quoted ones and capitalised runs."""
    tokens = list(iterate_tokens(text))
    found = [tuple(token.folded for token in iterate_tokens(match.group(1))) for match in _QUOTED.finditer(text)]
    if _has_useful_case(tokens):
        found += [tuple(token.folded for token in run) for run in _capitalised_runs(text, tokens)]
    return tuple(dict.fromkeys(name for name in found if name))


def _content_terms(text: str) -> Iterator[tuple[str, float]]:
    """Stems of the words that say what a text is about, with their share of a term's importance."""
    for token in iterate_tokens(_CONTRACTED.sub("not", text)):
        word = token.folded
        if word not in STOP_WORDS and word not in TASK_WORDS and word != "s":
            yield stem(word), WEAK_WEIGHT if word in WEAK_WORDS else 1.0


def _has_useful_case(tokens: list[Token]) -> bool:
    """Where nothing is in lower case, capitals mark no names; a few words may be nothing but a name."""
    return len(tokens) < 4 or any(token.text[0].islower() for token in tokens)


def _capitalised_runs(text: str, tokens: list[Token]) -> Iterator[list[Token]]:
    run: list[Token] = []
    pending: list[Token] = []
    for token in tokens:
        last = (pending or run)[-1] if run else None
        if last is not None and not _BETWEEN_NAME_WORDS.match(text[last.end : token.start]):
            yield run
            run, pending = [], []
        if _is_name_word(text, token):
            run, pending = [*run, *pending, token], []
        elif run and token.folded in _CONNECTORS - _SEPARATORS and len(pending) < 2:
            pending.append(token)
        elif run:
            yield run
            run, pending = [], []
    if run:
        yield run


def _is_name_word(text: str, token: Token) -> bool:
    if not token.text[0].isupper():
        return False
    if not _SENTENCE_START.search(text, max(0, token.start - 6), token.start):
        return token.folded != "i"
    return token.folded not in STOP_WORDS | TASK_WORDS | WEAK_WORDS


def _find_wants(text: str, kinds: Iterable[AskedKind]) -> frozenset[Want]:
    patterns = ((Want.NUMBER, _NUMBER), (Want.DATE, _DATE), (Want.NAME, _NAME))
    wants = {want for want, pattern in patterns if pattern.search(text)}
    return frozenset(wants | {WANT_OF.get(asked.kind, Want.NUMBER) for asked in kinds})
