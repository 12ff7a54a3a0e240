"""Yes or no, where a sentence says or denies just what a question asks."""

import re
from collections.abc import Collection, Iterable

from moe_core.text.tokens import find_terms, fold, stem
from moe_kit.extraction.german import find_function_words, is_german, put_in_english
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.phrases import find_phrase_terms
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.relations import LIGHT_WORDS, find_level

_ASKS = re.compile(
    r"\A\s*(?:and |so |und )?(?:is|are|was|were|does|do|did|has|have|had|can|could|may|must|should|will"
    r"|would|am|ist|sind"
    r"|war|waren|hat|haben|darf|dürfen|kann|können|muss|müssen|gibt|wird|werden|wurde|wurden|soll|gilt|braucht)\b(?!.*\bor\b)",
    re.IGNORECASE,
)
_FORBIDDEN = re.compile(r"\b(?:forbidden|prohibited|banned|verboten|untersagt)\b", re.IGNORECASE)
_ALLOWED = frozenset(map(stem, "allowed allow permitted permit erlaubt gestattet".split()))
_ASKS_VALUE = re.compile(r"\s*(?:what|how|when|who|where|why|which)\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|forbidden|prohibited|banned|excluded"
    r"|nicht|kein\w*|nie|niemals|ohne|verboten|untersagt)\b|n['’]t\b",
    re.IGNORECASE,
)
# With a condition, neither word alone is the answer.
_CONDITION = re.compile(
    r"\b(?:only|unless|except\w*|exclud\w+|apart from|other than|if|provided|subject to|as long as|in case"
    r"|with (?:the |a |prior |\w+['’]s? )?(?:prior )?(?:written )?(?:consent|permission|approval)|until"
    r"|maybe|perhaps|might|could|should|planned|wants? to|nur|außer\w*|ausgenommen|ausnahme\w*|es sei denn|solange"
    r"|vorausgesetzt|wenn|falls|sofern|sollte|zustimmung|genehmigung|erlaubnis|einwilligung)\b"
    r"|\b(?:not|never|no|nicht|kein\w*|cannot|n['’]t)\b[^.;]*\b(?:without|ohne)\b",
    re.IGNORECASE,
)
# What makes of a deed a plan, undoes it, hands it on, or turns around what is asked: words by how they begin.
_TURNED = re.compile(
    r"\b(?P<stem>reject|declin|refus|withdr|cancel|propos|postpon|planned|intend|want|hoped|instead"
    r"|voted down|turned down|called off|put off|replac|succeed|free\b|exempt"
    r"|abgelehnt|abgelöst|abgesagt|zurückgezogen|ersetzt|verschoben|wollte|geplant|stattdessen|kostenlos|frei\b|beantragt)",
    re.IGNORECASE,
)
# What side of a figure is asked about: "until 8" says nothing of "after 8".
_BEYOND = re.compile(
    r"\b(?P<word>after|before|until|till|over|under|above|below|(?:more|less|longer|older|younger) than|nach|vor|bis"
    r"|über|unter|ab|mehr als|weniger als|länger als) (?:the )?\d",
    re.IGNORECASE,
)
# The words that say under what condition, where they stand behind what they limit.
_ONLY = re.compile(
    r"\b(?P<word>only|nur) (?:(?:be )?(?:allowed|permitted|possible|\w+ed|kept|held|done|erlaubt|gestattet) )?"
    r"(?P<rest>(?:with|by|after|before|on|in|at|from|between|during|for|if|when|up to|mit|nach|vor|bei|beim|im|am|an"
    r"|auf|ab|bis|von|wenn|durch|zur?m?|während|für)\b[^.;,:()]*)",
    re.IGNORECASE,
)
_WITHOUT = re.compile(r"\b(?P<word>without|ohne) (?P<rest>[^.;,:()]*)", re.IGNORECASE)
_EXCEPT = re.compile(
    r"(?P<word>(?:,\s*)?\b(?:except(?: for)?|unless|apart from|außer|ausgenommen|es sei denn))\b,? "
    r"(?P<rest>[^.;:()]*)\W*\Z",
    re.IGNORECASE,
)
_VERBS_BEHIND = re.compile(
    r"\s+(?:(?:\w+(?:en|t)\s+)?(?:werden|sein|ist|sind)|erlaubt|gestattet|zulässig|möglich"
    r"|(?:\w{0,4}ge\w+)(?:en|t)(?: \w+en)?)\W*\Z"
)
_CONDITION_WORDS_MAX = 12
_BORDER = re.compile(r"[;,](?!\d)|\b(?:but|while|whereas|(?<!nicht )aber|sondern|doch)\b")
_POINTS_BACK = re.compile(r"\A(?:it|they|he|she|this|these|es|er|sie|dies\w*)\b", re.IGNORECASE)
_LEAVES_OUT = re.compile(
    r"\A\s*(?:aber )?(?:not|nicht)\b|\b(?:is|are|was|were|do|does|did|may|can|ist|sind|darf|dürfen|kann|können)"
    r"(?: not|n['’]t| nicht)\W*\Z",
    re.IGNORECASE,
)
_LEVEL_MIN = 0.5  # how well each word of the question is said at least; figures are said as they are
_SHARE_MIN = 0.9  # of what is asked; the rest is a form of a word
_OWN_TERMS_MIN, _OWN_SHARE_MIN = 2, 0.6  # of the question, what a clause says by itself to be read with others


