"""What is done when a run has ended: counted, logged, charged to its key."""

import logging
import time
from dataclasses import dataclass

from moe.server.budgets.keeper import BudgetKeeper
from moe.server.figures.figures import ServerFigures
from moe.server.keys.callers import Callers
from moe.server.pool.job import JobEnd, PoolJob

_LOG = logging.getLogger("moe.server")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEndings:
    """Told of jobs that have ended.

    Attributes:
        figures: Counts them.
        callers: Who asked for them.
        budgets: Counts what they spent.
    """

    figures: ServerFigures
    callers: Callers
    budgets: BudgetKeeper

    def __call__(self, job: PoolJob, end: JobEnd) -> None:
        """Take in an end."""
        tokens = sum(share.tokens for share in end.shares)
        key = self.callers.find_by_id(job.owner) if job.owner else None
        if job.order.is_run:
            self.figures.runs.count_run(end.status, end.shares, time.time() - job.taken_at)
            _log_run(job, end, tokens, "" if key is None else key.name)
        else:
            self.figures.runs.count_calls(end.shares)
        self.budgets.settle(job.hold_id, key, tokens)


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
