"""Runs as callers see them: taken, looked at, ended, whether they wait, go on or are over."""

import asyncio
import re
import time
from asyncio import to_thread
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches

import msgspec

from moe.app import App
from moe.contracts.budget import Budgets
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import RunRating, RunSummary, Verdict
from moe.server.collections.desk import CollectionDesk
from moe.server.docs_guard import DocsGuard
from moe.server.keys.access import Access
from moe.server.keys.budget_text import read_budget
from moe.server.keys.owners import RunOwners
from moe.server.keys.spending import KeySpending
from moe.server.pool.job import PoolJob
from moe.server.pool.messages import WorkerOrder
from moe.server.pool.pool import RunPool
from moe.server.problems import ProblemError
from moe.server.streams.hub import FeedHub, tell_state
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, encode_json, to_wire

_NO_EVENTS = 2**62  # after all events that a run can have
_MOMENT = re.compile(r"\d{1,12}(?:\.\d{1,20})?", re.ASCII)
_COME_BACK = {"retry-after": "5"}
_NEAR_AMONG = 200  # newest runs
_OVER = (Status.DONE, Status.FAILED, Status.CANCELLED)


@dataclass(slots=True, kw_only=True)
class RunDesk:
    """What can be asked of runs.

    Attributes:
        app: Whose runs.
        pool: Who does them.
        hub: Their events.
        guard: Which documents they may name.
        owners: Which key asked for which.
        collections: Those that they may ask.
        spending: What keys have had models read and write.
    """

    app: App
    pool: RunPool
    hub: FeedHub
    guard: DocsGuard
    owners: RunOwners
    collections: CollectionDesk
    spending: KeySpending

    async def submit(self, request: RunRequest, access: Access) -> PoolJob:
        """Take a run.

        Raises:
            ProblemError: It names documents that may not be asked about, or too many runs wait.
            NameUnknownError: It names an agent, a provider, a persona or a collection that is not there.
        """
        request = await to_thread(self._check, request, access)
        order = WorkerOrder(do="run", run_id=self.app.make_run_id(), request=request.model_dump(mode="json"))
        job = PoolJob(order=order, question=request.question, correlation_id=request.correlation_id or "")
        return await self._hand_in(job, access)

    async def call_tool(
        self, name: str, params: JsonObject, docs: tuple[str, ...], deadline_seconds: float | None, access: Access
    ) -> PoolJob:
        """Have a tool called by itself.

        Raises:
            ProblemError: It is to search documents that may not be asked about, or too many runs wait.
        """
        await to_thread(self.guard.check, docs)
        order = WorkerOrder(
            do="tool",
            run_id=f"tool-{self.app.make_run_id()}",
            tool=name,
            params=params,
            docs=docs,
            deadline_seconds=deadline_seconds,
        )
        return await self._hand_in(PoolJob(order=order, question=f"tool {name}"), access)

    async def choose_route(self, question: str, access: Access, *, has_documents: bool) -> PoolJob:
        """Have a worker tell who would work on a question: a long one may take it seconds.

        Raises:
            ProblemError: Too many runs wait.
        """
        wanted = {"question": question, "has_documents": has_documents}
        order = WorkerOrder(do="route", run_id=f"route-{self.app.make_run_id()}", request=wanted)
        return await self._hand_in(PoolJob(order=order, question=question), access)

    async def embed(self, wish: JsonObject, access: Access) -> PoolJob:
        """Have a worker ask the model that makes vectors for those of some texts.

        Raises:
            ProblemError: The key has no tokens left, or too many runs wait.
        """
        await to_thread(self._count_tokens_left, access)
        order = WorkerOrder(do="embed", run_id=f"embed-{self.app.make_run_id()}", request=wish)
        return await self._hand_in(PoolJob(order=order, question="embed"), access)

    async def resume(self, run_id: str, wish: JsonObject, access: Access) -> PoolJob:
        """Go on with a run.

        Args:
            run_id: Its whole id.
            wish: Of `WorkerOrder`: `deadline_seconds`, `accepts_changes`, `repeats_tools`.
            access: Who asks.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It goes on, or is done.
            ProblemError: Too many runs wait.
        """
        summary = await self.get_summary(run_id, access)
        if summary.status == Status.DONE or self.pool.find(run_id) is not None:
            raise RequestError(f"run {run_id} is {summary.status}", hint="only a run that was broken off can go on")
        await to_thread(self._count_tokens_left, access)
        if self.pool.find(run_id) is not None:  # somebody was quicker
            raise RequestError(f"run {run_id} is running", hint="only a run that was broken off can go on")
        self.hub.forget(run_id)
        order = msgspec.convert({"do": "resume", "run_id": run_id, **wish}, WorkerOrder)
        return await self._hand_in(PoolJob(order=order, question=summary.question), access)

    def find_job(self, run_id: str, access: Access) -> PoolJob | None:
        """A run of the pool, if it may be seen."""
        job = self.pool.find(run_id)
        if job is None or not job.order.is_run:
            return None
        return job if access.sees_all or job.owner == access.owner else None

    async def get_summary(self, run_id: str, access: Access) -> RunSummary:
        """The line about a run that is in the record, by its whole id.

        Raises:
            NameUnknownError: There is none, or it may not be seen.
        """
        with suppress(NameUnknownError):  # whose words tell of runs that are not the caller's
            return await to_thread(self._get_own, run_id, access)
        found, _ = await self.list_runs(access, limit=_NEAR_AMONG)
        known = [summary.run_id for summary in found]
        raise NameUnknownError("run", run_id, near=get_close_matches(run_id, known, n=3, cutoff=0.5))

    async def describe(self, run_id: str, access: Access) -> bytes:
        """A run as `moe run --json` prints it, as far as it got.

        Raises:
            NameUnknownError: No run has that id.
        """
        job = self.find_job(run_id, access)
        if job is not None and (not job.has_begun.is_set() or job.end.done()):
            return describe_job(job)
        await self.get_summary(run_id, access)
        record = await to_thread(self.app.runs.get_run, run_id, after=_NO_EVENTS)
        if record.result is not None and record.summary.status in _OVER:
            return encode_json(record.result)
        return _describe(run_id, record.correlation_id, record.summary.question, record.summary.status)

    async def cancel(self, run_id: str, access: Access) -> None:
        """End a run.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is over.
        """
        if self.find_job(run_id, access) is None or not self.pool.cancel(run_id):
            await self.get_summary(run_id, access)
            await to_thread(self.app.runs.cancel, run_id)

    async def delete(self, run_id: str, access: Access) -> None:
        """Delete a run that is over.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It goes on.
        """
        summary = await self.get_summary(run_id, access)
        if summary.status == Status.RUNNING or self.pool.find(run_id) is not None:
            raise RequestError(f"run {run_id} goes on", hint="cancel it first")
        await to_thread(self.app.runs.delete, [run_id])
        await to_thread(self.owners.forget, run_id)

    async def rate(self, run_id: str, verdict: Verdict, note: str, access: Access) -> RunSummary:
        """Keep what somebody thinks of a run's answer.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It goes on.
        """
        await self.get_summary(run_id, access)
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

    async def list_runs(
        self, access: Access, *, limit: int, cursor: str = "", status: str = ""
    ) -> tuple[list[RunSummary], str]:
        """A page of the runs that may be seen, newest first, and the cursor of the next one; "" after the last.

        Args:
            access: Who asks.
            limit: Runs of a page.
            cursor: Where the page begins; "" for the first one.
            status: Of these only; "" for all.
        """
        before, started = _read_cursor(cursor)
        waiting = [job for job in self.pool.list_waiting() if self.find_job(job.run_id, access) is not None]
        lines = [summarise_job(job) for job in waiting if not before or job.run_id < before]
        found = {one.run_id: one for one in lines if status in ("", one.status)}
        while len(found) <= limit:
            page, before = await to_thread(self._read_page, access, limit + 1, before, started)
            found |= {one.run_id: one for one in page if status in ("", one.status)}
            if not before:
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

    def _get_own(self, run_id: str, access: Access) -> RunSummary:
        summary = self.app.runs.get_summary(run_id)
        is_seen = access.sees_all or self.owners.find_owner(run_id) == access.owner
        if summary.run_id != run_id or not is_seen:  # one that begins so, or the last one, is not meant
            raise NameUnknownError("run", run_id)
        return summary

    def _check(self, request: RunRequest, access: Access) -> RunRequest:
        """The request as the caller may have it done."""
        self.guard.check(request.docs)
        request = self._keep_to_budget(request, access)
        if request.collection is not None:
            kept = self.collections.find_kept(request.collection, access)
            request = request.model_copy(update={"collection": kept})
        self.app.check_names(request)
        return _own_conversation(request, access)

    def _keep_to_budget(self, request: RunRequest, access: Access) -> RunRequest:
        """The request with no more tokens for models than its key has left."""
        left = self._count_tokens_left(access)
        if left is None:
            return request
        asked = request.budget or Budgets()
        tokens = min(left, asked.run.max_tokens or left)
        run = asked.run.model_copy(update={"max_tokens": tokens})
        return request.model_copy(update={"budget": asked.model_copy(update={"run": run})})

    def _count_tokens_left(self, access: Access) -> int | None:
        """What is left of a key's budget; None for one without.

        Raises:
            ProblemError: Nothing is.
        """
        if access.key is None or not access.key.budget:
            return None
        budget, now = read_budget(access.key.budget), time.time()
        left = budget.tokens - self.spending.find(access.key.key_id, budget.name_period(now))
        if left > 0:
            return left
        wait = budget.count_seconds_left(now)
        told = f"the key {access.key.name!r} has spent its {budget.tokens:,} tokens of this {budget.unit}"
        raise ProblemError("key_budget", told, hint=f"come back in {wait} s", headers={"retry-after": str(wait)})

    async def _hand_in(self, job: PoolJob, access: Access) -> PoolJob:
        key = access.key
        job.owner = access.owner
        if key is not None and key.concurrency and self.pool.count_owned(key.key_id) >= key.concurrency:
            told = f"the key {key.name!r} has {key.concurrency} runs, and may have no more at once"
            raise ProblemError("busy", told, hint="wait for one to end", headers=_COME_BACK)
        if not self.pool.submit(job):
            told = f"{self.pool.queued} runs wait"
            raise ProblemError("busy", told, hint="come back in a while", headers=_COME_BACK)
        if key is not None and job.order.do == "run":
            await to_thread(self.owners.own, job.run_id, key.key_id)
        return job


def _write_cursor(last: RunSummary) -> str:
    return f"{last.run_id}@{last.started!r}"  # when it began too: it may be deleted before the next page is asked for


def _read_cursor(cursor: str) -> tuple[str, float]:
    run_id, _, started = cursor.partition("@")
    return run_id, float(started) if _MOMENT.fullmatch(started) else 0.0


def _own_conversation(request: RunRequest, access: Access) -> RunRequest:
    """The request with its conversation's name made the key's own, as earlier questions complete the next one.

    So a key neither meets another's conversation of that name, nor a run by its id.
    """
    name, own = request.conversation_id, f"{access.owner}/"
    if not name or access.sees_all or name.startswith(own):
        return request
    return request.model_copy(update={"conversation_id": own + name})


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
