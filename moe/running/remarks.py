"""What the Observer's own model remarks on a run that is done; only in full mode, and within a short time."""

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from moe.asking.format import AnswerFormat
from moe.running.context import RunContext
from moe.running.observer import Note
from moe_core.contracts.errors import MoeError
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.contracts.mode import Mode
from moe_core.contracts.task import Status, Task, TaskResult
from moe_core.contracts.wire import JsonObject, encode_json
from moe_core.text.quoting import disarm_text

_TIME_SHARE, _SECONDS_MAX = 0.2, 20.0  # chosen: of what is left; a reader has the answer before his eyes by then
_NOTES_MAX, _LONGEST, _STEPS_MAX = 4, 240, 20
_SEVERITIES = ("info", "warning")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_LOOK_AT = "Whether the answer may be relied on, and what went wrong on the way to it."


async def remark_on(
    context: RunContext, outcome: TaskResult, list_steps: Callable[[], Sequence[str]], *, until: float
) -> list[Note]:
    """The Observer's remarks; none where its model fails, or nothing is to be asked of it.

    It is shown what was done and said, not the passages, which would take as many tokens as the answer itself.
    A remark with a figure that nothing of what it was shown has is left out.

    Args:
        context: The run's, its models still open.
        outcome: What the top agent handed up.
        list_steps: Tells what was done.
        until: When the run's time is over, Unix time in seconds.
    """
    member = context.chain.observer
    left = min(_SECONDS_MAX, max(0.0, until - time.time()) * _TIME_SHARE)
    is_wanted = context.remarks and context.chain.mode is Mode.FULL and outcome.status is not Status.FAILED
    is_wanted = is_wanted and bool(outcome.evidence)  # small talk needs no watching
    is_in_trouble = context.models.tally.fell_back or context.is_reader(context.chain.top())
    if member is None or not is_wanted or not left or is_in_trouble:
        return []
    task = Task(
        task_id=f"{context.run_id}/0",
        run_id=context.run_id,
        correlation_id=outcome.correlation_id,
        parent_id=outcome.task_id,
        agent=member.name,
        role=member.role,
        capability="observe",
        instruction=_LOOK_AT,
        ttl_seconds=left,
    )
    findings: tuple[JsonObject, ...] = (
        *({"step": line} for line in list_steps()[:_STEPS_MAX]),
        *({"said": statement.text, "cites": list(statement.evidence)} for statement in outcome.statements),
    )
    grounding = Grounding(purpose=Purpose.OBSERVE, question=context.question, instruction=_LOOK_AT, findings=findings)
    step = context.steps.claim(task.task_id, str(Purpose.OBSERVE))
    with suppress(MoeError):  # what a record of before has no word of is asked for
        known = context.steps.find(step, list[Note])
        if known is not None:
            return known
    written: list[Note] = []
    with suppress(MoeError):  # the rules have remarked already, and an event tells that it failed
        written, _ = await context.models.ask(
            replace(member, fallbacks=()),
            context.agent(member),
            task,
            grounding,
            REMARKS,
            deadline=time.time() + left,
            is_optional=True,
        )
    shown = set(_FIGURE.findall(encode_json([context.question, *findings]).decode()))
    notes = [note for note in written if set(_FIGURE.findall(note.text)) <= shown]
    context.steps.keep(step, notes)
    return notes


def _make_format() -> AnswerFormat[list[Note]]:
    note: JsonObject = {
        "type": "object",
        "properties": {
            "severity": {"enum": list(_SEVERITIES)},
            "text": {"type": "string", "minLength": 1, "maxLength": _LONGEST},
        },
        "required": ["severity", "text"],
        "additionalProperties": False,
    }
    schema: JsonObject = {
        "type": "object",
        "properties": {"notes": {"type": "array", "items": note, "maxItems": _NOTES_MAX}},
        "required": ["notes"],
        "additionalProperties": False,
    }

    def read(data: JsonObject) -> list[Note]:
        notes = [(str(one["severity"]), disarm_text(str(one["text"]).strip())[:_LONGEST]) for one in data["notes"]]
        if any(severity not in _SEVERITIES for severity, _ in notes):
            raise ValueError(f"severity is one of {', '.join(_SEVERITIES)}")
        return [Note(severity=severity, text=f"The Observer: {text}") for severity, text in notes[:_NOTES_MAX] if text]

    return AnswerFormat(schema, read)


REMARKS = _make_format()
