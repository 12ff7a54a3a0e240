"""A follow-up as a question that can stand alone."""

import re
from collections.abc import Sequence
from dataclasses import replace

from moe_kit.extraction.follow_ups.antecedents import find_topic
from moe_kit.extraction.follow_ups.bracket import is_sound, points_outside, read_meant, split_bracket
from moe_kit.extraction.follow_ups.clause import Clause, find_phrases, find_year, fold_word, is_name, read_clause
from moe_kit.extraction.follow_ups.references import find_references, resolve
from moe_kit.extraction.follow_ups.turn import EarlierTurn
from moe_kit.extraction.follow_ups.vocabulary import (
    AGAIN,
    AUXILIARIES,
    DETERMINERS,
    ENGLISH,
    FILLERS,
    INSTEAD,
    LEADS,
    MORE,
    PREPOSITIONS,
    QUESTION_WORDS,
    RELATIONAL,
    SMALL_WORDS,
    SUCCESSION,
    SUPERLATIVE,
    TAILS,
)
from moe_kit.extraction.german import is_german

_MOST_INSTEAD = 6  # words of "and the ferry?": a longer phrase is a question of its own
_MOST_NAMED = 3  # "Agnes Dunmore?", "2019?"
_TIMED = re.compile(
    r"\d|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|januar|februar|märz"
    r"|mai|juni|juli|oktober|dezember)\b",
    re.IGNORECASE,
)
_NOT_NAMED = QUESTION_WORDS | frozenset("many much viel viele".split())
_MOST_ANSWER = 5  # words of an answer that are named in a question
_MOST_FORMED = 4  # words around a noun that leaves open of what: "what was the total cost"
_LONGEST = 600  # characters: far more than a question has


def complete_question(question: str, turns: Sequence[EarlierTurn]) -> str:
    """The question with what earlier turns must add to it; word for word as it is when it stands alone.

    Args:
        question: A follow-up, or a question that is whole.
        turns: What was asked before, the newest last.
    """
    if not turns:
        return question
    turns = _leave_out_more(turns)
    bases = [replace(turn, question=split_bracket(turn.question)[0]) for turn in turns]
    core = TAILS.sub("", _take_off_lead(question))
    completed = _complete(core, turns, bases, is_added=_leads(question), is_asked=question.rstrip().endswith("?"))
    if completed is None or not completed.strip():
        return question
    if not is_sound(completed[:_LONGEST]):  # the subject of before is told, and no more
        completed = f"{core} ({find_topic(read_meant(turns))})"
        if not is_sound(completed[:_LONGEST]):
            return question
    asked, context = split_bracket(completed)
    completed = asked if context in asked else completed
    words = [fold_word(word) for word in completed.split()]
    is_asked = question.rstrip().endswith("?") or bool({*words[:2]} & (QUESTION_WORDS | AUXILIARIES))
    return _write(completed, "?" if is_asked else "")


def _leads(question: str) -> bool:
    match = LEADS.match(question.strip())
    return match is not None and match.end() < len(question.strip())


def _take_off_lead(question: str) -> str:
    return LEADS.sub("", question.strip(), count=1) if _leads(question) else question.strip()


def _leave_out_more(turns: Sequence[EarlierTurn]) -> list[EarlierTurn]:
    """The turns without "and" before them, and without "tell me more" unless there is nothing else."""
    asked = [replace(turn, question=_take_off_lead(turn.question)) for turn in turns]
    return [turn for turn in asked if not MORE.fullmatch(turn.question.partition(":")[0])] or asked


