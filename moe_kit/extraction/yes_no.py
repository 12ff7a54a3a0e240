"""Yes or no, where a sentence says or denies just what a question asks."""

import re

from moe_core.text.tokens import stem
from moe_kit.extraction.german import find_function_words, put_in_english
from moe_kit.extraction.likeness import read_terms
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
    r"\b(?:only|unless|except|if|provided|with (?:the |a |prior )?(?:written )?(?:consent|permission|approval)|until"
    r"|maybe|perhaps|might|could|should|planned|wants? to|nur|außer|wenn|falls|sofern|sollte|zustimmung|genehmigung)\b",
    re.IGNORECASE,
)
_BORDER = re.compile(r"[;,](?!\d)|\b(?:but|while|whereas|(?<!nicht )aber|sondern|doch)\b")
_POINTS_BACK = re.compile(r"\A(?:it|they|he|she|this|these|es|er|sie|dies\w*)\b", re.IGNORECASE)
_LEAVES_OUT = re.compile(
    r"\A\s*(?:aber )?(?:not|nicht)\b|\b(?:is|are|was|were|do|does|did|may|can|ist|sind|darf|dürfen|kann|können)"
    r"(?: not|n['’]t| nicht)\W*\Z",
    re.IGNORECASE,
)
_SHARE_MIN = 0.9  # of what is asked; the rest is a form of a word
_OWN_TERMS_MIN, _OWN_SHARE_MIN = 2, 0.6  # of the question, what a clause says by itself to be read with others


def asks_yes_or_no(question: str) -> bool:
    """Whether yes or no would answer the question."""
    return _ASKS.match(question) is not None and not _ASKS_VALUE.match(put_in_english(question))


def find_yes_or_no(question: str, quote: str) -> str | None:
    """ "Yes" or "No", in the question's language or English; None where the quote does not decide."""
    empty = LIGHT_WORDS | find_function_words(question)
    terms = {term: weight for term, weight in parse_query(question).weights.items() if term not in empty}
    if not terms or not asks_yes_or_no(question) or _CONDITION.search(quote):
        return None
    if _NOT.search(question):
        return None
    found = _find_clause(quote, terms)
    if found is None:
        return None
    clause, said = found
    there = read_terms(said)
    levels = {term: find_level(term, there) for term in terms}
    if _FORBIDDEN.search(said):  # says "allowed", and denies it
        levels = {term: level for term, level in levels.items() if level or term not in _ALLOWED}
    if _POINTS_BACK.match(quote) and sum(levels.values()):  # its subject stands before it
        levels = {term: level for place, (term, level) in enumerate(levels.items()) if level or place}
    if any(level < (1.0 if any(char.isdigit() for char in term) else 0.5) for term, level in levels.items()):
        return None
    if sum(level > 0 for level in levels.values()) < _SHARE_MIN * len(levels):
        return None
    return "No" if _NOT.search(clause) else "Yes"


def _find_clause(quote: str, terms: dict[str, float]) -> tuple[str, str] | None:
    """The clause that decides, and the words that it is read with: its own, with those before it that it leans on.

    One that says who is asked about and most of the question is read with what stands before it; one that leaves out
    what another has said ("but not on the jetty", "the gate is not") with all. Where several say it together, the whole
    quote, if no one denies.
    """
    clauses = [clause for clause in _BORDER.split(quote) if clause.strip()]
    held = [frozenset(t for t in terms if find_level(t, read_terms(clause))) for clause in clauses]
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
