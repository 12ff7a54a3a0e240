"""The spans of one run, begun and ended by its events."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from moe.running.tracing import names
from moe.running.tracing.spans import SpanMaker
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.model_payloads import (
    BreakerOpened,
    BudgetSpent,
    ModelAnswered,
    ModelCalled,
    ModelFailed,
    ModelInvalid,
    ModelRetried,
)
from moe_core.contracts.payloads import (
    ChainAssembled,
    DocumentsLoaded,
    RouteChosen,
    RunFinished,
    RunResumed,
    RunStarted,
    RunWaiting,
    TaskFinished,
    TaskStarted,
)
from moe_core.contracts.tool_payloads import ToolAnswered, ToolCalled, ToolFailed, ToolRetried
from moe_core.contracts.trace_context import TraceContext, trace_task
from moe_core.text.secrets import hide_secrets

_WAITING = "waiting"  # a run's status in the record
_CAMINA = "camina"
Key = tuple[object, ...]


class RunSpans:
    """Listens to a run's events.

    Camina's task is the run itself, `invoke_workflow`; each of the others' is `invoke_agent`, below the task that
    asked for it, in whichever process that was done.

    Args:
        maker: Makes spans.
        run: The run's own span.
        parent: Of whoever asked for the run; None for nobody.
        began: When the run began, Unix time in seconds; None for now.
        tells_contents: Whether questions, instructions and parameters are told too.
    """

    def __init__(
        self,
        maker: SpanMaker,
        *,
        run: TraceContext,
        parent: TraceContext | None,
        began: float | None,
        tells_contents: bool,
    ) -> None:
        self._maker = maker
        self._run = run
        self._parent = parent
        self._began = began
        self._tells_contents = tells_contents
        self._root: Span | None = None
        self._tops: set[str] = set()  # Camina's tasks, which are the run itself
        self._tasks: dict[str, Span] = {}
        self._calls: dict[Key, list[Span]] = {}
        self._hear: Mapping[type[EventPayload], Callable[[Event, Any, Span], None]] = {
            RouteChosen: lambda _, data, root: root.set_attribute(names.ROUTE, data.route),
            ChainAssembled: lambda _, data, root: root.set_attribute(names.MODE, data.mode),
            DocumentsLoaded: lambda event, data, root: _note(root, event, {"moe.documents": data.documents}),
            TaskStarted: self._begin_task,
            TaskFinished: self._end_task,
            ModelCalled: self._call_model,
            ModelAnswered: self._end_model,
            ModelFailed: self._fail_model,
            ModelRetried: self._note_model,
            ModelInvalid: self._note_model,
            BreakerOpened: self._note_model,
            BudgetSpent: self._note_model,
            ToolCalled: self._call_tool,
            ToolAnswered: self._end_tool,
            ToolFailed: self._fail_tool,
            ToolRetried: self._note_tool,
        }

    def __call__(self, event: Event) -> None:
        """Take in an event."""
        data = event.data
        if isinstance(data, RunStarted | RunResumed):
            self._root = self._begin(event, data)
        elif self._root is not None and isinstance(data, RunFinished | RunWaiting):
            self._finish(event, data, self._root)
        elif self._root is not None and (hear := self._hear.get(type(data))) is not None:  # type: ignore[arg-type]
            hear(event, data, self._root)

    def _begin(self, event: Event, data: RunStarted | RunResumed) -> Span:
        attributes = {names.WORKFLOW: "moe", names.RUN: event.run_id, names.CORRELATION: event.correlation_id}
        if isinstance(data, RunStarted):
            attributes |= self._tell(names.QUESTION, str(data.request.get("question", "")))
            if conversation := data.request.get("conversation_id"):
                attributes[names.CONVERSATION] = str(conversation)
        at = event.at if self._began is None else self._began
        root = self._make(names.INVOKE_WORKFLOW, _CAMINA, at, self._run, self._parent, attributes)
        if isinstance(data, RunResumed):
            _note(root, event, {"moe.steps": data.steps, "moe.deaths": data.deaths})
        return root

    def _finish(self, event: Event, data: RunFinished | RunWaiting, root: Span) -> None:
        for span in [*(one for spans in self._calls.values() for one in spans), *self._tasks.values()]:
            _end(span, event, error=None if isinstance(data, RunWaiting) else "interrupted")
        self._calls.clear()
        self._tasks.clear()
        error = None
        if isinstance(data, RunWaiting):
            root.set_attribute(names.STATUS, _WAITING)
        else:
            root.set_attributes({names.STATUS: data.status, names.CITATIONS: data.citations})
            error = None if data.error is None else str(data.error.get("code", "error"))
        _end(root, event, error=error)
        self._root = None

    def _begin_task(self, event: Event, data: TaskStarted, root: Span) -> None:
        task_id = event.task_id or ""
        if data.role == _CAMINA:
            self._tops.add(task_id)
            root.set_attribute(names.AGENT, event.agent)
            return
        parent = self._run if data.parent_id in (None, *self._tops) else trace_task(self._run, str(data.parent_id))
        attributes = {
            names.AGENT: event.agent,
            names.ROLE: data.role,
            names.CAPABILITY: data.capability,
            names.TASK: task_id,
            **self._tell(names.INSTRUCTION, data.instruction),
        }
        own = trace_task(self._run, task_id)
        self._tasks[task_id] = self._make(names.INVOKE_AGENT, event.agent, event.at, own, parent, attributes)

    def _end_task(self, event: Event, data: TaskFinished, _: Span) -> None:
        span = self._tasks.pop(event.task_id or "", None)
        if span is not None:
            span.set_attribute(names.STATUS, data.status)
            span.set_attributes({names.STATEMENTS: data.statements, names.EVIDENCE: data.evidence})
            _end(span, event, error=None if data.error is None else str(data.error.get("code", "error")))

    def _call_model(self, event: Event, data: ModelCalled, _: Span) -> None:
        attributes = {names.PROVIDER: data.provider, names.MODEL: data.model, names.PURPOSE: data.purpose}
        attributes |= {names.SERVER: data.server} if data.server else {}
        self._begin_call(_key(event, data), event, names.CHAT, data.model or data.provider, attributes, SpanKind.CLIENT)

    def _end_model(self, event: Event, data: ModelAnswered, _: Span) -> None:
        used = {
            names.INPUT_TOKENS: data.prompt_tokens,
            names.OUTPUT_TOKENS: data.completion_tokens,
            names.CACHED: data.cached,
            names.COST: data.cost,
        }
        self._end_call(_key(event, data), event, used)

    def _fail_model(self, event: Event, data: ModelFailed, _: Span) -> None:
        self._end_call(_key(event, data), event, self._tell(names.MESSAGE, data.message), error=data.error)

    def _note_model(self, event: Event, data: Any, root: Span) -> None:
        spans = self._calls.get(_key(event, data))
        _note(spans[0] if spans else self._tasks.get(event.task_id or "", root), event)

    def _call_tool(self, event: Event, data: ToolCalled, _: Span) -> None:
        attributes = {names.TOOL: data.tool}
        if self._tells_contents:
            told = json.dumps(data.params, ensure_ascii=False, default=str)
            attributes |= self._tell(names.ARGUMENTS, told)
        self._begin_call(_key(event, data), event, names.EXECUTE_TOOL, data.tool, attributes, SpanKind.INTERNAL)

    def _end_tool(self, event: Event, data: ToolAnswered, _: Span) -> None:
        self._end_call(_key(event, data), event, {names.EVIDENCE: data.evidence})

    def _fail_tool(self, event: Event, data: ToolFailed, _: Span) -> None:
        self._end_call(_key(event, data), event, self._tell(names.MESSAGE, data.message), error=data.error)

    def _note_tool(self, event: Event, data: ToolRetried, root: Span) -> None:
        spans = self._calls.get(_key(event, data))
        _note(spans[0] if spans else root, event)

    def _begin_call(
        self, key: Key, event: Event, operation: str, what: str, attributes: dict[str, Any], kind: SpanKind
    ) -> None:
        task_id = event.task_id or ""
        parent = trace_task(self._run, task_id) if task_id in self._tasks else self._run
        span = self._make(operation, what, event.at, None, parent, attributes, kind)
        self._calls.setdefault(key, []).append(span)

    def _end_call(self, key: Key, event: Event, attributes: Mapping[str, Any], *, error: str | None = None) -> None:
        spans = self._calls.get(key)
        if not spans:
            return
        span = spans.pop(0)
        span.set_attributes(attributes)
        _end(span, event, error=error)

    def _make(
        self,
        operation: str,
        what: str,
        at: float,
        own: TraceContext | None,
        parent: TraceContext | None,
        attributes: dict[str, Any],
        kind: SpanKind = SpanKind.INTERNAL,
    ) -> Span:
        told = {names.OPERATION: operation, **attributes}
        return self._maker.begin(f"{operation} {what}", at, own=own, parent=parent, attributes=told, kind=kind)

    def _tell(self, name: str, content: str) -> dict[str, str]:
        return {name: hide_secrets(content)} if self._tells_contents and content else {}


def _key(event: Event, data: Any) -> Key:
    """What a beginning and its end have in common."""
    if hasattr(data, "tool"):
        return event.task_id, "tool", data.tool
    return event.task_id, data.provider, data.model, data.purpose


def _note(span: Span, event: Event, attributes: Mapping[str, Any] | None = None) -> None:
    span.add_event(str(event.kind), attributes, timestamp=_nanoseconds(event.at))


def _end(span: Span, event: Event, *, error: str | None) -> None:
    if error is not None:
        span.set_attribute(names.ERROR, error)
        span.set_status(Status(StatusCode.ERROR, error))
    span.end(_nanoseconds(event.at))


def _nanoseconds(at: float) -> int:
    return int(at * 1e9)