def asks_yes_or_no(question: str) -> bool:
    """Whether yes or no would answer the question."""
    return _ASKS.match(question) is not None and not _ASKS_VALUE.match(put_in_english(question))


def find_yes_or_no(question: str, quote: str) -> str | None:
    """ "Yes" or "No", in the question's language; None where the quote does not decide, or not without a condition."""
    return None if _CONDITION.search(quote) else _put(question, _decide(question, quote))


def find_condition(question: str, quote: str) -> str | None:
    """The condition on which the answer is yes or no, as the quote has it: "Only with the owner's consent".

    None where the quote speaks of something else, or of no condition that stands behind what it limits.
    """
    terms = _find_terms(question)
    if not terms or not asks_yes_or_no(question) or _NOT.search(question):
        return None
    if not _says_sides(question, quote):
        return None
    only, without, excepted = _ONLY.search(quote), _WITHOUT.search(quote), _EXCEPT.search(quote)
    match = only or without or excepted
    if match is None or not _says_all(terms, _find_segment(quote, match.start())):
        return None
    if any(one.end() <= match.start() or one.start() >= match.end() for one in _CONDITION.finditer(quote)):
        return None  # a second one, which the first does not tell
    rest = match["rest"].strip()
    if is_german(question):
        rest = _drop_verb(_VERBS_BEHIND.sub("", rest), terms)
    if not rest or len(rest.split()) > _CONDITION_WORDS_MAX:
        return None
    if only is not None:
        limit = quote[only.start() : only.start("rest")] + rest
        return limit[0].upper() + limit[1:]
    if not _says_all(terms, quote[: match.start()] + quote[match.start("rest") + len(rest) :]):
        return None  # what is asked about is the exception
    if without is not None:
        is_denied = _NOT.search(quote[: without.start()]) is not None
        return f"{'Nicht' if is_german(question) else 'Not'} {without['word'].lower()} {rest}" if is_denied else None
    decided = "No" if _NOT.search(quote[: match.start()]) else "Yes"
    return f"{_put(question, decided)}, {match['word'].lstrip(' ,').lower()} {rest}"


def _drop_verb(text: str, terms: Collection[str]) -> str:
    """Without the verb of the question at its end, where German puts it."""
    head, _, last = text.rpartition(" ")
    return head if head and last.islower() and stem(fold(last)) in terms else text


def _find_segment(quote: str, place: int) -> str:
    """The part of a quote, between semicolons and full stops, that a place is in."""
    start = max(quote.rfind(mark, 0, place) for mark in (";", ". ")) + 1
    return re.split(r";|\. ", quote[start:].strip(), maxsplit=1)[0]


