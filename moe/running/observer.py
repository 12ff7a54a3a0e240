"""The Observer: reads every event of a run, and remarks on what a reader should know."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from moe_core.contracts.agent import Role, name_agent
from moe_core.contracts.errors import TransportError
from moe_core.contracts.event import Event
from moe_core.contracts.model_payloads import BudgetSpent, ContextCut, ModelAnswered, ModelFailed
from moe_core.contracts.payloads import DocumentsLoaded, PlanCut, TaskFinished
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored
from moe_core.contracts.task import Statement, TaskError
from moe_core.contracts.tool_payloads import ToolAnswered, ToolFailed, ToolRefused, ToolSkipped
from moe_core.contracts.wire import JsonObject, from_wire

SKIPPED = "skipped"  # the code of a gap that somebody has decided on
SLOW_SHARE = 0.6  # of all time in models; chosen: more than half is worth a remark
SLOW_SECONDS = 5.0  # below it nobody minds
CONSISTENT_MIN = 0.5  # of what leads: below, more of the other experts' findings contradict it than not
_UNUSED_MAX = 5  # told of what tools brought and could not be used


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One remark: severity "info" or "warning"."""

    severity: str
    text: str

    def as_wire(self) -> JsonObject:
        """The note as JSON."""
        return {"severity": self.severity, "text": self.text}


