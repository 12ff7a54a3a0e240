"""A follow-up, put by a language model as a question that stands alone, where it may be trusted with that."""

import re
import time
from collections.abc import Sequence
from contextlib import suppress

from moe.asking.format import AnswerFormat
from moe.running.context import Assignment, RunContext
from moe_core.contracts.errors import MoeError
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.contracts.mode import Mode
from moe_core.contracts.task import Task
from moe_core.contracts.wire import JsonObject
from moe_core.text.tokens import STOP_WORDS, iterate_tokens, stem
from moe_kit.extraction.follow_ups.turn import EarlierTurn

_LONGEST = 400  # characters of a question
_SHORT_ANSWER = 80  # characters of an answer that a model is shown: a name or a figure, and no order
_TIME_SHARE = 0.2  # of what is left of the run's time
_MOST_OWN_WORDS = 3  # that are said nowhere before: "during", "cost" for "price"


async def complete_by_model(
    context: RunContext, question: str, *, by_rule: str, earlier: Sequence[EarlierTurn], until: float
) -> str | None:
    """What the top agent's model makes of a follow-up; None where the rules' question is to be asked.

    It is shown earlier questions and short answers, not what documents say; names, figures and almost all other words
    of what it writes must stand there. So no document puts a question into a run.

    Args:
        context: The run's; only in full mode its model is asked.
        question: The follow-up.
        by_rule: What the rules make of it.
        earlier: The turns before.
        until: When the run's time is over, Unix time in seconds.
    """
    top = context.chain.top()
    if context.chain.mode is not Mode.FULL or not context.asks_language_model(top):
        return None
    left = max(0.0, until - time.time()) * _TIME_SHARE
    task = Task(
        task_id=f"{context.run_id}/0",
        run_id=context.run_id,
        correlation_id=context.run_id,
        parent_id=None,
        agent=top.name,
        role=top.role,
        capability="complete",
        instruction=by_rule,
        ttl_seconds=left,
    )
    told = tuple({"question": turn.question, "answer": _shorten(turn.short_answer)} for turn in earlier)
    grounding = Grounding(purpose=Purpose.COMPLETE, question=question, instruction=by_rule, findings=told)
    assignment = Assignment(task=task, member=top, deadline=time.time() + left)
    with suppress(MoeError):  # the rules have done it already
        written = await context.ask(assignment, grounding, _make_format())
        known = " ".join([question, by_rule, *(f"{turn.question} {_shorten(turn.short_answer)}" for turn in earlier)])
        return written if is_faithful(written, known) else None
    return None


def is_faithful(written: str, known: str) -> bool:
    """Whether a question says hardly anything that is not known: no new name or figure, and few other words."""
    if not written or len(written) > _LONGEST or "\n" in written:
        return False
    words = {stem(token.folded) for token in iterate_tokens(known)}
    new = [
        token for token in iterate_tokens(written) if token.folded not in STOP_WORDS and stem(token.folded) not in words
    ]
    is_named = any(token.start > 0 and token.text[0].isupper() for token in new)
    return not is_named and not any(map(str.isdigit, "".join(t.text for t in new))) and len(new) <= _MOST_OWN_WORDS


def _shorten(answer: str) -> str:
    return answer if len(answer) <= _SHORT_ANSWER else ""


def _make_format() -> AnswerFormat[str]:
    schema: JsonObject = {
        "type": "object",
        "properties": {"question": {"type": "string", "minLength": 1, "maxLength": _LONGEST}},
        "required": ["question"],
        "additionalProperties": False,
    }

    def read(data: JsonObject) -> str:
        written = data.get("question")
        if not isinstance(written, str):
            raise ValueError("'question' is missing")
        return re.sub(r"\s+", " ", written).strip()

    return AnswerFormat(schema, read)
