"""Steps of a run that are decided by rule, so that no model is asked for them."""

from typing import TypeVar

from moe.asking.format import AnswerFormat
from moe.running.formats import Claims, claims_format
from moe_core.contracts.messages import Choice, Grounding
from moe_core.contracts.wire import JsonObject
from moe_kit.extraction.replies import build_reply
from moe_kit.extraction.tool_choice import is_chosen_by_rule

T = TypeVar("T")


def decide(grounding: Grounding, wanted: AnswerFormat[T]) -> T:
    """What the rules make of a grounding, read as a model's answer would be."""
    return wanted.read(build_reply(grounding, wanted.schema).data)


def decide_claims(grounding: Grounding, response_schema: JsonObject | None) -> Claims:
    """What the rules quote from a grounding."""
    return decide(grounding, claims_format(response_schema, evidence=len(grounding.evidence)))


def split_by_rule(choices: tuple[Choice, ...]) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The tools that a rule chooses as well as any model, and the others."""
    ruled = tuple(choice for choice in choices if is_chosen_by_rule(choice))
    return ruled, tuple(choice for choice in choices if choice not in ruled)
