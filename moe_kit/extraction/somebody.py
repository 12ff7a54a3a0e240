"""Whether a text speaks of somebody at all: by a name, a pronoun, or what people and their bodies are called."""

import calendar
import re
from collections.abc import Set as AbstractSet

from moe_core.text.late_pattern import LatePattern
from moe_core.text.tokens import STOP_WORDS, find_terms

# Words for people by their endings, and the commonest ones that have none; "whoever" and "all" are somebody, too.
_PEOPLE = LatePattern(
    r"\b(?:\w+(?:er|or|ian|ant|man|men|woman|women|body|ers|ors|ians|ants)|\w{3,}(?:ists?|ees?)"
    r"|(?:grand)?(?:mother|father|son|daughter|parent)s?|wife|husband|aunt|uncle|cousin|nephew|niece|friends?"
    r"|people|famil(?:y|ies)|child(?:ren)?|kids?|guests?|pupils?|students?|tenants?|residents?|agents?|chefs?|clerks?"
    r"|judges?|priests?|vicars?|nurses?|presidents?|king|queen|staff|team|crew|committee|council|board|trust|company"
    r"|firm|police|army|navy|church|parish|school|university|museum|club|society|association|union|bank|insurance"
    r"|county|village|town|city|state|estate|hospital|farm|brewery|factory|charity|foundation|fund|party"
    r"|parliament|bishop|duke|lord|lady|government|ministry|office|department|group|court|authority|agency|everyone|anyone|someone|one|both|those|all"
    r"|i|we|he|she|they|you|me|us|him|them|my|our|his|her|your|mine|ours|yours)\b",
    re.IGNORECASE,
)
_THINGS = frozenset(
    """after other under over another per for or never whether either however rather water paper number letter winter
    summer computer order power river weather cover corner generator later longer larger older newer better lower
    upper higher former latter further monitor door floor colour color error motor server together ever every
    quarter cancer fever flower timber lumber september october november december january february chapter matter
    manner center centre copper silver leather feather ladder trailer boiler radiator elevator sector factor tractor
    mirror prior minor major exterior interior her important significant relevant plant constant instant variant
    restaurant grant giant elegant fee three tree free degree agree coffee guarantee week list exist consist
    assist""".split()
)
_NO_NAMES = frozenset(find_terms(" ".join([*calendar.month_name, *calendar.day_name])))
_INNER_NAME = re.compile(r"(?<=[\w,;:(\"“„'’&] )[(\"“„']?[A-ZÄÖÜ][\w'’.-]+")
_OPENING = re.compile(r"\A\W*(?P<word>[A-ZÄÖÜ][\w'’-]+)(?P<rest> [A-ZÄÖÜ][\w'’-]+| [a-z]|\W*\Z)?")


def names_somebody(text: str, around: str, known: AbstractSet[str]) -> bool:
    """Whether a text, in English, may tell who did something.

    Args:
        text: A sentence or row.
        around: What it stands in: a word that opens the sentence, and is written small there, is no name.
        known: Terms of the question, which tell nothing new.
    """
    flat = " ".join(text.split())
    if any(_is_new(match[0], known) for match in _INNER_NAME.finditer(flat)):
        return True
    for match in _PEOPLE.regex.finditer(flat):
        word = match[0].lower()
        is_thing = word in _THINGS or word.removesuffix("s") in _THINGS
        if not is_thing and (word in STOP_WORDS or _is_new(word, known)):
            return True
    opening = _OPENING.match(flat)
    if opening is None or opening["rest"] is None or opening["word"].lower() in STOP_WORDS:
        return False
    is_written_small = re.search(rf"\b{re.escape(opening['word'].lower())}\b", around) is not None
    return not is_written_small and _is_new(opening[0], known)


def names_people(word: str) -> bool:
    """Whether a word is what people and their bodies are called."""
    match = _PEOPLE.regex.fullmatch(word)
    return match is not None and word.lower() not in _THINGS and word.lower().removesuffix("s") not in _THINGS


def _is_new(words: str, known: AbstractSet[str]) -> bool:
    terms = frozenset(find_terms(words))
    return bool(terms) and not terms <= known | _NO_NAMES
