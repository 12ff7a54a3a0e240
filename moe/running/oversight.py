"""The Observer over many runs: what fails, what is asked in vain, and what is always chosen."""

from collections import Counter
from collections.abc import Iterable

import msgspec

from moe.contracts.oversight import Oversight, Remark
from moe.running.observer import CONSISTENT_MIN
from moe.storage.runs import RunStore
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.model_payloads import BudgetSpent, ModelCalled, ModelFailed
from moe_core.contracts.payloads import DocumentsLoaded, RouteChosen, RunFinished, TaskFinished
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored
from moe_core.contracts.task import Status

KINDS: tuple[EventKind, ...] = tuple(
    one.kind
    for one in (
        RunFinished, RouteChosen, DocumentsLoaded, TaskFinished, ModelCalled, ModelFailed, BudgetSpent, ExpertChosen,
        ExpertScored,
    )
)  # fmt: skip

# All chosen: fewer say nothing, and a share below is what happens.
RUNS_MIN = 10
CALLS_MIN = 5
FAILED_SHARE = 0.2
ROUTED_MIN, COLLAPSED_SHARE = 20, 0.9
EMPTY_SHARE = 0.5
SPENT_SHARE = 0.2
DISAGREEING_SHARE = 0.3


def oversee(store: RunStore, *, candidates: int, since: float = 0.0) -> Oversight:
    """Look at the runs of a workspace together.

    Args:
        store: The record.
        candidates: Belters that a question can be routed to.
        since: Of runs that began then or later, Unix time in seconds.

    Raises:
        StorageError: The record cannot be read.
    """
    view = _View()
    for own in store.memory.fold("oversight", store.list_since(since), store, KINDS, _look_at):
        view.join(own)
    return _report(view, candidates)


def look_at(events: Iterable[Event], *, candidates: int) -> Oversight:
    """The same of events, run by run in whatever order."""
    return _report(_look_at(events), candidates)


def _report(view: "_View", candidates: int) -> Oversight:
    remarks = tuple(view.remark(candidates))
    return Oversight(runs=len(view.ends), routes=dict(view.routes.most_common()), remarks=remarks)


def _look_at(events: Iterable[Event]) -> "_View":
    """The view of one run, whose events may come in whatever order."""
    view = _View()
    for event in events:
        view.take(event)
    return view