class Observer:
    """An event listener that keeps what it needs for its notes; never in the answer's way.

    Attributes:
        reads: The events that it notes.
        gaps: Why parts of the run's work were not done, in the order of events.
        skipped: Which calls of tools a person decided against, a line each.
        failed_belters: Whose tasks failed.
    """

    reads = (
        ModelAnswered,
        ModelFailed,
        ToolAnswered,
        ToolFailed,
        ToolRefused,
        ToolSkipped,
        TaskFinished,
        PlanCut,
        ContextCut,
        BudgetSpent,
        DocumentsLoaded,
        ExpertChosen,
        ExpertScored,
    )

    def __init__(self) -> None:
        self._failed_models: Counter[str] = Counter()
        self._first_failures: dict[str, str] = {}
        self._failed_tools: Counter[str] = Counter()
        self._refused_tools: dict[str, str] = {}
        self._unused: set[str] = set()  # what of tools' results could not be used
        self._failed_tasks: Counter[str] = Counter()
        self._unreached: dict[str, str] = {}  # by agent: why what it was to do elsewhere first did not come back
        self._longest_plan = 0
        self._plan_kept = 0
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._skipped_documents = 0
        self._cut_requests = 0
        self._is_spent = False
        self._failed_experts: dict[str, str] = {}
        self._disputed: dict[str, tuple[tuple[int, ...], str]] = {}  # by query: where in the plan, who leads
        self.gaps: list[TaskError] = []
        self._ended: list[Event] = []  # of tasks
        self.skipped: list[str] = []
        self.failed_belters: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Take note of one event."""
        data = event.data
        if isinstance(data, ModelAnswered):  # by far the most
            self._seconds[event.agent] += data.seconds
        elif isinstance(data, TaskFinished):
            self._take_task(event, data)
        elif isinstance(data, ModelFailed):
            self._failed_models[data.provider] += 1
            hint = f" ({data.hint})" if data.hint else ""
            self._first_failures.setdefault(data.provider, data.message.rstrip(".") + hint)
        elif isinstance(data, ToolFailed):
            self._failed_tools[data.tool] += 1
            self.gaps.append(TaskError(code=data.error, message=data.message))
        elif isinstance(data, ToolAnswered):
            self._unused.update(data.notes)
        elif isinstance(data, ToolRefused):
            self._refused_tools[data.tool] = data.message
        elif isinstance(data, ToolSkipped):
            told = (
                f"{data.tool} was skipped{f' by {data.by}' if data.by else ''}{f': {data.note}' if data.note else ''}"
            )
            self.skipped.append(told.rstrip("."))
            self.gaps.append(TaskError(code=SKIPPED, message=told))
        elif isinstance(data, PlanCut):
            self._longest_plan, self._plan_kept = max(self._longest_plan, data.planned), data.kept
        elif isinstance(data, ContextCut):
            self._cut_requests += 1
        elif isinstance(data, BudgetSpent):
            self._is_spent = True
        elif isinstance(data, DocumentsLoaded):
            self._skipped_documents = len(data.notes)
        elif isinstance(data, ExpertChosen) and data.failure:
            self._failed_experts.setdefault(data.persona, data.failure.rstrip("."))
        elif isinstance(data, ExpertScored) and _is_disputed(data):
            self._disputed.setdefault(data.query, (_find_place(event.task_id), data.persona))

    def _take_task(self, event: Event, data: TaskFinished) -> None:
        self._ended.append(event)
        if data.status == "failed":
            self._failed_tasks[event.agent] += 1
            if data.role == Role.BELTER:
                self.failed_belters.add(event.agent)
            error = from_wire(TaskError, data.error or {"code": "error", "message": f"{event.agent} failed"})
            self.gaps.append(error)
            if error.code == TransportError.code:
                self._unreached.setdefault(event.agent, error.message.rstrip("."))

    def list_steps(self) -> list[str]:
        """What was done, in the order of the plan."""
        return [line for _, line in sorted(map(_word_end, self._ended))]

    def conclude(
        self,
        statements: tuple[Statement, ...],
        *,
        used_language_model: bool,
        has_library: bool,
        behind: Sequence[str] = (),
    ) -> list[Note]:
        """The notes on the whole run, most important first.

        Args:
            statements: Of the answer.
            used_language_model: Whether one took part.
            has_library: Whether there were documents.
            behind: Which of their files have changed, a line each.
        """
        notes = [Note(severity="warning", text=line) for line in behind]
        notes += [
            Note(
                severity="warning",
                text=f"{agent} failed{_times(times)}; its part is missing{_say_why(self._unreached, agent)}.",
            )
            for agent, times in sorted(self._failed_tasks.items())
        ]
        if self._longest_plan:
            cut = f"A plan of {self._longest_plan} tasks was cut to {self._plan_kept}: system.max_plan_tasks."
            notes.append(Note(severity="warning", text=cut))
        notes += [
            Note(
                severity="warning",
                text=f"Model provider {name} failed {count} time(s){_say_why(self._first_failures, name)}.",
            )
            for name, count in sorted(self._failed_models.items())
        ]
        notes += [
            Note(severity="warning", text=f"Tool {name} failed {count} time(s).")
            for name, count in sorted(self._failed_tools.items())
        ]
        notes += [Note(severity="warning", text=f"{words}.") for _, words in sorted(self._refused_tools.items())]
        notes += [Note(severity="warning", text=f"{words}.") for words in self.skipped]
        notes += [
            Note(severity="warning", text=f"Expert {name} failed, and the next one looked: {why}.")
            for name, why in sorted(self._failed_experts.items())
        ]
        notes += [Note(severity="info", text=words) for words in sorted(self._unused)[:_UNUSED_MAX]]
        notes += self._tell_disputes()
        if self._is_spent:
            notes.append(Note(severity="warning", text="The budget did not allow every call to a language model."))
        if self._cut_requests:
            words = "A request was" if self._cut_requests == 1 else f"{self._cut_requests} requests were"
            notes.append(
                Note(severity="info", text=f"{words} cut to what the model reads; some evidence was left out.")
            )
        if has_library and not any(statement.evidence or statement.tool for statement in statements):
            notes.append(Note(severity="warning", text="No passage supports an answer: the evidence is thin."))
        elif len({name for statement in statements for name in statement.evidence}) == 1:
            notes.append(Note(severity="info", text="The answer rests on a single passage."))
        if not used_language_model:
            notes.append(Note(severity="info", text="No language model was used."))
        if self._skipped_documents:
            notes.append(Note(severity="info", text=f"{self._skipped_documents} file(s) were skipped."))
        return notes + self._find_slow()

    def _tell_disputes(self) -> list[Note]:
        """One note on all searches in which experts disagree; in the order of the plan, whichever ended first."""
        if not self._disputed:
            return []
        ordered = sorted((place, query, name) for query, (place, name) in self._disputed.items())
        _, query, name = ordered[0]
        more = f" and {len(ordered) - 1} more" if len(ordered) > 1 else ""
        text = f"The experts disagree about “{query}”{more}: others contradict what {name} found."
        return [Note(severity="warning", text=text)]

    def _find_slow(self) -> list[Note]:
        total = sum(self._seconds.values())
        return [
            Note(severity="info", text=f"{agent} took {seconds:.1f} s of {total:.1f} s in models.")
            for agent, seconds in self._seconds.items()
            if seconds > SLOW_SECONDS and seconds > SLOW_SHARE * total and len(self._seconds) > 1
        ]


def _say_why(reasons: Mapping[str, str], name: str) -> str:
    return f": {reasons[name]}" if reasons.get(name) else ""


def _is_disputed(score: ExpertScored) -> bool:
    """Whether others contradict what leads; of what leads nowhere the reader sees nothing."""
    return score.is_leading and score.counts and score.parts.get("consistency", 1.0) < CONSISTENT_MIN


def _word_end(event: Event) -> tuple[tuple[int, ...], str]:
    data = event.data
    assert isinstance(data, TaskFinished)
    done = f"{data.statements} statements, {data.evidence} passages, {data.seconds:.1f} s"
    return _find_place(event.task_id), f"{name_agent(data.role, event.agent)} {data.status}: {done}"


def _find_place(task_id: str | None) -> tuple[int, ...]:
    """Where in the plan a task stands: "run/1/12" comes after "run/1/2"."""
    return tuple(int(part) for part in (task_id or "").split("/")[1:] if part.isdecimal())


def _times(number: int) -> str:
    return "" if number == 1 else f" {number} times"