def _complete(
    core: str, turns: Sequence[EarlierTurn], bases: Sequence[EarlierTurn], *, is_added: bool, is_asked: bool
) -> str | None:
    """The question completed; None when it is whole."""
    words = core.split()
    folded = [fold_word(word) for word in words]
    last, meant = read_clause(bases[-1].question), read_meant(turns)
    if not words:
        return None
    if AGAIN.fullmatch(core):
        return turns[-1].question
    if MORE.fullmatch(core):
        return f"{core}: {find_topic(meant)}"
    instead = INSTEAD.fullmatch(core)
    if instead or _is_phrase(words, folded, is_added=is_added, is_asked=is_asked):
        what = (instead["what"] if instead else core).strip()
        return _keep_bracket(_ask_about(what, bases[-1], last, meant), turns[-1], is_own_kept=True)
    if set(folded) <= SMALL_WORDS and not QUESTION_WORDS.isdisjoint(folded):
        return _keep_bracket(_ask_otherwise(core, bases[-1], last), turns[-1], is_own_kept=False)
    german = is_german(core) or (last.is_german and ENGLISH.isdisjoint(folded))
    references = find_references(words, is_german=german)
    if references:
        resolved = resolve(words, references, meant)
        if resolved == core:
            return None
        is_of_role = bool(SUCCESSION.search(core)) and last.rest and not resolved.endswith(")")
        return f"{resolved} ({last.rest})" if is_of_role and not last.subject else resolved
    return f"{core} ({find_topic(meant)})" if _lacks_something(words, folded) else None


def _keep_bracket(completed: str, turn: EarlierTurn, *, is_own_kept: bool) -> str:
    """A question made of the last one, with the bracket that the last one had, where it makes no sense without it."""
    core, own = split_bracket(completed)
    context = split_bracket(turn.question)[1]
    if not context or (own and is_own_kept) or not points_outside(core):
        return completed
    return f"{core} ({context})"


def _is_phrase(words: Sequence[str], folded: Sequence[str], *, is_added: bool, is_asked: bool) -> bool:
    """Whether it is a phrase alone that takes the place of another: "and the ferry?", "in 2019?"."""
    if len(words) > _MOST_INSTEAD or not (QUESTION_WORDS | AUXILIARIES).isdisjoint(folded):
        return False
    is_short = len(words) <= _MOST_NAMED and (words[0][0].isupper() or words[0][0].isdigit())
    return is_added or (is_asked and (is_short or folded[0] in PREPOSITIONS | DETERMINERS))


def _ask_about(what: str, turn: EarlierTurn, last: Clause, meant: Sequence[EarlierTurn]) -> str:
    """The last question about something else, or a question about what is said of the same thing."""
    references = find_references(what.split(), is_german=last.is_german)
    if not references:
        return _put_instead(what, turn, last)
    if any(reference.is_kept for reference in references) and len(what.split()) > 1:  # "and the other one?"
        asked = turn.question.strip().rstrip("?!. ")
        return f"{asked} ({what})"
    if fold_word(what.split(maxsplit=1)[0]) in PREPOSITIONS:  # "and after him?"
        return _put_instead(resolve(what.split(), references, meant), turn, last)
    return f"{'Was ist mit' if last.is_german else 'What about'} {resolve(what.split(), references, meant)}"


def _put_instead(what: str, turn: EarlierTurn, clause: Clause) -> str:
    """The last question about something else."""
    asked = turn.question.strip().rstrip("?!. ")
    first, _, named = what.partition(" ")
    prepositions = first.lower() in PREPOSITIONS
    thing = named if prepositions and named else what
    if find_year(thing) and len(thing.split()) <= 3:
        year = find_year(asked)
        if year:
            return asked.replace(year, thing, 1) if thing[0].isdigit() else asked.replace(year, find_year(thing), 1)
        return f"{asked} {what if prepositions else f'{_word_for_in(clause)} {thing}'}"
    if prepositions:
        return _replace_behind(asked, first, thing) or f"{asked} {what}"
    degree = SUPERLATIVE.search(asked) if SUPERLATIVE.fullmatch(what) else None
    replaced = degree[0] if degree else _choose_replaced(what, clause)
    place = re.search(rf"(?<!\w){re.escape(replaced)}(?!\w)", asked) if replaced else None
    return f"{asked[: place.start()]}{what}{asked[place.end() :]}" if place else f"{asked} ({what})"


def _word_for_in(clause: Clause) -> str:
    return "im Jahr" if clause.is_german else "in"


def _replace_behind(asked: str, preposition: str, thing: str) -> str:
    """What stands behind the same preposition, replaced; "" where there is none."""
    words = asked.split()
    for place in range(len(words) - 1, -1, -1):
        if words[place].lower() == preposition.lower() and words[place + 1 :]:
            phrase = next(find_phrases(words[place + 1 :]), words[place + 1])
            return asked.replace(f"{words[place]} {phrase}", f"{words[place]} {thing}", 1)
    return ""


