"""What is done when a run has ended: counted, logged, charged to its key."""

import asyncio
import logging
import time
from asyncio import to_thread
from dataclasses import dataclass, field

from moe.server.figures.figures import ServerFigures
from moe.server.keys.budget_text import read_budget
from moe.server.keys.callers import Callers
from moe.server.keys.spending import KeySpending
from moe.server.pool.job import JobEnd, PoolJob

_LOG = logging.getLogger("moe.server")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEndings:
    """Told of jobs that have ended.

    Attributes:
        figures: Counts them.
        callers: Who has which budget.
        spending: What keys have spent.
    """

    figures: ServerFigures
    callers: Callers
    spending: KeySpending
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __call__(self, job: PoolJob, end: JobEnd) -> None:
        """Take in an end."""
        tokens = sum(share.tokens for share in end.shares)
        key = self.callers.find_by_id(job.owner) if job.owner else None
        if job.order.is_run:
            self.figures.runs.count_run(end.status, end.shares, time.time() - job.taken_at)
            _log_run(job, end, tokens, "" if key is None else key.name)
        else:
            self.figures.runs.count_calls(end.shares)
        if key is not None and key.budget and tokens:
            period = read_budget(key.budget).name_period(time.time())
            task = asyncio.create_task(to_thread(self.spending.add, key.key_id, period, tokens))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)


def _log_run(job: PoolJob, end: JobEnd, tokens: int, key: str) -> None:
    if _LOG.isEnabledFor(logging.INFO):
        fields = {
            "event": "run.ended",
            "run_id": job.run_id,
            "correlation_id": job.correlation_id,
            "key": key,
            "status": end.status,
            "seconds": round(time.time() - job.taken_at, 3),
            "tokens": tokens,
            "error": None if end.fault is None else end.fault.code,
        }
        _LOG.info("run ended", extra={"fields": fields})
