"""Whether a sentence may answer a question that asks for no value: why by a cause, how to by what to do."""

import re
from itertools import pairwise

from moe_core.text.late_pattern import LatePattern
from moe_core.text.tokens import find_terms, iterate_tokens, stem
from moe_kit.extraction.agents import says_deed
from moe_kit.extraction.companions import leans_on_neighbour
from moe_kit.extraction.german import put_in_english
from moe_kit.extraction.likeness import TermSet, read_terms
from moe_kit.extraction.phrases import find_phrase_terms
from moe_kit.extraction.relations import LIGHT_WORDS, find_level
from moe_kit.extraction.units import Unit, UnitKind

_WHY = LatePattern(
    r"\bwhy\b|\bfor what reason\b|\bwhat (?:is|was) the (?:reason|cause)\b|\bwhat caused\b", re.IGNORECASE
)
# Not every "to", "since", "as" and "so" gives a reason: "to 3 July", "since 2011", "as well as", "so many".
_CAUSE = LatePattern(
    r"\b(?:because|due to|owing to|so that|therefore|thanks to|caused? by|causes?|reasons?|in order to|for fear"
    r"|turned out|since(?! (?:\d|the \d|then|last|january|february|march|april|may|june|july|august|september|october"
    r"|november|december))"
    r"|, as\b(?! well)|as (?:they|it|he|she|we|you|i|there|this|these)\b"
    r"|so (?:it|they|we|he|she|the|there|you|i)\b|for (?:\w+ing|(?:\w+ )?reasons|lack|want|safety|health|repairs?)\b"
    r"|(?<!\bhad )(?<!\bhas )(?<!\bhave )(?<!need )(?<!needs )(?<!able )(?<!used )(?<!going )(?<!wants )(?<!want )"
    r"to (?!the\b|a\b|an\b|my\b|our\b|your\b|his\b|her\b|its\b|their\b|be\b|have\b)(?-i:[a-zäöü]+)"
    r"|weil|da|denn|wegen|aufgrund|damit|grund|ursache|um)\b"
    r"|[:;–] (?:it|they|he|she|this|the|there|we|all)\b",
    re.IGNORECASE,
)
# What reasons are mostly made of, in a sentence that gives one without a word for it.
_TROUBLE = LatePattern(
    r"\b(?:cannot|can['’]t|could not|couldn['’]t|no longer|not enough|too|without|fail\w*|brok\w*|break\w*|burst\w*"
    r"|damag\w*"
    r"|leak\w*|crack\w*|ill|illness|sick\w*|storm\w*|flood\w*|frost\w*|fire|ice|snow|drought|full"
    r"|empty|lack\w*|missing"
    r"|late|delay\w*|error\w*|wrong|worn|rotten|danger\w*|unsafe|complain\w*|disturb\w*|block\w*|jam\w*|stolen|theft"
    r"|vandal\w*|accident\w*|fault\w*|shortage|expired|cancelled|closed|need\w*|wants?|wanted|kaputt|defekt|krank\w*|zu)\b",
    re.IGNORECASE,
)
_HOW_TO = LatePattern(r"\bhow (?:do|can|could|should|must) (?:i|we|one|you)\b|\bhow to\b", re.IGNORECASE)
_TO_DO = LatePattern(
    r":\s*\Z|^to \w+.*, |^um \w+|`|\b(?:run|type|use|click|press|hold|enter|call|write|ask|apply|send|ring|fill|go|see"
    r"|book\w*"
    r"|please|by \w+ing|on the \w+ (?:app|form|page|site)"
    r"|(?:you|members|parents) (?:may|can|must|should|need|have to))\b",
    re.IGNORECASE,
)
_FIELD = LatePattern(r"\A[A-Z][\w-]*(?: [\w-]+)?: [^.:]*\Z")  # "Keywords: file, lock" tells nobody how to
_COMMAND = LatePattern(r"\b(?:command|code|option|setting|line|example|befehl|einstellung)\w*\b", re.IGNORECASE)
_WHAT_IF = LatePattern(
    r"\bwhat\b.*\bhappens?\b|\bwhat (?:should|must|do|can|shall|would|will)"
    r" (?:i|we|you|one|he|she|they)\b.*\b(?:if|when|after)\b",
    re.IGNORECASE,
)
_CONDITION = LatePattern(
    r"\b(?:if|when|once|unless|after|until|in case|who(?:ever)?|any(?:one|body)|otherwise|wenn|falls|sobald|wer)\b",
    re.IGNORECASE,
)
_NAME_OF = LatePattern(
    r"\bwhat(?:['’]s| is| are| was| were) (?:the |its |their |\w+['’]s )names?\b"
    r"|\bwhat (?:is|are|was|were) .*\b(?:called|named)\b",
    re.IGNORECASE,
)
_CALLED_WHAT = LatePattern(
    r"\bwhat(?:['’]s| is| are| was| were) the names? of (?:the |our |my |their |his |her |der |die |das |den )?"
    r"(?P<noun>\w+)"
    r"|\bwhat (?:is|are|was|were) (?:the |our |my |their |his |her )?(?P<named>(?:\w+ )?\w+)\b.*\b(?:called|named)\b",
    re.IGNORECASE,
)
_CALLED = LatePattern(
    r"\b(?:called|named|names?|known as|heißt|heißen|hieß|namens|genannt|getauft|christened)\b|[\"“„‘*_»«](?=\w)",
    re.IGNORECASE,
)
_OWNER = LatePattern(r"\b(?:of|von|vom|des|der) (?:the |our |my |his |her |unser\w* |mein\w* )?\w+", re.IGNORECASE)
_PLAIN_WORDS = frozenset(
    "is are was were be been it its he she his her their they we i the a es er sie ihr sein wurde wird and".split()
)
# "Mokka, our cat", "Pelican is the boat"
_APPOSES = LatePattern(
    r"[A-ZÄÖÜ][\w-]*(?:,| is| was| ist| war) "
    r"(?:the|our|my|a|his|her|their|der|die|das|unsere?|meine?|seine?|ihre?) (?:\w+ )?\Z"
)
_MOST = LatePattern(
    r"\b(?:the most|the least|longest|highest|lowest|largest|biggest|smallest|oldest|youngest|worst|heaviest|cheapest"
    r"|strongest|shortest|dearest|fastest|slowest|am meisten|am wenigsten"
    r"|(?:größte|höchste|längste|älteste|kleinste|jüngste|teuerste|billigste|schwerste|stärkste)[nrsm]?)\b",
    re.IGNORECASE,
)
_ASKS_WHICH = LatePattern(r"\b(?:which|who|what|how many|how much)\b", re.IGNORECASE)
_RANKED = LatePattern(
    r"\b(?:most|least|best|first|last|more than any|maximum|minimum|record|at most|up to|meisten|wenigsten"
    r"|\w{3,}este?[nrsm]?|only|top|mehr als|erste\w*)\b",
    re.IGNORECASE,
)
# Behind the one who did it; of "did the new pump work" a part of that one is taken for the deed, and is said.
_DID = LatePattern(
    r"\s*(?:and |so )?did (?:the |a |an |my |our |your |Mrs?\.? |Ms\.? |Dr\.? )?\w+ (?P<rest>.+)", re.IGNORECASE
)
_NAMED = LatePattern(r"\b(?i:called|named|names?|known as)\b|[\"“„]|(?<=[\w,] )[A-ZÄÖÜ]\w+")
# What is written with a figure or a sign: an address, the number of an account.
_EXACT = (
    (
        LatePattern(
            r"\bwhat(?:['’]s| is| was| are) (?:[\w'’.-]+ ){0,4}(?<!to )address\b(?! (?:an?|the)\b)|\bwhat address\b",
            re.IGNORECASE,
        ),
        LatePattern(
            r"@|://|\bwww\.|\w\.(?:com|org|net|io|de|eu|uk|example)\b|\d+\w? [A-ZÄÖÜ]|[A-ZÄÖÜß]\w+ \d|\d{4,}"
            r"|\b(?:[Aa]ddress|street|road|lane|avenue|square|place|house|\w+stra(?:ß|ss)e|\w+weg|\w+platz)\b",
        ),
    ),
    (
        LatePattern(
            r"\bnumber (?:of|for) (?:the |our |my |\w+['’]s )?(?:\w+ ){0,2}(?:account|policy|invoice|order|phone"
            r"|telephone|licence|license|contract)\b"
            r"|\b(?:account|policy|invoice|serial|reference|registration) number\b",
            re.IGNORECASE,
        ),
        LatePattern(r"\d"),
    ),
)
_DOES = LatePattern(
    r"\bwhat (?:will|do|does|did|can|could|should|must|may) (?:the |a |an |our |my )?(?P<who>\w+(?: \w+)?) do\b",
    re.IGNORECASE,
)
_ACTOR_WORDS = 8  # of a sentence, among which the one who does something stands
_INSTEAD = LatePattern(r"\binstead of\b", re.IGNORECASE)
_OTHERWISE = LatePattern(r"\b(?:instead|rather than|alternative\w*|in place of)\b", re.IGNORECASE)


