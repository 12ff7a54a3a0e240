"""The bracket at the end of a completed question, which says what the question before was about."""

import re
from collections.abc import Sequence
from dataclasses import replace

from moe_kit.extraction.follow_ups.clause import CLEFT, read_clause
from moe_kit.extraction.follow_ups.references import find_references
from moe_kit.extraction.follow_ups.turn import EarlierTurn

_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_BRACKETS = re.compile(r"[()]")


def split_bracket(question: str) -> tuple[str, str]:
    """A question without brackets, and what stood in them; a bracket that is open or closed alone is left out."""
    core = _BRACKETS.sub("", _BRACKET.sub("", question)).strip()
    if not core.strip("?!. "):
        return _BRACKETS.sub("", question).strip(), ""
    return core, ", ".join(text.strip() for text in _BRACKET.findall(question))


def is_sound(question: str) -> bool:
    """Whether a question has no bracket, or one that is closed."""
    return not _BRACKETS.search(_BRACKET.sub("", question, count=1))


def points_outside(core: str) -> bool:
    """Whether a question without its bracket says "it" or its like, or names nothing."""
    clause = read_clause(core)
    said = core.replace(CLEFT, "")
    return bool(find_references(said.split(), is_german=clause.is_german)) or not clause.phrases


def read_meant(turns: Sequence[EarlierTurn]) -> list[EarlierTurn]:
    """The turns with what their questions are about: the bracket, of a question that only makes sense with it."""
    meant = []
    for turn in turns:
        core, context = split_bracket(turn.question)
        meant.append(replace(turn, question=context if context and points_outside(core) else core))
    return meant
