"""What words such as "it", "she" and "there" mean, as far as earlier turns tell."""

import re
from collections.abc import Iterator, Sequence

from moe_kit.extraction.follow_ups.clause import Clause, find_phrases, fold_word, is_name, read_clause
from moe_kit.extraction.follow_ups.turn import EarlierTurn
from moe_kit.extraction.follow_ups.vocabulary import (
    DETERMINERS,
    MANY,
    NOT_PEOPLE,
    PEOPLE,
    PEOPLE_NOUNS,
    POINTING,
    THINGS,
)

_NAMES = re.compile(
    r"(?:(?:Mrs?|Ms|Dr|Prof|Captain|Cllr|Councillor|Herr|Frau)\.? )?"
    r"[A-ZÄÖÜ][\w'’-]+(?: (?:de |van |von |der )*[A-ZÄÖÜ][\w'’-]+){1,3}"
)
_ASKS_FOR_PEOPLE = re.compile(
    r"\b(?:who|whom|whose|by whom|wer|wem|wen|wessen|von wem|(?:which|what|welche\w*) (?:man|woman|person|people"
    r"|engineer|director|chair\w*|member|author|doctor|officer|company|firm|builder|architect))\b",
    re.IGNORECASE,
)
_TELLS_CLAUSE = re.compile(r"\w+(?:\s+\w+)?\s+(?:that|to|dass)\b", re.IGNORECASE)  # "who proposed that ..."
_NO_THINGS = PEOPLE | POINTING | THINGS | MANY | {"that", "we"}
_MOST_WORDS = 6  # of an answer that is the name of a thing
_MOST_TOPIC_WORDS = 14  # more would bury what is asked


def find_person(turns: Sequence[EarlierTurn]) -> str:
    """The person spoken of last; "" for none."""
    for turn in reversed(turns):
        clause = read_clause(turn.question)
        asked = [phrase for phrase in clause.phrases if is_name(phrase)] or list(_list_names(turn.question))
        answered = _list_answered(turn)
        ordered = [*answered, *asked] if _ASKS_FOR_PEOPLE.search(clause.asked_with) else [*asked, *answered]
        ordered += [phrase for phrase in clause.phrases if PEOPLE_NOUNS.match(fold_word(phrase.split()[-1]))]
        if ordered:
            return ordered[0]
    return ""


def find_thing(turns: Sequence[EarlierTurn]) -> str:
    """The thing spoken of last; "" for none, or where it is a whole sentence."""
    for turn in reversed(turns):
        clause = read_clause(turn.question)
        if _asks_for_a_thing(clause) and _is_thing(turn.short_answer):
            return turn.short_answer.strip(" .")
        if not clause.subject and _TELLS_CLAUSE.match(clause.rest):
            return ""
        things = [phrase for phrase in clause.phrases if not is_name(phrase) and fold_word(phrase) not in _NO_THINGS]
        if clause.asked_thing:  # "the limit" alone is any
            of_what = " ".join(filter(None, (clause.subject, clause.rest)))
            return f"{clause.asked_thing} ({of_what})" if of_what else clause.asked_thing
        if things:
            return _cut_deed(things[0], turns) if not (clause.asked_with or clause.verb) else things[0]
    return ""


def find_many(turns: Sequence[EarlierTurn]) -> str:
    """Those spoken of last, or the body of people of which "they" is said; "" for none."""
    clause = read_clause(turns[-1].question)
    head = fold_word(clause.subject.split(" of ")[0].split()[-1]) if clause.subject else ""
    if _is_plural(head) or head in NOT_PEOPLE or head in ("members", "people"):
        return clause.subject
    if _ASKS_FOR_PEOPLE.search(clause.asked_with) and _list_answered(turns[-1]):
        return " and ".join(_list_answered(turns[-1])[:2])
    plural = [phrase for phrase in clause.phrases if _is_plural(fold_word(phrase.split(" of ")[0].split()[-1]))]
    return (plural or [""])[0]


def find_topic(turns: Sequence[EarlierTurn]) -> str:
    """What the last question was about, with its answer where that is short; cut to what helps a search."""
    turn = turns[-1]
    words = read_clause(turn.question).topic.split()[:_MOST_TOPIC_WORDS]
    return " ".join(words).rstrip(",;")


def _cut_deed(told: str, turns: Sequence[EarlierTurn]) -> str:
    """Of a bracket such as "the shed cost" the shed, where a question names it."""
    named = (phrase for turn in reversed(turns) for phrase in read_clause(turn.question).phrases)
    return next((phrase for phrase in named if told.startswith(f"{phrase} ")), told)


def _list_names(text: str) -> Iterator[str]:
    for phrase in find_phrases(text.rstrip("?!. ").split()[1:]):
        named = phrase.removesuffix("'s").removesuffix("’s")
        if is_name(named):
            yield named


def _list_answered(turn: EarlierTurn) -> list[str]:
    """People that the answer names and the question does not, the short answer first."""
    if is_name(turn.short_answer.strip(" .")):
        return [turn.short_answer.strip(" .")]
    found = [match[0] for text in (turn.short_answer, turn.answer) for match in _NAMES.finditer(text)]
    names = (_take_off_determiner(name) for name in found)
    return list(dict.fromkeys(name for name in names if is_name(name) and name not in turn.question))


def _take_off_determiner(name: str) -> str:
    first, _, rest = name.partition(" ")
    return rest if first.lower() in DETERMINERS else name


def _asks_for_a_thing(clause: Clause) -> bool:
    first = fold_word(clause.asked_with.partition(" ")[0])
    return first in ("what", "which", "was", "welche", "welcher", "welches", "welchen")


def _is_thing(answer: str) -> bool:
    words = answer.split()
    is_figure = any(letter.isdigit() for letter in answer)
    return 0 < len(words) <= _MOST_WORDS and not is_figure and not is_name(answer.strip(" ."))


def _is_plural(noun: str) -> bool:
    return noun.endswith("s") and not noun.endswith("ss")