def _put(question: str, decided: str | None) -> str | None:
    """The answer in the question's language."""
    return {"Yes": "Ja", "No": "Nein"}[decided] if decided is not None and is_german(question) else decided


def _find_terms(question: str) -> dict[str, float]:
    empty = LIGHT_WORDS | find_function_words(question)
    return {term: weight for term, weight in parse_query(question).weights.items() if term not in empty}


def _says_all(terms: Iterable[str], text: str) -> bool:
    """Whether a text says all terms; that something is allowed, a condition says."""
    there = _read(text)
    return all(find_level(term, there) >= _level_min(term) for term in terms if term not in _ALLOWED)


def _level_min(term: str) -> float:
    return 1.0 if any(char.isdigit() for char in term) else _LEVEL_MIN


def _decide(question: str, quote: str) -> str | None:
    terms = _find_terms(question)
    if not terms or not asks_yes_or_no(question) or _NOT.search(question):
        return None
    found = _find_clause(quote, terms)
    if found is None or not _says_sides(question, quote) or _is_turned(question, quote):
        return None
    clause, said = found
    there = _read(said)
    levels = {term: find_level(term, there) for term in terms}
    if _FORBIDDEN.search(said):  # says "allowed", and denies it
        levels = {term: level for term, level in levels.items() if level or term not in _ALLOWED}
    if _POINTS_BACK.match(quote) and sum(levels.values()):  # its subject stands before it
        levels = {term: level for place, (term, level) in enumerate(levels.items()) if level or place}
    if any(level < _level_min(term) for term, level in levels.items()):
        return None
    if sum(level > 0 for level in levels.values()) < _SHARE_MIN * len(levels):
        return None
    return "No" if _NOT.search(clause) else "Yes"


def _is_turned(question: str, quote: str) -> bool:
    """Whether a quote turns what is asked, as "the motion was rejected" does, by a word that the question lacks."""
    asked = {match["stem"].lower() for match in _TURNED.finditer(question)}
    return any(match["stem"].lower() not in asked for match in _TURNED.finditer(quote))


def _says_sides(question: str, quote: str) -> bool:
    """Whether a quote speaks of the sides of the figures that are asked about."""
    asked = {match["word"].lower() for match in _BEYOND.finditer(question)}
    return all(re.search(rf"\b{word}\b", quote, re.IGNORECASE) for word in asked)


def _read(text: str) -> TermSet:
    return TermSet([*find_terms(text), *find_phrase_terms(text)])


def _find_clause(quote: str, terms: dict[str, float]) -> tuple[str, str] | None:
    """The clause that decides, and the words that it is read with: its own, with those before it that it leans on.

    One that says who is asked about and most of the question is read with what stands before it; one that leaves out
    what another has said ("but not on the jetty", "the gate is not") with all. Where several say it together, the whole
    quote, if no one denies.
    """
    clauses = [clause for clause in _BORDER.split(quote) if clause.strip()]
    held = [frozenset(t for t in terms if find_level(t, _read(clause))) for clause in clauses]
    if not clauses:
        return None
    best = max(range(len(clauses)), key=lambda place: len(held[place]))
    everything = frozenset[str]().union(*held)
    if everything == held[best]:
        return clauses[best], clauses[best]
    before = held[best].union(*held[:best])
    is_own = next(iter(terms)) in held[best] and len(held[best]) >= max(_OWN_TERMS_MIN, _OWN_SHARE_MIN * len(terms))
    if is_own and before == everything:
        return clauses[best], " ".join(clauses[: best + 1])
    later = [place for place in range(best + 1, len(clauses)) if held[place] - held[best]]
    if len(later) == 1 and _LEAVES_OUT.search(clauses[later[0]]) and everything == held[best] | held[later[0]]:
        return clauses[later[0]], quote
    return None if _NOT.search(quote) else (quote, quote)
