"""Calls of tools that a person decides on, and what was decided."""

from typing import Literal, TypeAlias

import msgspec

from moe_core.contracts.tool_payloads import WaitReason, describe_call, describe_wait
from moe_core.contracts.wire import JsonObject

Decision: TypeAlias = Literal["approve", "skip"]


class WaitingCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of a tool for which a run waits.

    Attributes:
        call: The call's own name, the same whenever the run is taken up.
        task: The task that makes it, without the run's id, as "1/2/1".
        agent: Who does the task.
        tool: The tool's name.
        params: What it would be called with.
        effects: What it declares to do beside computing.
        reason: Why a person decides: "first", its tool asks before each call; "unknown", it was begun, and nobody knows
            whether it was done.
        begun: How often it was begun.
        since: Unix time in seconds.
    """

    call: str
    task: str
    agent: str
    tool: str
    params: JsonObject
    effects: tuple[str, ...]
    reason: WaitReason
    begun: int
    since: float

    def describe(self) -> str:
        """The call and why it waits, in one line."""
        return f"task {self.task}: {describe_call(self.tool, self.params)} ({describe_wait(self.reason)})"


class CallDecision(msgspec.Struct, frozen=True, kw_only=True):
    """What a person decided on a call.

    Attributes:
        decision: It is made, or not.
        by: Who decided; "" where that is not known.
        note: Why, in their words, or "".
        at: Unix time in seconds.
    """

    decision: Decision
    by: str = ""
    note: str = ""
    at: float = 0.0


class DecidedRun(msgspec.Struct, frozen=True, kw_only=True):
    """What came of deciding on a run's calls.

    Attributes:
        run_id: The run's whole id.
        decision: What was decided.
        decided: The calls that it was decided of.
        left: Those that wait still: the run goes on when there are none.
        worker: Whose run it was, so that it goes back into the queue; "" for no worker.
    """

    run_id: str
    decision: Decision
    decided: tuple[WaitingCall, ...]
    left: tuple[WaitingCall, ...]
    worker: str = ""
