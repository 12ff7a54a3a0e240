"""Lists of runs, page by page."""

import re
import time
from asyncio import to_thread
from contextlib import suppress
from dataclasses import dataclass

from moe.app import App
from moe.contracts.runs import RunSummary
from moe.server.keys.access import Access
from moe.server.keys.owners import RunOwners
from moe.server.pool.job import PoolJob
from moe.server.pool.pool import RunPool
from moe.server.streams.hub import tell_state
from moe_core.contracts.errors import NameUnknownError

FIRST = "!"
"""Sorts before all ids of runs: only when one began counts beside it."""
_MOMENT = re.compile(r"\d{1,12}(?:\.\d{1,20})?", re.ASCII)
_SIFTED = 200  # runs that are read at once where some of them are passed over


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    """Which runs are listed.

    Attributes:
        statuses: Of these only; () for all.
        since: That began then or later, Unix time in seconds.
        until: That began before; None for all.
        text: With these words in their question, whatever the case.
        verdict: That are rated so; "" for all.
    """

    statuses: tuple[str, ...] = ()
    since: float = 0.0
    until: float | None = None
    text: str = ""
    verdict: str = ""

    def fits(self, run: RunSummary) -> bool:
        """Whether a run is one of them."""
        return (
            (not self.statuses or run.status in self.statuses)
            and run.started >= self.since
            and (self.until is None or run.started < self.until)
            and self.text.casefold() in run.question.casefold()
            and (not self.verdict or (run.rating is not None and run.rating.verdict == self.verdict))
        )


ALL_RUNS = RunFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPages:
    """Lists runs.

    Attributes:
        app: Whose record.
        pool: Has those that are not in the record yet.
        owners: Which key asked for which.
    """

    app: App
    pool: RunPool
    owners: RunOwners

    async def list_runs(
        self, access: Access, *, limit: int, cursor: str, wanted: RunFilter
    ) -> tuple[list[RunSummary], str]:
        """A page of the runs that may be seen, newest first, and the cursor of the next one; "" after the last.

        Args:
            access: Who asks.
            limit: Runs of a page.
            cursor: Where the page begins; "" for the first one.
            wanted: Which runs.
        """
        before, started = _read_cursor(cursor)
        lines = [summarise_job(job) for job in self.pool.list_waiting() if is_seen(job, access)]
        found = {one.run_id: one for one in lines if (not before or one.run_id < before) and wanted.fits(one)}
        if not before and wanted.until is not None and access.sees_all:
            before, started = FIRST, wanted.until
        size = limit + 1 if wanted == ALL_RUNS else max(limit + 1, _SIFTED)
        while len(found) <= limit:
            page, before = await to_thread(self._read_page, access, size, before, started)
            found |= {one.run_id: one for one in page if wanted.fits(one)}
            if not before or (page and page[-1].started < wanted.since):
                break
        listed = list(found.values())
        return listed[:limit], _write_cursor(listed[limit - 1]) if len(listed) > limit else ""

    def _read_page(self, access: Access, limit: int, before: str, started: float) -> tuple[list[RunSummary], str]:
        """Some of the runs of the record that may be seen, and the one to read on from; "" after the last."""
        if access.sees_all:
            page = self.app.runs.list_runs(limit, before=before, started=started)
            return page, page[-1].run_id if len(page) == limit else ""
        owned = self.owners.list_owned(access.owner, before=before, limit=limit)
        page = []
        for run_id in owned:
            with suppress(NameUnknownError):  # deleted, or not in the record yet
                page.append(self.app.runs.get_summary(run_id))
        return page, owned[-1] if len(owned) == limit else ""


def is_seen(job: PoolJob, access: Access) -> bool:
    """Whether somebody may see what the pool has; only runs are seen."""
    return job.order.is_run and (access.sees_all or job.owner == access.owner)


def summarise_job(job: PoolJob) -> RunSummary:
    """The line about a run of which only the pool knows."""
    seconds = max(0.0, time.time() - job.taken_at)
    return RunSummary(
        run_id=job.run_id,
        question=job.question,
        status=tell_state(job),
        started=job.taken_at,
        finished=None,
        seconds=seconds,
        events=0,
    )


def _write_cursor(last: RunSummary) -> str:
    return f"{last.run_id}@{last.started!r}"  # when it began too: it may be deleted before the next page is asked for


def _read_cursor(cursor: str) -> tuple[str, float]:
    run_id, _, started = cursor.partition("@")
    return run_id, float(started) if _MOMENT.fullmatch(started) else 0.0
