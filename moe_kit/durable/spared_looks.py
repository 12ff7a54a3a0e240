"""Looks at a queue that are spared while nobody has put anything into it: an idle worker looks often."""

import time
from collections.abc import Callable
from typing import Any, Protocol

_ALL_THE_SAME_SECONDS = 10.0  # after which it is looked all the same: should a change ever not be heard of


class QueueChanges(Protocol):
    """Tells cheaply whether a look would find something else."""

    def read(self) -> int:
        """Another number whenever it might."""
        ...

    def close(self) -> None:
        """Stop."""
        ...


def spare_looks(database: Any, changes: QueueChanges) -> None:
    """Have the engine's looks for its queues, and for tasks to begin, answered as before while nothing has changed."""
    database.get_queue = _remember(database.get_queue, changes, lambda name, **_: name)
    database.list_queues = _remember(database.list_queues, changes, lambda **_: "")
    database.start_queued_workflows = _remember(
        database.start_queued_workflows,
        changes,
        lambda queue, *how, **_: (queue.name, how[2:]),
        is_kept=lambda found: not found[0],  # what was begun is begun once
    )


def _remember(
    look: Callable[..., Any],
    changes: QueueChanges,
    find_key: Callable[..., object],
    *,
    is_kept: Callable[[Any], bool] = lambda found: True,
) -> Callable[..., Any]:
    known: dict[object, tuple[int, float, Any]] = {}

    def look_if_changed(*values: Any, **named: Any) -> Any:
        key, version = find_key(*values, **named), changes.read()  # read first: what is written meanwhile counts as new
        before = known.get(key)
        if before is not None and before[0] == version and time.monotonic() < before[1]:
            return before[2]
        found = look(*values, **named)
        known.pop(key, None)
        if is_kept(found):
            known[key] = version, time.monotonic() + _ALL_THE_SAME_SECONDS, found
        return found

    return look_if_changed
