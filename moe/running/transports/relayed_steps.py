"""The steps of a task that is done for another process: told there as they end, and known from there."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

from moe.contracts.waiting import WaitingCall
from moe.running.steps import BEGUN, DECIDED, RESULT, RecordedSteps, is_within
from moe.running.transports.caller import TOO_LARGE
from moe_core.contracts.errors import TransportError
from moe_core.contracts.task import Task
from moe_core.contracts.wire import encode_json
from moe_core.text.amounts import format_bytes

StepListener: TypeAlias = Callable[[str, str], None]

_REMEDY = "see in config/models.yaml who does that agent's tasks, and that it is a moe of this version"
_BEGUN_MARK = "true"
_NAME_BYTES_MAX = 1 << 10  # of a step's name: a path of tasks, and a word or a tool's name
_ROUNDS_MAX = 1_000  # in which a task asks whether it may begin calls; each may name many
_ROW_BYTES = 64  # that a step costs beside what it says

# What a task takes along of what was done of it before, and the most of one step: a broker's greatest message is 1 MiB
# as it comes. What does not fit is done again.
SENT_BYTES_MAX = 256 << 10
STEP_BYTES_MAX = 128 << 10
# What one task elsewhere may have kept in the record here: 256 steps of the greatest size. A choice: a Belter of twenty
# Drummers tells less than 1 MB.
TASK_BYTES_MAX = 256 * STEP_BYTES_MAX


class RelayedSteps(RecordedSteps):
    """Steps whose record is where the run was asked; what could not be told there is done again.

    Nobody here can wait until something is on record there. So a task stops before a call that must not be made twice
    unasked, and makes it when it is asked for again with that call among those that are on record as begun.

    Attributes:
        to_begin: Such calls, as the task came to them.
    """

    def __init__(
        self,
        task: Task,
        tell: StepListener,
        *,
        past: Mapping[str, str],
        begins: Sequence[str] = (),
        can_wait: bool = False,
    ) -> None:
        """Begin a log.

        Args:
            task: What is done for the other process, which keeps its result itself.
            tell: Told of each step that has ended, and what it came to as JSON.
            past: What the steps of the task came to before.
            begins: Calls that are on record as begun by this very sending.
            can_wait: The run may stop until a person decides. Where it may not, nothing is on record of it either, and
                calls are made without a mark.
        """
        super().__init__(task.run_id, None, past=past)
        self.can_wait = can_wait
        self.to_begin: list[str] = []
        self._begins = frozenset(begins)
        self._tell = tell
        self._task = task.task_id.removeprefix(f"{task.run_id}/")

    def keep(self, step: str, outcome: object) -> None:
        """Tell what a step came to."""
        if not _is_to_be_told(step, self._task):
            return
        told = encode_json(outcome).decode()
        if len(told) <= STEP_BYTES_MAX:
            self._tell(step, told)

    async def mark(self, step: str) -> bool:
        """Whether it is on record where the run was asked; else it is asked for."""
        if not self.can_wait or step in self._begins:
            return True
        self.to_begin.append(step)
        return False


class TaskSteps:
    """What is known of the steps of a task that is done elsewhere: of before, and as it is told."""

    def __init__(self, task: Task, past: Mapping[str, str]) -> None:
        self._task = task.task_id.removeprefix(f"{task.run_id}/")
        self._known = dict(past)
        self._told_bytes = 0
        self._rounds = 0

    def __repr__(self) -> str:
        return f"<TaskSteps of {self._task}, {len(self._known)} known>"

    def add(self, step: str, outcome: str) -> bool:
        """Take one in; whether it is new, one of the task's, and for whoever does that to tell.

        Raises:
            TransportError: It is larger than any may be, or all together are.
        """
        self._weigh(step, outcome)
        if step in self._known or not is_within(step, self._task) or not _is_to_be_told(step, self._task):
            return False
        self._known[step] = outcome
        return True

    def begin(self, steps: Sequence[str]) -> list[str]:
        """Take in which calls are about to be made that must not be made twice unasked; those that are news.

        Raises:
            TransportError: One is none of the task's, or is known to have been begun; or it was asked too often.
        """
        self._rounds += 1
        if self._rounds > _ROUNDS_MAX:
            raise _fail_foreign(f"asks for the {self._rounds:,}th time to begin {', '.join(steps)[:80]}")
        for step in steps:
            if step in self._known or not step.endswith(BEGUN) or not is_within(step, self._task):
                raise _fail_foreign(f"wants to begin {step}")
            self._weigh(step, _BEGUN_MARK)
        self._known |= dict.fromkeys(steps, _BEGUN_MARK)
        return list(dict.fromkeys(steps))

    def check_waiting(self, calls: Sequence[WaitingCall]) -> None:
        """See that a person would decide on nothing but calls of this task.

        Raises:
            TransportError: One is another's.
        """
        for call in calls:
            if call.call.partition(":")[0] != call.task or not is_within(call.call, self._task):
                raise _fail_foreign(f"waits for {call.call}")

    @property
    def round(self) -> int:
        """How much was decided or begun so far where the run was asked: with more, it is another thing to ask for."""
        return sum(step.endswith((BEGUN, DECIDED)) for step in self._known)

    def choose_sent(self, *, but: Collection[str] = ()) -> dict[str, str]:
        """Those that whoever does the task must know: of a task that has ended below it no more than its result.

        What was decided and begun comes first, for without it a call would be made again unasked; then the rest, as far
        as there is room.

        Args:
            but: These not.
        """
        ended = {step.partition(":")[0] for step in self._known if f":{RESULT}:" in step}
        room, chosen = SENT_BYTES_MAX, {}
        for step, outcome in sorted(self._known.items(), key=_is_outcome):
            task = step.partition(":")[0]
            above = {task[:end] for end, sign in enumerate(task) if sign == "/"} & ended
            if step in but or above or (task in ended and f":{RESULT}:" not in step) or len(outcome) > room:
                continue
            room -= len(outcome)
            chosen[step] = outcome
        return chosen

    def _weigh(self, step: str, outcome: str) -> None:
        if len(outcome) > STEP_BYTES_MAX or len(step) > _NAME_BYTES_MAX:
            raise _fail_too_large(f"a step of {format_bytes(len(step) + len(outcome))}", STEP_BYTES_MAX)
        self._told_bytes += len(step) + len(outcome) + _ROW_BYTES
        if self._told_bytes > TASK_BYTES_MAX:
            raise _fail_too_large(f"steps of {format_bytes(self._told_bytes)} in all", TASK_BYTES_MAX)


def _fail_too_large(what: str, most: int) -> TransportError:
    return TransportError(
        f"whoever does the task elsewhere has sent {what}, of {format_bytes(most)} that are taken in",
        reason=TOO_LARGE,
        hint=_REMEDY,
    )


def _fail_foreign(what: str) -> TransportError:
    return TransportError(
        f"whoever does the task elsewhere {what}, which is no call of it that is to be made",
        reason="unreadable",
        hint=_REMEDY,
    )


def _is_outcome(item: tuple[str, str]) -> bool:
    return not item[0].endswith((BEGUN, DECIDED))


def _is_to_be_told(step: str, task: str) -> bool:
    """Whether a step is told at all: no task's own result, which is its answer, and no mark or decision of a call."""
    return not step.startswith(f"{task}:{RESULT}:") and not step.endswith((BEGUN, DECIDED))
