"""Who does what a sentence tells: the words before an active verb, or behind "by"."""

import re

from moe_core.text.tokens import STOP_WORDS, Token, find_terms, iterate_tokens, stem
from moe_kit.extraction.german import put_in_english
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.relations import find_level

_WHO = re.compile(r"\bwho\s+(?P<rest>(?!is\b|was\b|are\b|were\b).+)", re.IGNORECASE | re.DOTALL)
_AUXILIARIES = frozenset("has have had did does do will would can could may must hat haben ist".split())
_BY = re.compile(r"\b(?:by|von|durch)\s+(?P<agent>(?:(?:Dr|Mr|Mrs|Ms|Prof|St)\.|[^,.;:()\[\]<>!\n]){2,60})")
_AGENT_END = re.compile(
    r"\s(?:in|on|at|for|and|with|to|from|since|until|after|before|who|which|of which|during|last|this"
    r"|geprüft|am|im|\d)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_NAME = r"[A-ZÄÖÜ][\w'’.&-]*"
_APPOSED = re.compile(rf", ((?:(?:Dr|Mr|Mrs|Ms|Prof)\. )?{_NAME}(?: {_NAME})*)")
_SUBJECT = re.compile(
    rf"(?P<agent>(?:(?:My|Our|my|our|the|The|a|A)\s(?:\w+\s)?)?{_NAME}(?:\s(?:of|the|de|van|von|&|and)?\s?{_NAME})*"
    r"|(?:[Mm]y|[Oo]ur|[Tt]he)\s\w+)\s+(?:(?:has|have|had|will|also|then|always|now)\s+)*\Z"
)


def find_deed(question: str) -> str | None:
    """The stem of the verb that a question for somebody asks about; None for "who is"."""
    asks = _WHO.search(put_in_english(question))
    verb = next((t for t in iterate_tokens(asks["rest"]) if t.folded not in _AUXILIARIES), None) if asks else None
    return None if verb is None or verb.folded in STOP_WORDS else stem(verb.folded)


def find_agent(question: str, quote: str) -> str | None:
    """Who does what is asked after; None where no verb of the quote is the question's."""
    wanted = find_deed(question)
    if wanted is None:
        return None
    asked = frozenset(find_terms(question))  # "über die Aufnahme entscheidet": what is asked about decides nothing
    for token in iterate_tokens(quote):
        if not find_level(wanted, TermSet([stem(token.folded)])):
            continue
        agent = _find_behind(quote, token) or _find_before(quote, token)
        if agent and not asked.issuperset(find_terms(agent)):
            return agent
    return None


def _find_behind(quote: str, verb: Token) -> str | None:
    """Behind "by", not far from the verb."""
    match = _BY.search(quote, verb.end)
    if (
        match is None
        or len(quote[verb.end : match.start()].split()) > 3
        or re.search(r"[.;]", quote[verb.end : match.start()])
    ):
        return None
    agent = _AGENT_END.sub("", match["agent"]).strip()
    named = _APPOSED.match(quote, match.start("agent") + len(agent)) if agent.islower() else None
    return f"{agent}, {named[1].rstrip('.')}" if named else agent or None


def _find_before(quote: str, verb: Token) -> str | None:
    """Right before the verb, unless the verb is passive or a noun."""
    match = _SUBJECT.search(quote, 0, verb.start)
    return (
        match["agent"]
        if match and verb.text[0].islower() and verb.folded.endswith(("s", "ed", "t", "te", "ew", "ote"))
        else None
    )
