"""German questions: told by their words, and their question words put into English ones."""

import re
from functools import lru_cache

from moe_core.text.late_pattern import LatePattern
from moe_core.text.tokens import fold, iterate_tokens, stem
from moe_kit.extraction.likeness import FUNCTION_WORDS

_QUESTION_WORDS = frozenset(
    """wann wer wem wen wessen wo wohin woher warum weshalb wieso wieviel wieviele welche welcher welches welchen
    welchem womit wozu wodurch wofur""".split()
)
_FUNCTIONS = frozenset(
    """der die das den dem des ein eine einer einem einen und oder im am auf von vom zu zum zur mit fur bei nach aus
    uber unter ist sind war waren wird werden wurde wurden hat haben hatte sich nicht wie viel viele was gibt darf
    durfen muss mussen kann konnen man es ich wir uns mir mich""".split()
)
_OPENING = frozenset(
    """darf durfen ist sind kann konnen muss mussen gibt wird werden wurde wurden soll sollen gilt gelten braucht
    brauchen haben""".split()
)
_ENGLISH = frozenset("the of did does is it its that what who when where why how which were".split())
# The longest phrases first. What stands on the right is read by the rules for English.
_IN_ENGLISH = tuple(
    (LatePattern(rf"\b(?:{german})\b", re.IGNORECASE), english)
    for german, english in (
        (r"wie\s+(?:lautet|ist)\s+die\s+(?:\w*telefon|\w*ruf)\w*", "what is the phone number"),
        (r"welche\w*\s+(?:telefon|ruf|fax)\w*", "what phone number"),
        (r"(?:welche\w*|wie\s+(?:lautet|ist)\s+die)\s+(?:e-?mail|mail)\w*(?:-adresse)?", "what e-mail"),
        (r"wie\s?viele?\s+(?:geld|euro)|was\s+(?:kostet|kosten|kostete|kosteten)", "how much costs"),
        (r"wie\s?viel\s+(?=.*\b(?:kostet|kosten|kostete|bezahlt|zahlt|gezahlt|verdient)\b)", "how much is "),
        (r"wie\s?viele", "how many"),
        (r"wie\s?viel", "how much"),
        (r"wie\s+(?:oft|häufig)", "how often"),
        (r"wie\s+lange?\s+(?=ist\b|sind\b|war\b|waren\b)", "how long is "),
        (r"wie\s+lange?", "how long"),
        (r"wie\s+(?:hoch|teuer)\s+(?:ist|sind|war|waren)\s+(?=.*(?:kosten|miete|preis|gebühr|beitrag|zahlung|betrag"
         r"|kaution|gehalt|lohn|rechnung|strafe|pauschale|rate|steuer|summe))", "how much is "),
        (r"wie\s+hoch", "how high"),
        (r"wie\s+schwer", "how heavy"),
        (r"wie\s+alt", "how old"),
        (r"wie\s+tief", "how deep"),
        (r"wie\s+breit", "how wide"),
        (r"wie\s+schnell", "how fast"),
        (r"wie\s+weit", "how far"),
        (r"wie\s+(?:heiß|warm|kalt)", "how hot"),
        (r"wie\s+groß", "how big"),
        (r"wie\s+(?:heißt|heisst|heißen|heissen|hieß|nennt\s+man)(?=\s+(?:der|die|das|den|ihr|sein|unser|mein|dein|euer)\w*\b)",
         "what is the name of"),
        (r"um\s+wie\s?viel\s+uhr|wann|welche[srnm]?\s+(?:datum|tag|jahr|uhrzeit|wochentag|monat)", "when"),
        (r"wer|wem|wen|wessen", "who"),
        (r"wo|wohin|woher", "where"),
        (r"warum|weshalb|wieso", "why"),
        (r"welche[srnm]?\s+version", "which version"),
        (r"welche[srnm]?", "which"),
        (r"was", "what"),
    )
)  # fmt: skip


@lru_cache(maxsize=1024)
def is_german(question: str) -> bool:
    """Whether a question is put in German."""
    words = [fold(token.text) for token in iterate_tokens(question)]
    if not words:
        return False
    told = _QUESTION_WORDS.intersection(words) - {"wo", "wer"} if len(words) > 1 else frozenset[str]()
    if not told and not _ENGLISH.isdisjoint(words):
        return False  # "was" and "man" are words of both
    if words[0] in _OPENING and len(words) > 2:  # "Darf ich Hunde halten?"
        return True
    others = len(_FUNCTIONS.intersection(words))
    return bool(told) or others >= 2 or (others == 1 and words[0] in _QUESTION_WORDS)


def put_in_english(question: str) -> str:
    """A German question with its question words in English; any other stays as it is."""
    if not is_german(question):
        return question
    for pattern, english in _IN_ENGLISH:
        question = pattern.regex.sub(english, question, count=1)
    return question


def find_function_words(question: str) -> frozenset[str]:
    """Stems that say nothing about what a question asks after, where it is not put in English."""
    return FUNCTION_WORDS | _QUESTION_STEMS if is_german(question) else frozenset()


_QUESTION_STEMS = frozenset(stem(word) for word in (*_QUESTION_WORDS, *_FUNCTIONS, "lautet", "heisst", "heissen"))