def _choose_replaced(what: str, clause: Clause) -> str:
    """The phrase of a question whose place another one takes: of the same head, a name for a name, else the subject."""
    phrases = [phrase for phrase in clause.phrases if not _TIMED.search(phrase)]
    head = fold_word(what.rsplit(maxsplit=1)[-1])
    for phrase in phrases:
        if fold_word(phrase.split()[-1]) == head:
            return phrase
    if is_name(what):
        names = [phrase for phrase in phrases if is_name(phrase)]
        return (names or phrases or [""])[0]
    phrases = [phrase for phrase in phrases if not is_name(phrase)]
    asked = clause.asked_with.split()
    is_bare = fold_word(what.split(maxsplit=1)[0]) not in DETERMINERS
    if is_bare and len(asked) > 1 and fold_word(asked[-1]) not in SMALL_WORDS:
        return asked[-1]  # "how much flour" ... "and wheat?"
    return _leave_head(phrases[0]) if phrases else ""


def _leave_head(phrase: str) -> str:
    """Of "the price of the tickets" the tickets; of "the tariff for a unit from the grid" the tariff."""
    first = next(find_phrases(phrase.split()), phrase)
    _, of, named = first.rpartition(" of ")
    return named if of else first


def _ask_otherwise(core: str, turn: EarlierTurn, clause: Clause) -> str:
    """The last question asked with other words: "why?", "since when?"."""
    answer = turn.short_answer.strip(" .")
    answer = answer if len(answer.split()) <= _MOST_ANSWER and clause.asked_with else ""
    if not (clause.subject or clause.rest):  # "why?" upon "when?"
        return core
    if not clause.subject and fold_word(clause.rest.partition(" ")[0]) in ("about", "mit"):  # "what about its upkeep"
        return f"{core} ({find_topic([turn])})"
    if clause.verb and clause.subject:
        asked = [word for word in clause.asked_with.split() if fold_word(word) not in SMALL_WORDS]
        is_time = fold_word(clause.asked_with) in ("when", "where", "why", "how", "wann", "wo", "warum", "wie")
        left = " ".join(filter(None, (" ".join(asked), "" if is_time else answer)))
        tail = f" ({left})" if left else ""
        return f"{core} {clause.verb.lower()} {clause.subject} {clause.rest}".rstrip() + tail
    if clause.verb:
        asked = [word for word in clause.asked_with.split() if fold_word(word) not in _NOT_NAMED]
        named = f"the {' '.join(asked)}" if asked and not clause.is_german else " ".join(asked)
        is_counted = fold_word(clause.asked_with.partition(" ")[0]) in ("how", "wie", "wieviele", "wieviel")
        subject, left = (named, answer) if is_counted else (answer or named, named if answer else "")
        return " ".join(filter(None, (core, clause.verb, subject, clause.rest, f"({left})" if left else "")))
    if clause.asked_with and not clause.is_german and len(clause.asked_with.split()) == 1:
        return f"{core} was it that {answer or 'somebody'} {clause.rest}"
    return f"{core} ({find_topic([turn])})"


def _lacks_something(words: Sequence[str], folded: Sequence[str]) -> bool:
    """Whether it names nothing of its own, or something without saying of what."""
    if any(word[0].isupper() or word[0].isdigit() for word in words[1:]):
        return False
    told = [word for word in folded if word not in SMALL_WORDS | AUXILIARIES | DETERMINERS | FILLERS]
    is_asked = not QUESTION_WORDS.isdisjoint(folded[:3]) or folded[0] in AUXILIARIES
    if not is_asked:
        return False
    if len(told) < 2 and DETERMINERS.isdisjoint(folded):
        return True
    is_open = folded[-1] in RELATIONAL and "of" not in folded and len(folded) - len(told) <= _MOST_FORMED
    is_verb = not {"do", "does", "did"}.isdisjoint(folded)  # "what did the crane cost"; "the work" is of something
    return is_open and len(told) <= 2 and not (is_verb and RELATIONAL.isdisjoint(told[:-1]))


def _write(text: str, end: str) -> str:
    text = re.sub(r"\s+", " ", text).strip().rstrip("?!. ")[:_LONGEST]
    return f"{text[0].upper()}{text[1:]}{end}"
