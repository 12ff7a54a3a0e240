"""Runs as callers see them: taken, looked at, ended, whether they wait, go on or are over."""

import asyncio
import time
from asyncio import to_thread
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial

import msgspec

from moe.app import App
from moe.contracts.budget import Budgets
from moe.contracts.cited import CitedDocument
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import INTERRUPTED, WAITING, RunRating, RunSummary, Verdict
from moe.contracts.waiting import Decision
from moe.server.budgets.keeper import BudgetKeeper
from moe.server.collections.desk import CollectionDesk
from moe.server.docs_guard import DocsGuard
from moe.server.keys.access import Access
from moe.server.keys.owners import RunOwners
from moe.server.pool.job import PoolJob
from moe.server.pool.messages import WorkerOrder
from moe.server.pool.pool import RunPool
from moe.server.problems import ProblemError
from moe.server.run_pages import ALL_RUNS, FIRST, RunFilter, RunPages, is_seen
from moe.server.streams.hub import FeedHub, tell_state
from moe_core.contracts.errors import MoeError, NameUnknownError, RequestError
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, encode_json, to_wire

_NO_EVENTS = 2**62  # after all events that a run can have
_COME_BACK = {"retry-after": "5"}
_NEAR_AMONG = 200  # newest runs
_OVER = (Status.DONE, Status.FAILED, Status.CANCELLED)
_ENDED = (*_OVER, INTERRUPTED)
_MOST_PRUNED = 1_000_000  # more runs than a workspace ever holds
_REST_SECONDS = 5.0  # between a run's last word in the record and its worker's a few milliseconds pass, more at load


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
        budgets: Holds what they may spend.
    """

    app: App
    pool: RunPool
    hub: FeedHub
    guard: DocsGuard
    owners: RunOwners
    collections: CollectionDesk
    budgets: BudgetKeeper

    async def submit(self, request: RunRequest, access: Access) -> PoolJob:
        """Take a run.

        Raises:
            ProblemError: It names documents that may not be asked about, or too many runs wait.
            NameUnknownError: It names an agent, a provider, a persona or a collection that is not there.
        """
        request = await to_thread(self._check, request, access)
        asked = request.budget or Budgets()
        hold_id, tokens = await self.budgets.hold(access.key, asked.run.max_tokens)
        if tokens is not None:
            run = asked.run.model_copy(update={"max_tokens": tokens})
            request = request.model_copy(update={"budget": asked.model_copy(update={"run": run})})
        order = WorkerOrder(do="run", run_id=self.app.make_run_id(), request=request.model_dump(mode="json"))
        job = PoolJob(
            order=order, question=request.question, correlation_id=request.correlation_id or "", hold_id=hold_id
        )
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
        hold_id, _ = await self.budgets.hold(access.key)
        order = WorkerOrder(do="embed", run_id=f"embed-{self.app.make_run_id()}", request=wish)
        return await self._hand_in(PoolJob(order=order, question="embed", hold_id=hold_id), access)

    async def examine(self, access: Access, *, is_measured: bool) -> PoolJob:
        """Have a worker look whether a run would work.

        Raises:
            ProblemError: Too many runs wait.
        """
        wanted = {"measured": is_measured}
        order = WorkerOrder(do="examine", run_id=f"examine-{self.app.make_run_id()}", request=wanted)
        return await self._hand_in(PoolJob(order=order, question="examine"), access)

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
        if summary.status == WAITING:
            await to_thread(self._require_decided, run_id, repeats_tools=bool(wish.get("repeats_tools")))
        if summary.status == Status.DONE or self.pool.holds(run_id):
            raise RequestError(f"run {run_id} is {summary.status}", hint="only a run that was broken off can go on")
        record = await to_thread(self.app.runs.get_run, run_id, after=_NO_EVENTS)
        hold_id, _ = await self.budgets.hold(access.key)
        if self.pool.holds(run_id):  # somebody was quicker
            self.budgets.settle(hold_id, None, 0)
            raise RequestError(f"run {run_id} is running", hint="only a run that was broken off can go on")
        self.hub.forget(run_id)
        job = PoolJob(
            order=msgspec.convert({"do": "resume", "run_id": run_id, **wish}, WorkerOrder),
            question=summary.question,
            correlation_id=record.correlation_id,
            hold_id=hold_id,
        )
        return await self._hand_in(job, access)

    async def decide(self, run_id: str, decision: Decision, access: Access, *, task: str = "", note: str = "") -> None:
        """Keep what somebody decides on calls for which a run waits, and have it go on when none is left.

        Raises:
            NameUnknownError: No run has that id, or no call of that task waits.
            RequestError: It waits for nobody, or somebody was quicker.
            ProblemError: The decision is kept, but the run cannot go on now; `resume` has it go on later.
        """
        await self.get_summary(run_id, access)
        by = "" if access.key is None else access.key.name
        decide = partial(self.app.decide, run_id, decision, task=task, note=note, by=by)
        decided = await to_thread(decide)
        if decided.left:
            return
        await self._wait_for_worker(run_id)
        try:
            if decided.worker:
                await self.retry(run_id, access)
            else:
                await self.resume(run_id, {}, access)
        except (MoeError, ProblemError) as error:
            if not decided.decided:
                raise
            raise _tell_kept(run_id, error) from error

    async def fork(self, run_id: str, task: str, access: Access, *, accepts_changes: bool) -> PoolJob:
        """Ask a run's question again with what was known before one of its tasks began.

        Raises:
            NameUnknownError: No run has that id, or no task of it.
            RequestError: It kept no answers, or does not tell what was asked.
            ProblemError: The key has no tokens left, or too many runs wait.
        """
        summary = await self.get_summary(run_id, access)
        await to_thread(self.app.check_fork, run_id, task)
        hold_id, _ = await self.budgets.hold(access.key)
        order = WorkerOrder(
            do="fork", run_id=self.app.make_run_id(), source=run_id, task=task, accepts_changes=accepts_changes
        )
        return await self._hand_in(PoolJob(order=order, question=summary.question, hold_id=hold_id), access)

    async def replay(self, run_id: str, access: Access) -> PoolJob:
        """Have a run done again with the replies that it had, and compared.

        Raises:
            NameUnknownError: No run has that id.
            ProblemError: Too many runs wait.
        """
        summary = await self.get_summary(run_id, access)
        order = WorkerOrder(do="replay", run_id=f"replay-{self.app.make_run_id()}", source=run_id)
        return await self._hand_in(PoolJob(order=order, question=summary.question), access)

    async def retry(self, run_id: str, access: Access) -> RunSummary:
        """Put a run that was broken off, cancelled or failed into the queue of `moe worker`.

        Raises:
            NameUnknownError: No run has that id.
            RequestError: It is done, or goes on.
            StorageError: It cannot be recorded or queued.
        """
        await self.get_summary(run_id, access)
        if self.pool.holds(run_id):
            raise RequestError(f"run {run_id} is running", hint="only a run that was broken off can be retried")
        await self.app.retry(run_id)
        self.hub.forget(run_id)
        return await self.get_summary(run_id, access)

    async def prune(self, before: float) -> int:
        """Delete the runs that began before a moment; those that wait or go on stay. How many they were."""
        gone = await to_thread(self._list_old, before)
        await to_thread(self.app.runs.delete, gone)
        for run_id in gone:
            await to_thread(self.owners.forget, run_id)
        return len(gone)

    def _list_old(self, before: float) -> list[str]:
        found = self.app.runs.list_runs(_MOST_PRUNED, before=FIRST, started=before)
        return [run.run_id for run in found if run.status in _ENDED and not self.pool.holds(run.run_id)]

    async def read_cited(self, run_id: str, number: int, access: Access, *, around: int | None) -> CitedDocument:
        """The document of a run's citation, unless it lies where this server may not read.

        Raises:
            NameUnknownError: There is no such run or citation.
            DocumentError: It cannot be read.
            ProblemError: It lies outside of the folders that count.
        """
        await self.get_summary(run_id, access)
        permit: Callable[[str], None] = lambda path: self.guard.check((path,))  # noqa: E731
        return await to_thread(self.app.cited.read, run_id, number, around=around, permit=permit)

    def find_job(self, run_id: str, access: Access) -> PoolJob | None:
        """A run of the pool, if it may be seen."""
        job = self.pool.find(run_id)
        return job if job is not None and is_seen(job, access) else None

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
        if record.result is not None and record.summary.status in (*_OVER, WAITING):
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
        if summary.status == Status.RUNNING or self.pool.holds(run_id):
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
        self, access: Access, *, limit: int, cursor: str = "", wanted: RunFilter = ALL_RUNS
    ) -> tuple[list[RunSummary], str]:
        """A page of the runs that may be seen; see `RunPages.list_runs`."""
        pages = RunPages(app=self.app, pool=self.pool, owners=self.owners)
        return await pages.list_runs(access, limit=limit, cursor=cursor, wanted=wanted)

    async def _wait_for_worker(self, run_id: str) -> None:
        """Wait until whoever did a run up to here has told so, for a moment."""
        job = self.pool.find(run_id)
        if job is not None:
            await asyncio.wait([job.end], timeout=_REST_SECONDS)

    def _require_decided(self, run_id: str, *, repeats_tools: bool) -> None:
        """Refuse what would only wait again.

        Raises:
            DecisionNeededError: A person is to decide first.
        """
        self.app.find_past(run_id, repeats_tools=repeats_tools)

    def _get_own(self, run_id: str, access: Access) -> RunSummary:
        summary = self.app.runs.get_summary(run_id)
        is_seen = access.sees_all or self.owners.find_owner(run_id) == access.owner
        if summary.run_id != run_id or not is_seen:  # one that begins so, or the last one, is not meant
            raise NameUnknownError("run", run_id)
        return summary

    def _check(self, request: RunRequest, access: Access) -> RunRequest:
        """The request as the caller may have it done."""
        self.guard.check(request.docs)
        self.guard.check_there(request.docs)
        if request.collection is not None:
            kept = self.collections.find_kept(request.collection, access)
            request = request.model_copy(update={"collection": kept})
        self.app.renew_personas()
        self.app.check_names(request)
        if not request.conversation_id:
            return request
        return request.model_copy(update={"conversation_id": own_conversation(request.conversation_id, access)})

    async def _hand_in(self, job: PoolJob, access: Access) -> PoolJob:
        try:
            self._submit(job, access)
        except BaseException:
            self.budgets.settle(job.hold_id, None, 0)
            raise
        if access.key is not None and job.order.do in ("run", "fork"):
            await to_thread(self.owners.own, job.run_id, access.key.key_id)
        return job

    def _submit(self, job: PoolJob, access: Access) -> None:
        key = access.key
        job.owner = access.owner
        if key is not None and key.concurrency and self.pool.count_owned(key.key_id) >= key.concurrency:
            told = f"{key.title} has {key.concurrency} runs, and may have no more at once"
            raise ProblemError("busy", told, hint="wait for one to end", headers=_COME_BACK)
        if not self.pool.submit(job):
            told = f"{self.pool.queued} runs wait"
            raise ProblemError("busy", told, hint="come back in a while", headers=_COME_BACK)


def own_conversation(name: str, access: Access) -> str:
    """A conversation's name as the key's own, as earlier questions complete the next one.

    So a key neither meets another's conversation of that name, nor a run by its id.
    """
    own = f"{access.owner}/"
    return name if access.sees_all or name.startswith(own) else own + name


def _tell_kept(run_id: str, error: MoeError | ProblemError) -> ProblemError:
    """Why a run does not go on although a person has decided."""
    problem = ProblemError.of(error) if isinstance(error, MoeError) else error
    return ProblemError(
        problem.code,
        f"what was decided on run {run_id} is kept, but it cannot go on now: {problem.detail}",
        hint=f"POST /api/v1/runs/{run_id}/resume has it go on later",
        run_id=run_id,
        headers=problem.headers,
    )


def describe_job(job: PoolJob) -> bytes:
    """A run of which only the pool knows, in the form of a result."""
    error = job.end.result().fault if job.end.done() else None
    return _describe(job.run_id, job.correlation_id, job.question, tell_state(job), error=error)


def _describe(run_id: str, correlation_id: str, question: str, status: str, error: object = None) -> bytes:
    told = RunResult(run_id=run_id, correlation_id=correlation_id, question=question, status=Status.RUNNING)
    return encode_json({**to_wire(told), "status": status, "error": error})