def asks_why(question: str) -> bool:
    """Whether a question asks for a reason."""
    return _WHY.regex.search(put_in_english(question)) is not None


def drop_why(question: str) -> str:
    """A question for a reason as one for the fact."""
    return _WHY.regex.sub("", put_in_english(question))


def asks_what_if(question: str) -> bool:
    """Whether a question asks what follows, or what to do, in a case."""
    return _WHAT_IF.regex.search(put_in_english(question)) is not None


def gives_condition(text: str) -> bool:
    """Whether a text speaks of a case."""
    return _CONDITION.regex.search(_flatten(text)) is not None


def gives_reason(text: str) -> bool:
    """Whether a text has words that give a reason."""
    return _CAUSE.regex.search(_flatten(text)) is not None


def tells_trouble(text: str) -> bool:
    """Whether a text tells what a reason is mostly made of, though no word says so."""
    return _TROUBLE.regex.search(_flatten(text)) is not None


def fits_plain(question: str, unit: Unit) -> bool:
    """Whether a unit may answer a question that asks for no kind known."""
    english = put_in_english(question)
    if unit.kind is UnitKind.ENTRY:
        return False
    if unit.kind is UnitKind.CODE and not (_HOW_TO.regex.search(english) or _COMMAND.regex.search(english)):
        return False
    if _HOW_TO.regex.search(english) and not _TO_DO.regex.search(_flatten(unit.text)):
        return False
    return not is_beside(question, unit)


