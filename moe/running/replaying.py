"""A recorded run done again with the replies that it had, and what comes out otherwise."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from moe.asking.spending.past import read_spending
from moe.contracts.result import RunResult
from moe.contracts.runs import ReplayReport, RunRecord
from moe.running.origin import RunOrigin, find_asked_as, find_chain, find_route, make_run_id
from moe.running.steps import RESULT
from moe.storage.runs import RunStore
from moe_core.contracts.errors import RequestError
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.task import Status
from moe_core.contracts.wire import decode_json, encode_json, to_wire

# What is told the same whenever a run is made; models and tools are not called again.
_COMPARED = frozenset((EventKind.DOCUMENTS_LOADED, EventKind.PLAN_CUT, EventKind.TASK_STARTED, EventKind.TASK_FINISHED))
_OF_ONE_RUN = frozenset(("seconds", "parent_id"))  # times, and ids with the run's in them


def open_replay(store: RunStore, run_id: str) -> tuple[RunRecord, RunOrigin]:
    """A run's record, and the beginning of one that is to come out the same.

    Raises:
        NameUnknownError: No run has that id.
        RequestError: It is not done.
        StorageError: The record cannot be read.
    """
    record = store.get_run(run_id)
    name = record.summary.run_id
    if record.summary.status != Status.DONE:
        raise RequestError(f"run {name} is {record.summary.status}, not done", hint=f"moe runs resume {name}")
    steps = {step: outcome for step, outcome in store.read_steps(name).items() if f":{RESULT}:" not in step}
    origin = RunOrigin(
        run_id=make_run_id(),
        correlation_id=record.correlation_id,
        steps=steps,
        spent=read_spending(record.events),
        route=find_route(record.events),
        chain=find_chain(record.events),
        asked_as=find_asked_as(record.events),
        is_closed=bool(steps),
    )
    return record, origin


def compare_replay(record: RunRecord, result: RunResult, events: Iterable[Event]) -> ReplayReport:
    """Whether a run came out the same, and where it first did not.

    Args:
        record: Of the first time.
        result: Of the second time.
        events: What happened the second time.
    """
    before, now = record.result or {}, decode_json(dict[str, Any], encode_json(result))
    parts = ("answer", "short_answer", "citations")
    is_same = all(before.get(part) == now.get(part) for part in parts)
    return ReplayReport(
        run_id=record.summary.run_id,
        is_same=is_same,
        answer_before=str(before.get("answer", "")),
        answer=result.answer,
        difference="" if is_same else _find_difference(record.events, events) or _tell_end(result),
    )


def _find_difference(before: Iterable[Event], now: Iterable[Event]) -> str:
    """The first event of the first time that has no equal the second time."""
    seen: defaultdict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in now:
        seen[_name(event)].append(event)
    for event in before:
        if event.kind not in _COMPARED:
            continue
        others = seen[_name(event)]
        other = others.pop(0) if others else None
        if other is None or _tell(other) != _tell(event):
            where = f"event {event.sequence}, {event.kind}{f' of {event.agent}' if event.agent else ''}"
            return f"{where}: it was {event.describe()!r} and is {other.describe() if other else 'missing'!r}"
    return ""


def _tell_end(result: RunResult) -> str:
    return result.error.message if result.error else "the answer alone: what it is written of came out the same"


def _name(event: Event) -> tuple[str, str]:
    return str(event.kind), (event.task_id or "").partition("/")[2]


def _tell(event: Event) -> Mapping[str, Any]:
    """What an event tells that is the same in every run."""
    return {key: value for key, value in to_wire(event.data).items() if key not in _OF_ONE_RUN}
