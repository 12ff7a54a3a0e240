"""Who does what a sentence tells: the words before an active verb, or behind "by"."""

import re
from collections.abc import Sequence

from moe_core.text.tokens import STOP_WORDS, Token, find_terms, iterate_tokens, stem
from moe_kit.extraction.german import is_german, put_in_english
from moe_kit.extraction.kinds import CHAT_STAMP
from moe_kit.extraction.likeness import TermSet
from moe_kit.extraction.phrases import find_phrase_terms, find_verb_phrase
from moe_kit.extraction.relations import LIGHT_WORDS, find_level

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

_ORIGIN = re.compile(rf" (?:from|of|in|aus) {_NAME}")
_ME = re.compile(r"I|[Ii]ch|[Ww]e|[Ww]ir")  # nobody knows who that is
_VERB_ENDINGS = ("s", "ed", "t", "te", "ew", "ote", "ook", "ave", "ade", "an", "ose", "old", "ahm")
_ENDING = re.compile(r"(?:en|est|st|et|t|e)\Z")  # of a German verb in the present
_ROOT_MIN = 3
_ADVERBS = frozenset("Dort Hier Dann Da Heute Jetzt Danach Dabei Dafür Dazu Darum Then There Here Now Today".split())
_BY_BEFORE = re.compile(rf"\b(?:von|vom|durch) (?P<agent>(?:dem |der |den |einer |einem )?{_NAME}(?:\s{_NAME})*) \Z")
_BEHIND_VERB = re.compile(rf"\s+(?P<agent>(?:der |die |das )?{_NAME}(?:\s{_NAME})*)(?=\s[a-zäöü]|\W*\Z)")
_GIVING = frozenset(map(stem, "receives sent sends".split()))  # said in many words: "the clock goes to Lotte"
_SAYS_I = re.compile(
    r"\b(?:I(?:['’](?:ll|ve|d|m))?|[Ii]ch)\s+(?:(?:have|had|will|shall|would|can|also|just|already|then|habe|hab|werde|will"
    r"|kann|auch|schon|dann|den|die|das|dem|einen?|noch|mal)\s+(?:(?-i:[A-ZÄÖÜ])\w+\s+)?)*\Z"
)
_SAYS_I_BEHIND = re.compile(r"\s+(?:dann\s+)?ich\b")
_SPEAKER = re.compile(r"(?:<(?P<nick>[^<>]+)>|(?P<name>[^\W\d_][^:\n<>]*):)\Z")


def find_deed(question: str) -> str | None:
    """The stem of the verb that a question for somebody asks about; None for "who is"."""
    asks = _WHO.search(put_in_english(question))
    verb = next((t for t in iterate_tokens(asks["rest"]) if t.folded not in _AUXILIARIES), None) if asks else None
    if asks is None or verb is None or verb.folded in STOP_WORDS:
        return None
    return find_verb_phrase(asks["rest"][verb.start :]) or stem(verb.folded)


def find_agent(question: str, quote: str) -> str | None:
    """Who does what is asked after; None where no verb of the quote is the question's."""
    wanted = find_deed(question)
    if wanted is None:
        return None
    is_asked_in_german = is_german(question)
    asked = frozenset(find_terms(question))  # "über die Aufnahme entscheidet": what is asked about decides nothing
    for token in iterate_tokens(quote):
        if not _says_verb(wanted, quote, token, is_german=is_asked_in_german):
            continue
        agent = _find_speaker(quote, token) or _find_behind(quote, token) or _find_before(quote, token)
        if is_asked_in_german and token.folded.startswith("ge") and (match := _BY_BEFORE.search(quote, 0, token.start)):
            agent = match["agent"]  # "wird von Firma Kranz geprüft"
        if agent in _ADVERBS:  # "Dort repariert Herr Olbers die Uhr"
            match = _BEHIND_VERB.match(quote, token.end)
            agent = match["agent"] if match else None
        if agent and not asked.issuperset(find_terms(agent)) and not _ME.fullmatch(agent):
            return agent
    return None


def _says_verb(wanted: str, quote: str, token: Token, *, is_german: bool) -> bool:
    """Whether a word is the verb asked for: itself, another one for it, a phrase, or in German another person's."""
    if find_level(wanted, TermSet([stem(token.folded)])) or find_verb_phrase(quote[token.start :]) == wanted:
        return True
    root = _ENDING.sub("", token.folded.removeprefix("ge"))
    return is_german and token.text.islower() and len(root) >= _ROOT_MIN and root == _ENDING.sub("", wanted)


def says_deed(question: str, quotes: Sequence[str]) -> bool:
    """Whether what somebody is asked to have done is said at all, where its verb means anything."""
    wanted = find_deed(question)
    if wanted is None or wanted in LIGHT_WORDS or wanted in _GIVING or is_german(question):
        return True
    said = [term for quote in quotes for term in (*find_terms(quote), *find_phrase_terms(quote))]
    return find_level(wanted, TermSet(said)) > 0


def _find_speaker(quote: str, verb: Token) -> str | None:
    """Who says in a chat that they do it: "[09:15] Carla: I booked the hall"."""
    stamp = CHAT_STAMP.regex.match(quote)
    said = _SAYS_I.search(quote, 0, verb.start) or _SAYS_I_BEHIND.match(quote, verb.end)
    if stamp is None or said is None or said.start() < stamp.end():
        return None
    name = _SPEAKER.search(stamp.group())
    return (name["nick"] or name["name"]).strip() if name else None


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
    if agent.islower():  # "a firm from Leeds" is told by its town
        origin = _ORIGIN.match(quote, match.start("agent") + len(agent))
        agent += origin[0] if origin else ""
    named = _APPOSED.match(quote, match.start("agent") + len(agent)) if agent.islower() else None
    return f"{agent}, {named[1].rstrip('.')}" if named else agent or None


def _find_before(quote: str, verb: Token) -> str | None:
    """Right before the verb, unless the verb is passive or a noun."""
    match = _SUBJECT.search(quote, 0, verb.start)
    return match["agent"] if match and verb.text[0].islower() and verb.folded.endswith(_VERB_ENDINGS) else None
