"""Where a run stands, read from its events: tasks as a tree, what each is doing, tools and times."""

from dataclasses import dataclass, field
from typing import Literal

from moe_core.contracts.event import Event, EventKind

State = Literal["running", "done", "degraded", "failed"]

_ANEW = (EventKind.MODEL_CALLED, EventKind.MODEL_RETRIED, EventKind.MODEL_FAILED, EventKind.MODEL_INVALID)

_DOING = {
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
    """One call of a tool; `seconds` is None while it runs."""

    name: str
    state: State = "running"
    seconds: float | None = None
    message: str = ""


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
        self._statement: object = None
        self._attempt: object = None
        self._tasks: dict[str, TaskState] = {}

    def take(self, event: Event) -> None:
        """Move on by one event."""
        if event.kind is EventKind.ROUTE_CHOSEN:
            self.step = "assembling the chain"
        elif event.kind is EventKind.CHAIN_ASSEMBLED:
            self.step = "looking for documents"
        elif event.kind is EventKind.DOCUMENTS_LOADED:
            self.step = f"{event.data['documents']} documents, {event.data['passages']} passages"
        elif event.kind is EventKind.TASK_STARTED:
            self._start(event)
        elif event.kind is EventKind.ANSWER_PIECE:
            self._add_piece(event)
        elif event.task_id is not None and event.task_id in self._tasks:
            self._take_for_task(self._tasks[event.task_id], event)

    def _start(self, event: Event) -> None:
        assert event.task_id is not None, "a task has an id"
        task = TaskState(
            task_id=event.task_id,
            agent=event.agent,
            role=event.data["role"],
            instruction=event.data["instruction"],
            started=event.at,
        )
        self._tasks[task.task_id] = task
        parent = self._tasks.get(event.data.get("parent_id") or "")
        (parent.children if parent else self.tops).append(task)

    def _add_piece(self, event: Event) -> None:
        """Statements are written one after the other, each a sentence or more."""
        statement, attempt = event.data.get("statement"), event.data.get("attempt")
        if attempt != self._attempt:
            self.answer, self._attempt = "", attempt
        if self.answer and statement != self._statement:
            self.answer += " "
        self._statement = statement
        self.answer += event.data["text"]

    def _take_for_task(self, task: TaskState, event: Event) -> None:
        data = event.data
        if task in self.tops and event.kind in _ANEW:  # what came of the answer may come again, otherwise
            self.answer, self._statement = "", None
        if event.kind is EventKind.TASK_FINISHED:
            task.seconds, task.doing = data["seconds"], ""
            task.state = data["status"] if data["status"] in ("done", "degraded") else "failed"
        elif event.kind is EventKind.MODEL_CALLED:
            task.doing = _DOING.get(data["purpose"], str(data["purpose"]))
        elif event.kind is EventKind.MODEL_FAILED:
            task.doing = f"{data['provider']} failed"
        elif event.kind is EventKind.MODEL_ANSWERED:
            task.doing = ""
        elif event.kind is EventKind.TOOL_CALLED:
            task.tools.append(ToolState(data["tool"]))
        elif event.kind in (EventKind.TOOL_ANSWERED, EventKind.TOOL_FAILED):
            self._end_tool(task, event)

    def _end_tool(self, task: TaskState, event: Event) -> None:
        running = [tool for tool in task.tools if tool.name == event.data["tool"] and tool.state == "running"]
        if not running:
            return
        tool = running[0]
        if event.kind is EventKind.TOOL_FAILED:
            tool.state, tool.message = "failed", event.data.get("message", "")
        else:
            tool.state, tool.seconds = "done", event.data["seconds"]
