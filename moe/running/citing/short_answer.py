"""The answer itself, in front of the statements that support it, when it is sure."""

from collections.abc import Sequence

import msgspec

from moe_core.contracts.task import Statement
from moe_kit.extraction.answer_span import find_answer_span
from moe_kit.extraction.former import is_outdated
from moe_kit.extraction.span_ranker import rank_spans

# A guess, set by hand: figures are exact, but a question may be misread.
COMPUTED_CONFIDENCE = 0.9
_BRACKETS = (("(", ")"), ("[", "]"), ("⟦", "⟧"), ("‹", "›"))


class ShortAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A few words, and the share of right ones among such answers, in [0, 1]."""

    text: str
    confidence: float


def find_short_answer(question: str, statements: Sequence[Statement]) -> ShortAnswer | None:
    """What a tool worked out, a model has read, rules find, or was learned to be likely; None where nothing is sure."""
    values = {statement.value for statement in statements if statement.tool and statement.value}
    if values:
        return ShortAnswer(text=values.pop(), confidence=COMPUTED_CONFIDENCE) if len(values) == 1 else None
    read = max((one for one in statements if one.value), key=lambda one: one.confidence, default=None)
    if read is not None:
        return ShortAnswer(text=read.value, confidence=read.confidence)
    quotes = [statement.text for statement in statements if not statement.tool]
    if not quotes:
        return None  # to read the question takes a while
    tells_time = is_outdated(question, quotes[0])  # what was learned does not tell what was from what is
    found = find_answer_span(question, quotes) or (None if tells_time else rank_spans(question, quotes))
    if found is None or any(found.text.count(mark) != found.text.count(other) for mark, other in _BRACKETS):
        return None  # words cut out of a bracket, a link or a mark are no answer
    return ShortAnswer(text=" ".join(found.text.split()), confidence=found.confidence)
