"""What a text says of former times, or of what was only meant to be, where a question asks how things are."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from moe_core.text.late_pattern import LatePattern
from moe_kit.extraction.units import Unit, UnitKind

# "Is used to clean" tells what it is for.
_FORMER = LatePattern(
    r"(?<!\bis )(?<!\bare )(?<!\bbe )(?<!\bget )(?<!\bgot )(?<!n't )\bused to \w+"
    r"|\b(?:formerly|previously|in the past)\b"
    r"|\buntil (?:then|recently|now|last \w+|(?:\w+ )?(?:19|20)\d\d)\b|\b(?:früher|ehemals|bislang|bisher)\b"
    r"|\bbis (?:dahin|vor kurzem|(?:\w+ )?(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_MEANT = LatePattern(
    r"\b(?:had|was|were) (?:meant|supposed|hoped|planned|intended|wanted|due) to\b"
    r"|\b(?:was|were) to (?!do with\b)\w+|\b(?:hoped|hoping) (?:to|that|for)\b"
    r"|\b(?:had|was|were) (?:been )?(?:planned|intended|announced|scheduled) for\b"
    r"|\b(?:sollten?|wollten?) (?:\w+ )?eigentlich\b|\bursprünglich\b|\bwar geplant\b",
    re.IGNORECASE,
)
_ASKS_THEN = LatePattern(
    r"\b(?:used to|before|former\w*|previous\w*|original\w*|initially|at first|first|in the past|until|planned|meant"
    r"|supposed|intended|hoped?|was|were|did|had|(?:1[5-9]|20)\d\d"
    r"|früher\w*|zuvor|vorher|ursprünglich\w*|bisher\w*|ehemals|zuerst|geplant|sollten?|war|waren|hatten?|wurden?)\b",
    re.IGNORECASE,
)
_ASKS_MEANT = LatePattern(
    r"\b(?:planned|plans?|meant|supposed|intended|hoped?|original\w*|first|ursprünglich\w*|geplant|sollten?)\b",
    re.IGNORECASE,
)
_CHANGED = LatePattern(
    r"\b(?:but|now|since|instead|however|today|nowadays|has been|have been|no longer"
    r"|aber|jetzt|nun|seit\w*|inzwischen|heute|mittlerweile|stattdessen|sondern)\b",
    re.IGNORECASE,
)
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


def tells_end(text: str) -> bool:
    """Whether a text says that something is over, or does not come about."""
    return _ENDED.regex.search(text) is not None


def find_changes(question: str, units: Sequence[Unit]) -> Mapping[Unit, tuple[Unit, ...]]:
    """By unit that tells only how things were, the sentence behind it in its paragraph: what they became."""
    return {
        unit: (following,)
        for unit, following in pairwise(units)
        if unit.kind is following.kind is UnitKind.SENTENCE
        and unit.place == following.place
        and is_outdated(question, unit.text)
        and not split_at_change(unit.text)[1]
        and "\n\n" not in unit.evidence.text[unit.end - unit.evidence.start : following.start - unit.evidence.start]
    }


def _find_former(text: str) -> re.Match[str] | None:
    return _FORMER.regex.search(text) or _MEANT.regex.search(text)