def is_beside(question: str, unit: Unit) -> bool:
    """Whether a unit lacks what a question cannot be answered without: a reason, a name, the one who does it."""
    english = put_in_english(question)
    if _WHY.regex.search(english):
        return not gives_reason(f"{unit.context} {unit.text}")
    if _HOW_TO.regex.search(english) and _FIELD.regex.match(unit.text) and "`" not in unit.text:
        return True
    if _NAME_OF.regex.search(english) and not _tells_name(english, unit.text):
        return True
    if _INSTEAD.regex.search(english) and not _OTHERWISE.regex.search(unit.text):
        return True
    if any(asks.regex.search(english) and not told.regex.search(unit.text) for asks, told in _EXACT):
        return True
    return not _is_done_by(english, unit.text)


def misses_relation(question: str, text: str, around: str = "") -> bool:
    """Whether a text lacks what the question is about, whatever else of it the text says.

    The deed of somebody who is asked after, the most of what is ranked, what was done where "did" asks.

    Args:
        text: What would be quoted.
        around: What it stands under and leans on.
    """
    english = put_in_english(question)
    flat = _flatten(text)
    if (
        _ASKS_WHICH.regex.search(english)
        and _MOST.regex.search(english)
        and not (_MOST.regex.search(flat) or _RANKED.regex.search(flat))
    ):
        return True
    if not says_deed(question, [text, around]):
        return True
    did = _DID.regex.match(english)
    if did is None:
        return False
    deed = next((term for term in find_terms(did["rest"]) if term not in LIGHT_WORDS), None)
    there = TermSet([*find_terms(f"{text} {around}"), *find_phrase_terms(f"{text} {around}")])
    return deed is not None and not find_level(deed, there)


def _tells_name(question: str, text: str) -> bool:
    """Whether a text says a name that the question does not know, or that it gives one."""
    known = read_terms(question)
    called = _CALLED_WHAT.regex.search(question)
    nouns = find_terms(called["noun"] or called["named"]) if called is not None else []
    if nouns:
        return _names_thing(frozenset(nouns), _flatten(text), known)
    return any(
        not match[0][0].isupper() or not all(find_level(term, known) for term in find_terms(match[0]))
        for match in _NAMED.regex.finditer(_flatten(text))
    )


def _names_thing(nouns: frozenset[str], text: str, known: TermSet) -> bool:
    """Whether a text gives a name to the thing, not to anybody who stands beside it."""
    if any(_is_called(nouns, text[: match.start()]) for match in _CALLED.regex.finditer(text)):
        return True
    for before, after in pairwise(iterate_tokens(text)):
        between = text[before.end : after.start]
        is_named = after.text[0].isupper() and not find_level(stem(after.folded), known)
        if _is_one_of(nouns, before.folded) and is_named and re.fullmatch(r"\W{1,4}", between):
            return True
        if _is_one_of(nouns, after.folded) and _APPOSES.regex.search(text[: after.start]):
            return True
    return False


def _is_called(nouns: frozenset[str], before: str) -> bool:
    """Whether what stands before "is called" is the thing, a pronoun or nothing: "the organist's parrot" is neither."""
    clause = re.split(r"[,;.:](?=\s)", before)[-1]
    head = _OWNER.regex.sub("", clause)
    tokens = [token.folded for token in iterate_tokens(head)]
    return any(_is_one_of(nouns, word) for word in tokens) or not (set(tokens) - _PLAIN_WORDS)


def _is_one_of(nouns: frozenset[str], word: str) -> bool:
    return any(find_level(noun, TermSet([stem(word)])) > 0 for noun in nouns)


def _is_done_by(question: str, text: str) -> bool:
    """Whether a text tells what somebody does whom the question names, or a pronoun."""
    asks = _DOES.regex.search(question)
    named = find_terms(asks["who"]) if asks is not None else []
    if not named or leans_on_neighbour(text):  # "what should I do" names nobody
        return True
    opening = read_terms(" ".join(text.split()[:_ACTOR_WORDS]))
    return any(find_level(term, opening) > 0 for term in named)


def _flatten(text: str) -> str:
    """A text in one line: what is wrapped is no border."""
    return " ".join(text.split())
