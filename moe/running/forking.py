"""A run that begins as an earlier one did, and does anew what came from one of its tasks on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from moe.contracts.request import RunRequest
from moe.contracts.runs import RunRecord
from moe.running.basis import STEP as BASIS
from moe.running.origin import RunOrigin, find_asked_as, find_fingerprint, find_route, make_run_id
from moe.running.resuming import read_request
from moe.running.steps import BEGUN, DECIDED, RESULT
from moe.storage.processes import find_current_folder
from moe.storage.runs import RunStore
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.messages import Purpose
from moe_core.contracts.payloads import RunStarted, TaskFinished, TaskStarted
from moe_core.text.amounts import count

_PLANS = frozenset((Purpose.PLAN, Purpose.DECOMPOSE))  # asked before any task below begins
_TASKS_TOLD = 12  # in a hint


@dataclass(frozen=True, kw_only=True)
class ForkedRun(RunOrigin):
    """The beginning of a run that shares another one's.

    Attributes:
        source: The other run's id.
        task: The first task that is done anew, as "1/2".
        fingerprint: Of the documents that the other one read.
        accepts_changes: Go on although they have changed.
    """

    source: str
    task: str
    fingerprint: str
    accepts_changes: bool = False

    def announce(self, request: RunRequest, *, seconds_left: float) -> EventPayload:
        """That it begins, and with what."""
        return RunStarted(
            request=request.model_dump(mode="json"),
            folder=find_current_folder(),
            forked_from=f"{self.source}/{self.task}",
        )

    def check_documents(self, fingerprint: str) -> None:
        """Refuse to join what was read of other documents."""
        if self.fingerprint not in ("", fingerprint) and not self.accepts_changes:
            raise RequestError(
                f"run {self.source} read other documents than there are now",
                hint=f"moe runs fork {self.source} --from {self.task} --accept-changes goes on all the same",
            )


def open_fork(
    store: RunStore, run_id: str, task: str, *, accepts_changes: bool = False, new_id: str = ""
) -> tuple[RunRequest, ForkedRun]:
    """The request of a run, and the beginning of one that keeps what was done before one of its tasks began.

    Kept are answers of models and tools of the tasks that had ended by then, and the plans of the tasks above it.
    Nothing else is as it was: settings, agents and models are those that there are now.

    Args:
        store: The record of runs.
        run_id: Its id, a beginning that no other run shares, or "last" for the newest.
        task: "1/2", or the whole id of a task.
        accepts_changes: Go on although the documents have changed.
        new_id: Of the run that begins so; by default one is made.

    Raises:
        NameUnknownError: No run has that id, or no task of it.
        RequestError: It kept no answers, or does not tell what was asked.
        StorageError: The record cannot be read.
    """
    record = store.get_run(run_id)
    source = record.summary.run_id
    task = task.strip("/").removeprefix(f"{source}/")
    before = _find_ended_before(record, task)
    steps = store.read_steps(source)
    kept = {step: outcome for step, outcome in steps.items() if _is_kept(step, task, before)}
    if not kept:
        raise RequestError(
            f"run {source} kept nothing that was done before {task}",
            hint="only answers of language models, and of tools with effects, are kept; moe run asks anew",
        )
    forked = ForkedRun(
        run_id=new_id or make_run_id(),
        correlation_id=record.correlation_id,
        steps=kept,
        route=find_route(record.events),
        asked_as=find_asked_as(record.events),
        source=source,
        task=task,
        fingerprint=find_fingerprint(record.events),
        accepts_changes=accepts_changes,
    )
    return read_request(record), forked


def _find_ended_before(record: RunRecord, task: str) -> frozenset[str]:
    """The tasks that had ended when one began, without the run's id.

    Raises:
        NameUnknownError: It never began.
    """
    begun: dict[str, str] = {}
    ended: set[str] = set()
    for event in record.events:
        name = _name(event)
        if isinstance(event.data, TaskFinished):
            ended.add(name)
        elif isinstance(event.data, TaskStarted) and name:
            if name == task:
                return frozenset(ended)
            begun[name] = event.agent or ""
    raise NameUnknownError("task", task, hint=_list_tasks(record.summary.run_id, begun))


def _is_kept(step: str, task: str, before: Collection[str]) -> bool:
    owner, _, what = step.partition(":")
    if what.startswith(f"{RESULT}:") or step.endswith((BEGUN, DECIDED)) or step == BASIS:
        return False  # a task is done again with the answers that it had
    return owner in before or (task.startswith(f"{owner}/") and what.partition(":")[0] in _PLANS)


def _name(event: Event) -> str:
    return (event.task_id or "").partition("/")[2]


def _list_tasks(run_id: str, begun: Mapping[str, str]) -> str:
    if not begun:
        return f"run {run_id} began no task below the first; moe run asks anew"
    told = [f"{name} ({agent})" for name, agent in list(begun.items())[:_TASKS_TOLD]]
    more = f" and {count(len(begun) - _TASKS_TOLD, 'more')}" if len(begun) > _TASKS_TOLD else ""
    return f"its tasks are {', '.join(told)}{more}"
