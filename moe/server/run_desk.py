"""Runs as callers see them: taken, looked at, ended, whether they wait, go on or are over."""

import asyncio
import time
from asyncio import to_thread
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches

import msgspec

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import RunRating, RunSummary, Verdict
from moe.server.docs_guard import DocsGuard
from moe.server.pool.job import PoolJob
from moe.server.pool.messages import WorkerOrder
from moe.server.pool.pool import RunPool
from moe.server.problems import ProblemError
from moe.server.streams.hub import FeedHub, tell_state
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, encode_json, to_wire

_NO_EVENTS = 2**62  # after all events that a run can have
_NEAR_AMONG = 200  # newest runs
_OVER = (Status.DONE, Status.FAILED, Status.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDesk:
    """What can be asked of runs.

    Attributes:
        app: Whose runs.
        pool: Who does them.
        hub: Their events.
        guard: Which documents they may name.
    """

    app: App
    pool: RunPool
    hub: FeedHub
    guard: DocsGuard

    def submit(self, request: RunRequest) -> PoolJob:
        """Take a run.

        Raises:
            ProblemError: It names documents that may not be asked about, or too many runs wait.
        """
        self.guard.check(request.docs)
        order = WorkerOrder(do="run", run_id=self.app.make_run_id(), request=request.model_dump(mode="json"))
        return self._hand_in(order, request.question, request.correlation_id or "")

    async def resume(self, run_id: str, wish: JsonObject) -> PoolJob:
        """Go on with a run.

        Args:
            run_id: Its whole id.
            wish: Of `WorkerOrder`: `deadline_seconds`, `accepts_changes`, `repeats_tools`.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It goes on, or is done.
            ProblemError: Too many runs wait.
        """
        summary = await self.get_summary(run_id)
        if summary.status == Status.DONE or self.pool.find(run_id) is not None:
            raise RequestError(f"run {run_id} is {summary.status}", hint="only a run that was broken off can go on")
        self.hub.forget(run_id)
        return self._hand_in(msgspec.convert({"do": "resume", "run_id": run_id, **wish}, WorkerOrder), summary.question)

    async def get_summary(self, run_id: str) -> RunSummary:
        """The line about a run that is in the record, by its whole id.

        Raises:
            NameUnknownError: There is none.
        """
        with suppress(NameUnknownError):  # whose words tell of runs that are not the caller's
            summary = await to_thread(self.app.runs.get_summary, run_id)
            if summary.run_id == run_id:  # not one that begins so, nor the last one
                return summary
        known = [summary.run_id for summary in (await self.list_runs(limit=_NEAR_AMONG, before="", status=""))[0]]
        raise NameUnknownError("run", run_id, near=get_close_matches(run_id, known, n=3, cutoff=0.5))

    async def describe(self, run_id: str) -> bytes:
        """A run as `moe run --json` prints it, as far as it got.

        Raises:
            NameUnknownError: No run has that id.
        """
        job = self.pool.find(run_id)
        if job is not None and (not job.has_begun.is_set() or job.end.done()):
            return describe_job(job)
        await self.get_summary(run_id)
        record = await to_thread(self.app.runs.get_run, run_id, after=_NO_EVENTS)
        if record.result is not None and record.summary.status in _OVER:
            return encode_json(record.result)
        return _describe(run_id, record.correlation_id, record.summary.question, record.summary.status)

    async def cancel(self, run_id: str) -> None:
        """End a run.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is over.
        """
        if not self.pool.cancel(run_id):
            await self.get_summary(run_id)
            await to_thread(self.app.runs.cancel, run_id)

    async def delete(self, run_id: str) -> None:
        """Delete a run that is over.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It goes on.
        """
        summary = await self.get_summary(run_id)
        if summary.status == Status.RUNNING or self.pool.find(run_id) is not None:
            raise RequestError(f"run {run_id} goes on", hint="cancel it first")
        await to_thread(self.app.runs.delete, [run_id])

    async def rate(self, run_id: str, verdict: Verdict, note: str) -> RunSummary:
        """Keep what somebody thinks of a run's answer.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It goes on.
        """
        await self.get_summary(run_id)
        rating = RunRating(verdict=verdict, note=note.strip(), at=time.time())
        rated, _ = await to_thread(self.app.personas.rate, self.app.runs, run_id, rating)
        return rated

    async def wait(self, job: PoolJob, seconds: float) -> bytes | None:
        """A run's result; None when it is not over in that time.

        Raises:
            ProblemError: It did not come about.
        """
        try:
            end = await asyncio.wait_for(asyncio.shield(job.end), seconds)
        except TimeoutError:
            return None
        if end.fault is not None:
            raise ProblemError(end.fault.code, end.fault.message, hint=end.fault.hint, run_id=job.run_id)
        return end.result or describe_job(job)

    async def list_runs(self, *, limit: int, before: str, status: str) -> tuple[list[RunSummary], str]:
        """A page of runs, newest first, and the cursor of the next one; "" after the last.

        Args:
            limit: Runs of a page.
            before: The cursor; "" for the first page.
            status: Of these only; "" for all.
        """
        found = [] if before else [summarise_job(job) for job in self.pool.list_waiting()]
        found = [one for one in found if status in ("", one.status)][:limit]
        while len(found) < limit:
            page = await to_thread(self.app.runs.list_runs, limit, before=before)
            found += [one for one in page if status in ("", one.status)]
            if len(page) < limit:
                return found[:limit], found[limit - 1].run_id if len(found) > limit else ""
            before = page[-1].run_id
        return found[:limit], found[limit - 1].run_id

    def _hand_in(self, order: WorkerOrder, question: str, correlation_id: str = "") -> PoolJob:
        job = PoolJob(order=order, question=question, correlation_id=correlation_id)
        if not self.pool.submit(job):
            raise ProblemError(
                "busy", f"{self.pool.queued} runs wait", hint="come back in a while", headers={"retry-after": "5"}
            )
        return job


def describe_job(job: PoolJob) -> bytes:
    """A run of which only the pool knows, in the form of a result."""
    error = job.end.result().fault if job.end.done() else None
    return _describe(job.run_id, job.correlation_id, job.question, tell_state(job), error=error)


def summarise_job(job: PoolJob) -> RunSummary:
    """The same as a line."""
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


def _describe(run_id: str, correlation_id: str, question: str, status: str, error: object = None) -> bytes:
    told = RunResult(run_id=run_id, correlation_id=correlation_id, question=question, status=Status.RUNNING)
    return encode_json({**to_wire(told), "status": status, "error": error})
