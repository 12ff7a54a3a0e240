"""Whether a call of a tool may be made: by how often it was begun, by its tool, and by what a person decided."""

import time
from collections.abc import Iterator, Mapping

from moe.contracts.steps import StepLog
from moe.contracts.waiting import CallDecision, WaitingCall
from moe.running.steps import BEGUN, DECIDED
from moe_core.contracts.plugin import Entry
from moe_core.contracts.task import Task
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import JsonObject, encode_json

UNRECORDED = (
    "asks a person before each call, and nobody can be asked: nothing is kept of its calls here"
    " (set system.record to true, or let the agent work in the process that keeps the record)"
)


class CallGate:
    """One call of a tool, as far as the record of its run tells of it.

    A call that may not be made twice unasked is marked before each time that it is begun, so that whoever takes the run
    up knows of it. What a person decides counts for the state that it was decided in: a call that is approved, begun
    and broken off again is asked about again.

    Attributes:
        begun: How often it was begun.
        decision: What a person decided since; None for nothing.
    """

    def __init__(self, steps: StepLog, entry: Entry[type[BaseTool]], step: str) -> None:
        """Read what is known.

        Args:
            steps: The run's.
            entry: The tool.
            step: The call's name.
        """
        self._steps, self._entry, self._step = steps, entry, step
        self._is_marked = bool(entry.effects) and entry.value.repeats == "ask"
        self.begun = 0
        while steps.find(name_begun(step, self.begun + 1), bool):
            self.begun += 1
        self.decision = steps.find(name_decision(step, self.begun), CallDecision)

    @property
    def asks_in_vain(self) -> bool:
        """A person would have to decide, and cannot, for nothing is kept of the run."""
        return not self._steps.can_wait and self._entry.asks_first

    def describe_wait(self, task: Task, params: JsonObject) -> WaitingCall | None:
        """What a person must decide before it is made; None when it may be made, or was decided on."""
        if self.decision is not None or not (self.begun or self._entry.asks_first) or self._was_allowed():
            return None
        return WaitingCall(
            call=self._step,
            task=task.task_id.removeprefix(f"{task.run_id}/"),
            agent=task.agent,
            tool=self._entry.name,
            params=params,
            effects=tuple(map(str, self._entry.effects)),
            reason="unknown" if self.begun else "first",
            begun=self.begun,
            since=time.time(),
        )

    async def begin(self) -> bool:
        """Mark that it is begun, where it must not be done twice unasked; whether it may be made now."""
        return not self._is_marked or await self._steps.mark(name_begun(self._step, self.begun + 1))

    def _was_allowed(self) -> bool:
        """It was begun, and may be again without a word."""
        return bool(self.begun) and not self._is_marked


def name_begun(step: str, number: int) -> str:
    """The step that tells that a call was begun for that time."""
    return f"{step}{BEGUN}" if number == 1 else f"{step}:again-{number}{BEGUN}"


def name_decision(step: str, begun: int) -> str:
    """The step that tells what was decided on a call that was begun so often."""
    return f"{step}:{begun}{DECIDED}"


def approve_begun(steps: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Decisions by which all calls are made again of which nobody knows whether they were done.

    Args:
        steps: What a run's steps came to, as JSON by step.
    """
    decision = encode_json(CallDecision(decision="approve")).decode()
    for first in [step for step in steps if step.endswith(BEGUN) and ":again-" not in step]:
        step, begun = first.removesuffix(BEGUN), 1
        while name_begun(step, begun + 1) in steps:
            begun += 1
        yield name_decision(step, begun), decision