class _View(msgspec.Struct):
    """Counts over runs."""

    ends: dict[str, tuple[int, RunFinished]] = msgspec.field(default_factory=dict)
    routes: Counter[str] = msgspec.field(default_factory=Counter)
    over_documents: set[str] = msgspec.field(default_factory=set)
    tasks: Counter[str] = msgspec.field(default_factory=Counter)
    failed_tasks: Counter[str] = msgspec.field(default_factory=Counter)
    calls: Counter[str] = msgspec.field(default_factory=Counter)
    failed_calls: Counter[str] = msgspec.field(default_factory=Counter)
    out_of_budget: set[str] = msgspec.field(default_factory=set)
    walks: Counter[str] = msgspec.field(default_factory=Counter)
    failed_walks: Counter[str] = msgspec.field(default_factory=Counter)
    judged: int = 0
    contradicted: int = 0

    def join(self, other: "_View") -> None:
        """Count what another has counted of other runs."""
        self.ends.update(other.ends)
        self.over_documents |= other.over_documents
        self.out_of_budget |= other.out_of_budget
        for into, parts in (
            (self.routes, other.routes),
            (self.tasks, other.tasks),
            (self.failed_tasks, other.failed_tasks),
            (self.calls, other.calls),
            (self.failed_calls, other.failed_calls),
            (self.walks, other.walks),
            (self.failed_walks, other.failed_walks),
        ):
            into.update(parts)
        self.judged += other.judged
        self.contradicted += other.contradicted

    def take(self, event: Event) -> None:
        """Count one event."""
        data = event.data
        if isinstance(data, RunFinished):
            self._take_end(event, data)
        elif isinstance(data, RouteChosen):
            if len(data.scores) > 1:  # not one that a request named
                self.routes[data.route] += 1
        elif isinstance(data, DocumentsLoaded):
            self.over_documents.add(event.run_id)
        elif isinstance(data, TaskFinished):
            self.tasks[event.agent] += 1
            self.failed_tasks[event.agent] += data.status == Status.FAILED
        elif isinstance(data, ModelCalled):
            self.calls[data.provider] += 1
        elif isinstance(data, ModelFailed):
            self.failed_calls[data.provider] += 1
        elif isinstance(data, BudgetSpent):
            self.out_of_budget.add(event.run_id)
        else:
            self._take_expert(data)

    def _take_end(self, event: Event, data: RunFinished) -> None:
        """A run that was resumed ends more than once; its last end counts."""
        before = self.ends.get(event.run_id)
        if before is None or event.sequence > before[0]:
            self.ends[event.run_id] = (event.sequence, data)

    def _take_expert(self, data: object) -> None:
        if isinstance(data, ExpertChosen):
            self.walks[data.persona] += 1
            self.failed_walks[data.persona] += bool(data.failure)
        elif isinstance(data, ExpertScored) and data.counts and "consistency" in data.parts:
            self.judged += 1
            self.contradicted += data.parts["consistency"] < CONSISTENT_MIN

    def remark(self, candidates: int) -> Iterable[Remark]:
        """What stands out, most important first."""
        runs = len(self.ends)
        failures = [end.error or {} for _, end in self.ends.values() if end.status == Status.FAILED]
        if runs >= RUNS_MIN and len(failures) >= FAILED_SHARE * runs:
            code, times = Counter(str(error.get("code", "error")) for error in failures).most_common(1)[0]
            yield _make(
                "failing",
                f"{len(failures)} of {runs} runs failed, {times} of them with {code}",
                "moe runs list shows them, moe doctor what servers say",
                failed=len(failures),
                runs=runs,
            )
        yield from _find_failing("models", "calls of provider", self.calls, self.failed_calls, "moe doctor says why")
        yield from _find_failing("tasks", "tasks of", self.tasks, self.failed_tasks, "moe runs show ID tells why")
        yield from _find_failing(
            "experts", "walks of expert", self.walks, self.failed_walks, "moe personas demote NAME lets it rest"
        )
        if len(self.out_of_budget) >= max(2, SPENT_SHARE * runs) and runs >= RUNS_MIN:
            yield _make(
                "budget",
                f"in {len(self.out_of_budget)} of {runs} runs the budget did not allow every call to a model",
                "raise budgets in config/budgets.yaml, or ask with --mode reader",
                runs=runs,
                spent=len(self.out_of_budget),
            )
        over_documents = [
            end.citations
            for run_id, (_, end) in self.ends.items()
            if run_id in self.over_documents and end.status == Status.DONE
        ]
        asked, in_vain = len(over_documents), over_documents.count(0)
        if asked >= RUNS_MIN and in_vain >= EMPTY_SHARE * asked:
            yield _make(
                "nothing_found",
                f"{in_vain} of {asked} questions over documents found nothing",
                "moe index status tells what is indexed; moe eval refusal measures how often that is right",
                in_vain=in_vain,
                asked=asked,
            )
        yield from self._find_collapse(candidates)
        if self.judged >= RUNS_MIN and self.contradicted >= DISAGREEING_SHARE * self.judged:
            yield _make(
                "experts",
                f"{self.contradicted} of {self.judged} findings of experts are contradicted by another's",
                "moe run --explain shows who says what; are there several versions among the documents?",
                contradicted=self.contradicted,
                judged=self.judged,
            )

    def _find_collapse(self, candidates: int) -> Iterable[Remark]:
        routed = self.routes.total()
        if routed < ROUTED_MIN or candidates < 2:
            return
        route, times = self.routes.most_common(1)[0]
        if times >= COLLAPSED_SHARE * routed:
            yield _make(
                "routing",
                f"{times} of {routed} questions went to {route}, of {candidates} Belters",
                "moe route QUESTION tells why; if others should have some, give them examples in their modelfiles",
                times=times,
                routed=routed,
            )


def _find_failing(rule: str, what: str, all_: Counter[str], failed: Counter[str], hint: str) -> Iterable[Remark]:
    for name, times in failed.most_common():
        if all_[name] >= CALLS_MIN and times >= FAILED_SHARE * all_[name]:
            yield _make(rule, f"{times} of {all_[name]} {what} {name} failed", hint, failed=times, all=all_[name])


def _make(rule: str, text: str, hint: str, **numbers: float) -> Remark:
    return Remark(rule=rule, text=text, hint=hint, numbers=numbers)
