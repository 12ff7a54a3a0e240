"""Where a run stands, read from its events: tasks as a tree, what each is doing, tools and times."""

from dataclasses import dataclass, field
from typing import Literal

from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.model_payloads import AnswerPiece, ModelAnswered, ModelCalled, ModelFailed
from moe_core.contracts.payloads import ChainAssembled, DocumentsLoaded, RouteChosen, TaskFinished, TaskStarted
from moe_core.contracts.tool_payloads import ToolAnswered, ToolCalled, ToolFailed, ToolProgressed, ToolRetried

State = Literal["running", "done", "degraded", "failed"]

_STATES: dict[str, State] = {"done": "done", "degraded": "degraded"}
_ANEW = (EventKind.MODEL_CALLED, EventKind.MODEL_RETRIED, EventKind.MODEL_FAILED, EventKind.MODEL_INVALID)

_DOING = {
    "complete": "reading the conversation",
    "plan": "planning",
    "decompose": "splitting its part",
    "choose_tools": "choosing tools",
    "execute": "reading the evidence",
    "merge": "joining what was found",
    "synthesise": "writing the answer",
    "chat": "answering",
    "observe": "looking back",
}


@dataclass(slots=True)
class ToolState:
    """One call of a tool; `seconds` is None while it runs, `doing` what it says of its progress."""

    name: str
    state: State = "running"
    seconds: float | None = None
    message: str = ""
    doing: str = ""


@dataclass(slots=True)
class TaskState:
    """One task of one agent.

    Attributes:
        doing: What it is busy with, in words.
        started: Unix time in seconds.
        seconds: None while it runs.
    """

    task_id: str
    agent: str
    role: str
    instruction: str
    started: float
    state: State = "running"
    doing: str = ""
    seconds: float | None = None
    tools: list[ToolState] = field(default_factory=list)
    children: list["TaskState"] = field(default_factory=list)


class ChainState:
    """The state of a run so far.

    Attributes:
        step: What the run is busy with when no task has begun.
        tops: The tasks that no other asked for.
        answer: What is written so far of the final answer; not checked yet.
    """

    def __init__(self) -> None:
        self.step = "starting"
        self.tops: list[TaskState] = []
        self.answer = ""
        self._statement: int | None = None
        self._attempt: int | None = None
        self._tasks: dict[str, TaskState] = {}

    def take(self, event: Event) -> None:
        """Move on by one event."""
        data = event.data
        if isinstance(data, RouteChosen):
            self.step = "assembling the chain"
        elif isinstance(data, ChainAssembled):
            self.step = "looking for documents"
        elif isinstance(data, DocumentsLoaded):
            self.step = f"{data.documents} documents, {data.passages} passages"
        elif isinstance(data, TaskStarted):
            self._start(event, data)
        elif isinstance(data, AnswerPiece):
            self._add_piece(data)
        elif event.task_id is not None and event.task_id in self._tasks:
            self._take_for_task(self._tasks[event.task_id], event)

    def _start(self, event: Event, data: TaskStarted) -> None:
        assert event.task_id is not None, "a task has an id"
        task = TaskState(
            task_id=event.task_id,
            agent=event.agent,
            role=data.role,
            instruction=data.instruction,
            started=event.at,
        )
        self._tasks[task.task_id] = task
        parent = self._tasks.get(data.parent_id or "")
        (parent.children if parent else self.tops).append(task)

    def _add_piece(self, piece: AnswerPiece) -> None:
        """Statements are written one after the other, each a sentence or more."""
        if piece.attempt != self._attempt:
            self.answer, self._attempt = "", piece.attempt
        if self.answer and piece.statement != self._statement:
            self.answer += " "
        self._statement = piece.statement
        self.answer += piece.text

    def _take_for_task(self, task: TaskState, event: Event) -> None:
        data = event.data
        if task in self.tops and event.kind in _ANEW:  # what came of the answer may come again, otherwise
            self.answer, self._statement = "", None
        if isinstance(data, TaskFinished):
            task.seconds, task.doing = data.seconds, ""
            task.state = _STATES.get(data.status, "failed")
        elif isinstance(data, ModelCalled):
            task.doing = _DOING.get(data.purpose, data.purpose)
        elif isinstance(data, ModelFailed):
            task.doing = f"{data.provider} failed"
        elif isinstance(data, ModelAnswered):
            task.doing = ""
        elif isinstance(data, ToolCalled):
            task.tools.append(ToolState(data.tool))
        elif isinstance(data, ToolProgressed | ToolRetried):
            for tool in [one for one in task.tools if one.name == data.tool and one.state == "running"][:1]:
                tool.doing = data.progress if isinstance(data, ToolProgressed) else f"again: {data.message}"
        elif isinstance(data, ToolAnswered | ToolFailed):
            self._end_tool(task, data)

    def _end_tool(self, task: TaskState, data: ToolAnswered | ToolFailed) -> None:
        running = [tool for tool in task.tools if tool.name == data.tool and tool.state == "running"]
        if not running:
            return
        tool = running[0]
        tool.doing = ""
        if isinstance(data, ToolFailed):
            tool.state, tool.message = "failed", data.message
        else:
            tool.state, tool.seconds = "done", data.seconds
