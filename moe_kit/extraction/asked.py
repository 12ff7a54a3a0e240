"""The thing that a short question asks after: a noun that an answer can hardly leave out."""

import re

from moe_core.text.tokens import STOP_WORDS, iterate_tokens, stem
from moe_kit.extraction.query import TASK_WORDS, WEAK_WORDS

_QUESTION_WORD = re.compile(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b", re.IGNORECASE)
_JOINS_QUESTION = re.compile(
    r"(?:[,;.?!&/]|\b(?:and|or|but|und|oder))\s*(?:(?:in|at|on|by|to|for|from|of|with) )?\Z", re.IGNORECASE
)
# "How many pupils", "which bank", "what is the warranty", "who is the mayor"; not "who built", which has synonyms.
_COUNTED = re.compile(r"\bhow (?:many|much)\s+(?P<words>.+)", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(
    r"\b(?:(?:what|who)(?:\s+(?:is|was|are|were)|['’]s)\s+(?:the|a|an)|which|what)\s+(?P<words>.+)",
    re.IGNORECASE | re.DOTALL,
)
_LATEST = re.compile(
    r"\b(?:latest|newest|current|most recent|last|neueste|aktuelle|letzte)\w*\s+(?:\w+\s+)?(?:version|release)\b",
    re.IGNORECASE,
)
_ENDS_PHRASE = frozenset(
    """of in on at for to from by with does did do is was are were has have had can could will would should a an the
    his her its their our my your this that these those and or happen happens happened if when must may might should
    caused causes""".split()
)
# Words that name a kind of answer: documents give the answer and leave the word out.
_KINDS = frozenset(
    """adresse firma name stadt grund ort
    address age amount author career city colour color company contractor country email firm date day distance
    genre group height hour job kind language length level lot money
    month name nation nationality number occupation people person
    place position price profession quantity role size sort thing time total town type way weight writer year""".split()
)


_OF_VERSIONS = frozenset(
    """new changed changes change fixed added out come came comes released release published appear appeared number
    called version what when which welche wann neu geändert erschienen heißt""".split()
)


def asks_once(question: str) -> bool:
    """Whether one thing is asked at most: others are answered in parts.

    "The vet who came" and "when the water was low" ask for nothing: a second question stands behind a joint.
    """
    others = list(_QUESTION_WORD.finditer(question))[1:]
    return not any(_JOINS_QUESTION.search(question, 0, match.start()) for match in others)


def find_asked(question: str) -> frozenset[str]:
    """Stems of the noun asked after and of what stands before it; empty where the question names none.

    A question that asks more than one thing has none either: its parts are answered apart.
    """
    if not asks_once(question):
        return frozenset()
    counted = _COUNTED.search(question)
    match = counted or _NAMED.search(question)
    words = _read_phrase(match["words"]) if match else []
    if counted:
        words = [word for word in words[:2] if word.endswith("s")][-1:] or words[:1]
    return frozenset(stem(word) for word in words if word not in _KINDS)


def asks_latest(question: str) -> bool:
    """Whether the question asks for the newest version of something: which it is, when it came, what is new in it.

    What holds *in* the newest version is another question: it has words of its own.
    """
    match = _LATEST.search(question)
    if match is None:
        return False
    words = {token.folded for token in iterate_tokens(f"{question[: match.start()]} {question[match.end() :]}")}
    return len(words - STOP_WORDS - TASK_WORDS - WEAK_WORDS - _OF_VERSIONS) < 2  # the name of the thing, if any


def find_kind_nouns(question: str) -> frozenset[str]:
    """Stems of the nouns behind "what" or "which" that name a kind of answer only: "which company", "what time"."""
    match = _NAMED.search(question)
    words = _read_phrase(match["words"]) if match else []
    return frozenset(stem(word) for word in words if word in _KINDS)


def _read_phrase(text: str) -> list[str]:
    """The words of the noun phrase that the text begins with; [] where it begins with a name or a verb."""
    words = []
    for token in iterate_tokens(text):
        if token.folded in _ENDS_PHRASE:
            break
        is_acronym = len(token.text) > 1 and token.text.isupper()
        if (token.text[0].isupper() and not is_acronym) or token.text[0].isdigit():
            return []
        if token.folded not in STOP_WORDS | TASK_WORDS | WEAK_WORDS:
            words.append(token.folded)
    return words
