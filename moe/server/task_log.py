"""A line of the log when a task of a run begins, and when it ends: who and how long, never what it is about."""

import logging
from dataclasses import dataclass

from moe.server.keys.callers import Callers
from moe.server.pool.job import PoolJob
from moe.server.pool.messages import TaskNote

_LOG = logging.getLogger("moe.server")


def is_wanted() -> bool:
    """Whether anybody reads such lines."""
    return _LOG.isEnabledFor(logging.INFO)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLog:
    """Told by workers of the tasks that they are at.

    Attributes:
        callers: Those that asked for runs, by their ids.
    """

    callers: Callers

    def __call__(self, job: PoolJob, note: TaskNote) -> None:
        """Write a line."""
        key = self.callers.find_by_id(job.owner) if job.owner else None
        fields: dict[str, object] = {
            "event": note.event,
            "run_id": job.run_id,
            "correlation_id": note.correlation_id,
            "task_id": note.task_id,
            "agent": note.agent,
            "role": note.role,
            "key": "" if key is None else key.name,
        }
        if note.status:
            fields |= {"status": note.status, "seconds": round(note.seconds, 6), "error": note.error}
        _LOG.info(note.event.replace(".", " "), extra={"fields": fields})
