"""Tasks done in this process."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from pkgutil import resolve_name
from typing import Protocol, TypeAlias

import anyio

from moe.contracts.encryption import IN_THE_OPEN, EncryptionPlace
from moe.contracts.workers import WorkerSummary
from moe.running.belter import work_as_belter
from moe.running.camina import work_as_camina
from moe.running.citing.statements import as_findings
from moe.running.context import Assignment, RunContext, make_failure, make_result
from moe.running.drummer import work_as_drummer
from moe.running.steps import RESULT
from moe_core.contracts.agent import AgentSpec, Role
from moe_core.contracts.errors import DeadlineError, MoeError, RequestError
from moe_core.contracts.log_context import log_about
from moe_core.contracts.task import Status, Task, TaskResult
from moe_core.contracts.wire import JsonObject
from moe_core.loading.registry import Registry

Work: TypeAlias = Callable[[RunContext, Assignment], Awaitable[TaskResult]]

_CLOSING_SECONDS = 3.0  # for good-byes to brokers: a run is not to wait for one that is gone

WORK: Mapping[Role, Work] = {
    Role.CAMINA: work_as_camina,
    Role.BELTER: work_as_belter,
    Role.DRUMMER: work_as_drummer,
}


class LocalExecutor:
    """Does the tasks of the runs that it serves, each by its role.

    At most `max_parallel` Drummer tasks of a run are done at once; the layers above mostly wait for them.
    """

    def __init__(
        self,
        work: Mapping[Role, Work] = WORK,
        *,
        own: frozenset[tuple[Role, str]] = frozenset(),
        list_workers: Callable[[], Sequence[WorkerSummary]] | None = None,
        encryption: EncryptionPlace = IN_THE_OPEN,
    ) -> None:
        """Make it.

        Args:
            work: What each layer does.
            own: Agents whose tasks are done here, wherever the configuration says that they are.
            list_workers: Reads the record of workers, for agents that are wherever workers are; None without one.
            encryption: How those that are elsewhere are spoken to.
        """
        self.encryption = encryption
        self._list_workers = list_workers
        self._work = work
        self._own = own
        self._remote: RemoteWork | None = None
        self._served: dict[str, _ServedRun] = {}

    def __repr__(self) -> str:
        return f"<LocalExecutor of {len(self._served)} runs>"

    @contextmanager
    def serve(self, context: RunContext) -> Iterator[None]:
        """Do this run's tasks, as long as the block lasts.

        Raises:
            RequestError: An agent is elsewhere, at an address that no transport takes.
        """
        for key, agent in context.agents.items():
            if agent.urls and key not in self._own:
                self._find_remote().check(agent, context.registry)
        self._served[context.run_id] = _ServedRun(context, context.max_parallel)
        try:
            yield
        finally:
            del self._served[context.run_id]

    async def run(self, task: Task, *, known: tuple[JsonObject, ...] = ()) -> TaskResult:
        """The task's result.

        Args:
            task: What is to be done.
            known: What is known before, beside what the tasks have found that it needs.

        Raises:
            RequestError: Its run is not served here, or it needs a task that nobody has claimed.
        """
        run = self._served.get(task.run_id)
        if run is None:
            raise RequestError(f"run {task.run_id} is not served by this process")
        run.claim(task)
        claimed = time.time()
        known += await run.wait_for_needs(task)
        if task.needs and run.is_held(task):
            result = make_result(task, Status.WAITING)
        else:
            async with run.turn(task.role):
                result = await self._do(run.context, task, known, claimed)
        run.end(result)
        return result

    async def _do(self, context: RunContext, task: Task, known: tuple[JsonObject, ...], claimed: float) -> TaskResult:
        step = context.steps.claim(task.task_id, RESULT)
        ended = context.steps.find(step, TaskResult)
        if ended is not None:
            return ended
        context.tell_started(task)
        started = time.time()
        deadline = None
        if task.ttl_seconds is not None:
            deadline = started + task.time_share * max(0.0, claimed + task.ttl_seconds - started)
        assignment = Assignment(task=task, member=context.find_member(task), deadline=deadline, known=known)
        try:
            if assignment.seconds_left() == 0:
                raise DeadlineError("its time was over before it began", hint="give the run more: --deadline SECONDS")
            with log_about(task_id=task.task_id, agent=task.agent):
                result = await self._find_work(context, assignment)(context, assignment)
        except MoeError as error:
            result = make_failure(task, error)
        else:
            if result.status is Status.WAITING:  # it has not ended: it goes on when a person has decided
                return result
            context.steps.keep(step, result)
        context.tell_finished(result, seconds=time.time() - started)
        return result

    async def let_go(self) -> None:
        """Close the connections to workers, unless runs go on that may need them; they are opened anew when needed."""
        if self._remote is not None and not self._served:
            with anyio.CancelScope(shield=True), anyio.move_on_after(_CLOSING_SECONDS):
                await self._remote.close()

    def _find_work(self, context: RunContext, assignment: Assignment) -> Work:
        key = assignment.member.role, assignment.member.name
        agent = context.agents.get(key)
        if agent is None or not agent.urls or key in self._own:
            return self._work[assignment.task.role]
        return self._find_remote().work

    def _find_remote(self) -> "RemoteWork":
        if self._remote is None:  # imported by name: most runs have no agent elsewhere
            make = resolve_name("moe.running.transports.remote_agents:RemoteAgents")
            made: RemoteWork = make(self._list_workers, self.encryption)
            self._remote = made
        return self._remote


class RemoteWork(Protocol):
    """Does tasks by agents that are elsewhere; see `RemoteAgents`."""

    def check(self, agent: AgentSpec, registry: Registry) -> None:
        """Refuse an agent whose addresses no transport takes."""
        ...

    async def work(self, context: RunContext, assignment: Assignment) -> TaskResult:
        """One task."""
        ...

    async def close(self) -> None:
        """Close the connections to workers."""
        ...


class _ServedRun:
    """A run's tasks: who may begin, and what those that ended brought."""

    def __init__(self, context: RunContext, max_parallel: int) -> None:
        self.context = context
        self._drummers = asyncio.Semaphore(max_parallel)
        self._results: dict[str, TaskResult | None] = {}
        self._awaited: dict[str, asyncio.Event] = {}

    def claim(self, task: Task) -> None:
        """Take the task on; what it needs must have been claimed before."""
        unknown = [need for need in task.needs if need not in self._results]
        if unknown:
            raise RequestError(f"task {task.task_id} needs {unknown[0]}, which nobody has begun")
        self._results[task.task_id] = None

    async def wait_for_needs(self, task: Task) -> tuple[JsonObject, ...]:
        """What the tasks that this one needs have found, once they have ended."""
        if not task.needs:
            return ()
        for need in task.needs:
            if self._results[need] is None:
                await self._awaited.setdefault(need, asyncio.Event()).wait()
        return as_findings([result for need in task.needs if (result := self._results[need]) is not None])

    def is_held(self, task: Task) -> bool:
        """Whether what the task needs waits for a person, so that it cannot begin."""
        results = (self._results[need] for need in task.needs)
        return any(result is not None and result.status is Status.WAITING for result in results)

    def turn(self, role: Role) -> AbstractAsyncContextManager[object]:
        """Held while a task of this role is done."""
        return self._drummers if role is Role.DRUMMER else nullcontext()

    def end(self, result: TaskResult) -> None:
        """Keep a result, and let go on who waits for it."""
        self._results[result.task_id] = result
        awaited = self._awaited.get(result.task_id)
        if awaited is not None:
            awaited.set()
