"""What a text says of former times, or of what was only meant to be, where a question asks how things are."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from moe_core.text.late_pattern import LatePattern
from moe_kit.extraction.units import Unit, UnitKind

# "The tool used to measure depth is sharp" tells what it is for: a habit has a verb of its own and no other behind it.
_FORMER = LatePattern(
    r"\bused to (?:be|have|last|cost|open|close|live|stand|run|hang|belong|pay|get|come|go|start|begin|end|lie|meet"
    r"|stay)\b(?![^.,;]{0,80}\b(?:is|are|costs|has)\b)"
    r"|\bin the past\b|\buntil (?:then|recently|last (?:spring|summer|autumn|winter|week|month|year))\b"
    r"|\b(?:bisher|bislang|früher) (?:war|waren|hatten?|galt(?:en)?|gab|durften?|mussten?|kosteten?|betrug"
    r"|lag(?:en)?)\b"
    r"|\b(?:war|waren|hatten?|galt(?:en)?|durften?|mussten?|kosteten?|betrug|lag(?:en)?) (?:\w+ )?"
    r"(?:bisher|bislang|früher)\b",
    re.IGNORECASE,
)
# "Until 2021 cars stood here", where a verb tells the past; "runs until 2031" and "up to 2000 euros" do not.
_UNTIL_YEAR = LatePattern(
    r"\b(?:until|bis) (?:\w+ )?(?:19|20)\d\d\b(?!\s*(?:€|[\w.]*euro|kg\b|m\b|km\b))", re.IGNORECASE
)
_PAST = LatePattern(
    r"\b(?:was|were|had|could|stood|lay|ran|went|paid|\w{3,}ed|war|waren|hatten?|wurden?|galt(?:en)?|betrug(?:en)?|lag(?:en)?"
    r"|standen?|kosteten?|durften?|mussten?)\b",
    re.IGNORECASE,
)
_MEANT = LatePattern(
    r"\b(?:had|was|were) (?:meant|supposed|hoped|planned|intended|wanted) to\b|\b(?:hoped|hoping) (?:to|that|for)\b"
    r"|\b(?:was|were) (?:due )?to (?:be|have|open|close|start|begin|end|come|arrive|take|run|move|meet|leave)\b"
    r"|\b(?:had|was|were) (?:been )?(?:planned|intended|announced|scheduled) for\b"
    r"|\b(?:sollten?|wollten?) (?:\w+ )?eigentlich\b"
    r"|\bsollten? (?:\w+ ){0,4}(?:19|20)\d\d\b|\bwar ursprünglich\b|\bwar geplant\b",
    re.IGNORECASE,
)
_ASKS_THEN = LatePattern(
    r"\b(?:used to|before|former\w*|previous\w*|original\w*|initially|at first|first|in the past|until|planned|meant"
    r"|supposed|intended|hoped?|was|were|did|had|(?:1[5-9]|20)\d\d"
    r"|früher\w*|zuvor|vorher|ursprünglich\w*|bisher\w*|ehemals|zuerst|geplant|sollten?|war|waren|hatten?|wurden?)\b",
    re.IGNORECASE,
)
_ASKS_MEANT = LatePattern(
    r"\b(?:planned|plans?|meant|supposed|intended|hoped?|scheduled|announced|due|want\w*|(?:was|were) to"
    r"|original\w*|first|ursprünglich\w*|geplant|sollten?)\b",
    re.IGNORECASE,
)
_CHANGED = LatePattern(
    r"\b(?:but|now|since|instead|however|today|nowadays|has been|have been|no longer"
    r"|aber|jetzt|nun|seit\w*|inzwischen|heute|mittlerweile|stattdessen|sondern)\b",
    re.IGNORECASE,
)
_POINTS_BACK = LatePattern(r"\b(?:this|that|it|they|these|then|das|dies\w*|es|sie|er)\b", re.IGNORECASE)
_ENDED = LatePattern(
    r"\b(?:no longer|not any more|any ?more|any longer|stop\w*|withdrawn|abolished|discontinued|scrapped|dropped"
    r"|cancell?ed|called off|forbidden|prohibited|banned|cannot|not now|gone|can['’]?t|won['’]?t|isn['’]?t|aren['’]?t"
    r"|nicht mehr|abgeschafft|eingestellt|verboten|untersagt|abgesagt|entfällt)\b",
    re.IGNORECASE,
)


def is_outdated(question: str, text: str) -> bool:
    """Whether a text tells how things were, and a question asks how they are; or how they were meant to be only."""
    if _MEANT.regex.search(text) and not _ASKS_MEANT.regex.search(question):
        return True
    return _ASKS_THEN.regex.search(question) is None and _find_former(text) is not None


def split_at_change(text: str) -> tuple[str, str]:
    """What a text says of former times, and what it says of the change; all and nothing where it tells of none."""
    former = _find_former(text)
    changed = _CHANGED.regex.search(text, former.end()) if former is not None else None
    return (text, "") if changed is None else (text[: changed.start()], text[changed.start() :])


def tells_change(text: str) -> bool:
    """Whether a sentence points back at what stands before it, and says what became of it."""
    return _POINTS_BACK.regex.search(text) is not None and (_CHANGED.regex.search(text) is not None or tells_end(text))


def tells_end(text: str) -> bool:
    """Whether a text says that something is over, or does not come about."""
    return _ENDED.regex.search(text) is not None


def find_changes(question: str, quoted: Collection[Unit], units: Sequence[Unit]) -> Mapping[Unit, tuple[Unit, ...]]:
    """By quoted unit that tells only how things were, the sentence behind it in its paragraph: what they became."""
    return {
        unit: (following,)
        for unit, following in pairwise(units)
        if unit.kind is following.kind is UnitKind.SENTENCE
        and unit.place == following.place
        and unit in quoted
        and is_outdated(question, unit.text)
        and not split_at_change(unit.text)[1]
        and (tells_change(following.text) or _MEANT.regex.search(unit.text))
        and "\n\n" not in unit.evidence.text[unit.end - unit.evidence.start : following.start - unit.evidence.start]
    }


def _find_former(text: str) -> re.Match[str] | None:
    year = _UNTIL_YEAR.regex.search(text)
    is_past = year is not None and _PAST.regex.search(text) is not None
    return _FORMER.regex.search(text) or _MEANT.regex.search(text) or (year if is_past else None)
