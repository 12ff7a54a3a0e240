"""One run: a request on its way through routing, documents, agents and conclusion to its recorded result."""

import asyncio
import os
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pkgutil import resolve_name
from typing import Any

import anyio
import anyio.to_thread
from msgspec.structs import replace

from moe.asking.servers.capability import MEASURE_SECONDS
from moe.asking.spending.tally import ModelTally
from moe.contracts.documents import ProgressListener
from moe.contracts.request import RunRequest
from moe.contracts.result import Citation, CitationPlace, ObserverReport, RunResult, WalkedGraph
from moe.contracts.runs import RunStart
from moe.contracts.steps import NO_STEPS, StepLog
from moe.contracts.task_kinds import TaskType
from moe.contracts.waiting import WaitingCall
from moe.knowledge.library import DocumentLibrary, LoadedLibrary
from moe.knowledge.search import Exploration
from moe.running.basis import STEP as BASIS
from moe.running.citing.answer import write_answer
from moe.running.citing.currency import find_changes, tell_behind
from moe.running.citing.explanation import explain_citations
from moe.running.citing.nearest import find_nearest
from moe.running.citing.overview import show_overview
from moe.running.citing.scrutiny import scrutinise
from moe.running.citing.short_answer import find_short_answer
from moe.running.citing.support import rate_note
from moe.running.citing.walked_graph import choose_walked, describe_walked
from moe.running.context import RunContext, describe_error
from moe.running.environment import RunEnvironment
from moe.running.events import EventStream
from moe.running.last_resort import (
    GRACE_SECONDS,
    OUT_OF_TIME,
    find_last_resort,
    is_out_of_time,
    keep_back,
    make_last_resort,
    tell_last_resort,
)
from moe.running.learning import ExpertWatch
from moe.running.observer import Note, Observer
from moe.running.origin import RunOrigin
from moe.running.places import AnswerPlaces, find_places, is_long_to_locate
from moe.running.sources import insist_on_source, tell_no_tool_answered
from moe.running.steps import RecordedSteps
from moe.running.timings import Timings
from moe.running.top_task import MORE_TIME, do_top_task
from moe_core.contracts.chain import Chain
from moe_core.contracts.errors import DeadlineError, MoeError, StorageError
from moe_core.contracts.event import Event, EventListener
from moe_core.contracts.log_context import log_about
from moe_core.contracts.payloads import (
    ChainAssembled,
    DocumentsLoaded,
    ObserverNote,
    PlacesFound,
    RouteChosen,
    RunFinished,
    RunWaiting,
)
from moe_core.contracts.route import Route
from moe_core.contracts.task import Status, TaskError, TaskResult
from moe_core.contracts.trace_context import trace_run
from moe_core.contracts.wire import encode_json, from_wire, to_wire
from moe_core.text.quoting import disarm_text

CANCEL_SECONDS = 0.5  # between two looks at whether the run is to end: with it, all has ended within a second
MEASURE_SHARE = 0.25  # of a run's time, for measuring a model that nobody has measured


class Run:
    """One request on its way; keeps what is known so far, so that any end can be told completely."""

    def __init__(
        self,
        environment: RunEnvironment,
        request: RunRequest,
        *,
        library: DocumentLibrary | LoadedLibrary | None = None,
        on_event: EventListener | None = None,
        on_progress: ProgressListener | None = None,
        origin: RunOrigin | None = None,
    ) -> None:
        """Begin a run; `finish` goes through with it.

        Args:
            environment: What runs share.
            request: What is asked.
            library: Documents opened before, in place of those that the request names.
            on_event: Told of everything that happens.
            on_progress: Called after each file that is read.
            origin: What is known of the run before; None for one that begins anew.
        """
        self._environment = environment.adapt(request)
        self._request = request
        self._library = LoadedLibrary(library=library) if isinstance(library, DocumentLibrary) else library
        self._on_progress = on_progress
        self._store = environment.store
        self._origin = origin = origin or RunOrigin.anew(request)
        self._start = RunStart(
            run_id=origin.run_id,
            correlation_id=origin.correlation_id,
            question=request.question,
            started=time.time(),
            pid=os.getpid(),
            conversation_id=request.conversation_id or "",
        )
        self._result = RunResult(
            run_id=self._start.run_id,
            correlation_id=self._start.correlation_id,
            question=request.question,
            status=Status.RUNNING,
            conversation_id=request.conversation_id or "",
        )
        self._observer = Observer()
        self._experts = ExpertWatch()
        self._follow_up: Any = None  # a `FollowUp`, for a question in a conversation
        self._explored: list[Event] = []
        self._explorations: Sequence[Exploration] = ()
        self._waiting: Sequence[WaitingCall] = ()
        listeners: list[EventListener] = [self._store.append] if self._store else []
        listeners += [self._explored.append] if request.explain else []
        if environment.tracing is not None:
            began = origin.events[0].at if origin.events else None
            listeners.append(environment.tracing.follow(origin.run_id, request.traceparent, began=began))
        listeners.append(environment.live.publish)
        listeners += [on_event] if on_event else []
        self._events = EventStream(
            run_id=self._start.run_id,
            correlation_id=self._start.correlation_id,
            watchers=(self._observer, self._experts),
            listeners=listeners,
            passing=[environment.live.publish, *([on_event] if on_event else [])],
            count=origin.sequence,
        )
        self._steps: StepLog = NO_STEPS
        if self._store or origin.steps:
            self._steps = RecordedSteps(origin.run_id, self._store, past=origin.steps, is_closed=origin.is_closed)
        self._timings = Timings()
        self._tally: ModelTally | None = None
        self._has_ended = False
        self._has_used_model: bool | None = None
        self._remarks: list[Note] = []
        allowed = request.count_seconds(self._environment.config.system.deadline_seconds)
        self._seconds_left = origin.count_seconds_left(allowed)
        self._deadline = time.time() + self._seconds_left

    async def finish(self) -> RunResult:
        """The result; an error of ours ends as a failed one, never as an exception.

        Cancelling leaves a complete record that is marked as cancelled.
        """
        about = {"run_id": self._start.run_id, "correlation_id": self._start.correlation_id}
        if self._environment.tracing is not None:
            about["trace_id"] = trace_run(self._start.run_id, self._request.traceparent).trace_id
        live = self._environment.live.serve(self._start.run_id, abandon=self._abandon, past=self._origin.events)
        with log_about(**about), live:
            return await self._finish()

    def _abandon(self, status: Status) -> None:
        """Record the end from outside, as far as it got; one that is being recorded is left as it is."""
        if self._has_ended:
            return
        error = DeadlineError("it was not over when its time was, and was broken off", hint=MORE_TIME)
        self._record(self._conclude(status, error=describe_error(error) if status is Status.FAILED else None))

    def let_go(self) -> None:
        """Have how it ends here told nobody: another process goes on with it."""
        self._has_ended = True

    async def _finish(self) -> RunResult:
        try:
            self._begin()
            result = await self._answer_unless_cancelled()
        except MoeError as error:
            result = self._conclude(Status.FAILED, error=describe_error(error))
        except Exception as error:
            self._record(self._conclude(Status.FAILED, error=_describe_fault(error)))
            raise
        except BaseException:  # cancelled, or the process is told to end
            self._record(self._conclude(Status.CANCELLED))
            raise
        return await self._record_end(result)

    def _begin(self) -> None:
        origin = self._origin
        if self._store and not origin.events:
            self._store.start(self._start)
            for step, outcome in origin.steps.items():
                self._store.keep_step(origin.run_id, step, outcome)
        for event in origin.events_that_hold():
            self._observer(event)
            self._experts(event)
        self._explored += origin.events if self._request.explain else ()
        self._events.emit(origin.announce(self._request, seconds_left=self._seconds_left))

    async def _answer_unless_cancelled(self) -> RunResult:
        with anyio.CancelScope() as scope:
            watching = asyncio.create_task(self._heed_cancellation(scope))
            try:
                return await self._answer()
            finally:
                watching.cancel()
        return self._conclude(Status.CANCELLED)

    async def _heed_cancellation(self, scope: anyio.CancelScope) -> None:
        """Cancel the run when somebody, in whichever process, asks for it."""
        if self._store is None:
            return
        is_asked_for = False
        while not is_asked_for:
            await anyio.sleep(CANCEL_SECONDS)
            with suppress(StorageError):  # a record that cannot be read now may be in a while
                is_asked_for = await anyio.to_thread.run_sync(self._store.is_cancelled, self._start.run_id)
        scope.cancel()

    async def _answer(self) -> RunResult:
        """Complete the question, route, assemble, read, work, conclude."""
        if self._request.conversation_id:
            # By name: most runs belong to no conversation.
            find = resolve_name("moe.running.follow_up:find_follow_up")
            self._follow_up = await find(self._request, origin=self._origin, store=self._store, events=self._events)
            self._ask_as(self._follow_up.asked_as)
        if self._request.collection:
            self._environment = self._environment.over(self._request.collection)
        is_general = self._request.task_type is TaskType.GENERAL
        has_documents = not is_general and (
            self._library is not None or self._environment.has_documents(self._request.docs)
        )
        route, chain = await self._assemble(has_documents)
        is_tool_needed = not has_documents and insist_on_source(
            self._environment.registry, chain, is_asked=self._request.belter is not None, is_general=is_general
        )
        if has_documents:
            await self._read_documents()
        outcome = await self._work(route, chain)
        if outcome.status is Status.WAITING:
            return replace(self._conclude(Status.WAITING), waiting=tuple(self._waiting))
        is_empty = not outcome.statements and outcome.status is not Status.FAILED
        if is_tool_needed and is_empty and not self._observer.skipped:
            raise tell_no_tool_answered(outcome)
        return await self._write(outcome)

    def _ask_as(self, question: str) -> None:
        """Ask a follow-up as it is completed."""
        if question != self._request.question:
            self._request = self._request.model_copy(update={"question": question})
            self._result = replace(self._result, asked_as=question)

    async def _assemble(self, has_documents: bool) -> tuple[Route, Chain]:
        if self._origin.route and self._origin.chain:
            self._result = replace(self._result, route=self._origin.route, chain=self._origin.chain)
            return self._origin.route, self._origin.chain
        environment, request = self._environment, self._request
        route = self._origin.route or environment.route(request, has_documents=has_documents)
        self._events.emit(from_wire(RouteChosen, to_wire(route)))
        self._result = replace(self._result, route=route)
        self._timings.mark("route")
        choice = await environment.selector.choose(environment.config)
        chain = environment.assemble(request, route, choice=choice)
        if has_documents:
            left = max(0.1, self._deadline - time.time())
            chain = await environment.select_mode(chain, request, seconds=min(MEASURE_SECONDS, MEASURE_SHARE * left))
        self._events.emit(from_wire(ChainAssembled, to_wire(chain)))
        self._result = replace(self._result, chain=chain)
        self._timings.mark("chain")
        return route, chain

    async def _read_documents(self) -> None:
        if self._library is None:
            try:
                with anyio.fail_after(max(0.0, self._deadline - time.time())):
                    self._library = await self._environment.read_library(
                        self._request.docs, until=self._deadline, on_progress=self._on_progress
                    )
            except TimeoutError as error:
                hint = f"{MORE_TIME}, or read them once for all questions: moe index add PATH"
                raise DeadlineError("reading the documents took all the time", hint=hint) from error
        loaded, vectors_by = self._library, self._environment.find_vector_server()
        self._origin.check_documents(loaded.library.index.fingerprint)
        self._events.emit(
            DocumentsLoaded(
                documents=len(loaded.library.documents()),
                passages=len(loaded.library.passages),
                notes=tuple(to_wire(note) for note in loaded.notes),
                fingerprint=loaded.library.index.fingerprint,
                changes=tuple(to_wire(change) for change in loaded.changes),
                vectors_by="" if vectors_by is None else vectors_by.address,
                is_vectors_local=vectors_by is not None and vectors_by.is_local,
            )
        )
        self._timings.mark("documents")

    async def _work(self, route: Route, chain: Chain) -> TaskResult:
        """What the agents found; what needs no model when they run out of time."""
        spare = find_last_resort(chain, self._environment.registry)
        async with self._environment.open_context(
            chain,
            self._request,
            run_id=self._start.run_id,
            events=self._events,
            library=self._library.library if self._library else None,
            steps=self._steps,
            spent=self._origin.spent,
        ) as context:
            self._tally, self._explorations = context.models.tally, context.explorations
            self._waiting = context.waiting
            if context.steps is not NO_STEPS:
                self._rest(context)
            written = await self._follow_up.ask_model(context, until=self._deadline) if self._follow_up else None
            if written:
                self._ask_as(written)
                context = replace(context, question=written)
            do = partial(do_top_task, correlation_id=self._start.correlation_id, capability=route.route)
            with self._environment.executor.serve(context):
                if spare is None:
                    return await self._remark(context, await do(context, until=self._deadline))
                with suppress(DeadlineError):
                    outcome = await do(context, until=keep_back(self._deadline))
                    if not is_out_of_time(outcome):
                        return await self._remark(context, outcome)
            self._events.emit(ObserverNote(severity="warning", text=OUT_OF_TIME))
            context = make_last_resort(context, spare)
            with self._environment.executor.serve(context):
                return tell_last_resort(await do(context, until=self._deadline + GRACE_SECONDS, attempt=2))

    async def _remark(self, context: RunContext, outcome: TaskResult) -> TaskResult:
        """The outcome; what the Observer's model remarks on it is kept beside it."""
        self._has_used_model = (
            context.models.tally.used_language_model
        )  # the Observer's own call is no part of the answer
        observer = context.chain.observer
        if outcome.status is Status.WAITING:
            return outcome
        if context.remarks and observer is not None and context.asks_language_model(observer):
            # By name: most runs have no language model.
            remark_on = resolve_name("moe.running.remarks:remark_on")
            self._remarks = await remark_on(context, outcome, self._observer.list_steps, until=self._deadline)
        return outcome

    def _rest(self, context: RunContext) -> None:
        """Keep what the run rests on, as the first of its steps.

        Raises:
            RequestError: It rests on something else now than when it began.
        """
        basis = self._environment.basis.describe(context.chain)
        self._origin.check_basis(basis)
        context.steps.keep(BASIS, basis)

    async def _write(self, outcome: TaskResult) -> RunResult:
        """The result that the top agent's outcome makes."""
        gaps = self._observer.gaps
        outcome = scrutinise(outcome, self._library.library if self._library else None, gaps)
        tally = self._tally
        assert tally is not None, "a run that worked has asked its models"
        used_model = tally.used_language_model if self._has_used_model is None else self._has_used_model
        if not used_model and not gaps:
            outcome = show_overview(outcome, self._request.question, self._library.library if self._library else None)
        answer, citations = write_answer(
            outcome,
            used_language_model=used_model,
            asked_language_model=tally.asked_language_model,
            gaps=gaps,
            find_place=self._find_place,
            form=self._request.format,
        )
        short = find_short_answer(self._request.question, outcome.statements)
        nearest = self._find_nearest(outcome, gaps)
        changes = find_changes(self._library, citations or nearest)
        behind = tell_behind(changes, is_indexed=not self._request.docs)
        notes = self._observer.conclude(
            outcome.statements, used_language_model=used_model, has_library=self._library is not None, behind=behind
        )
        notes += self._remarks
        for note in notes:
            self._events.emit(ObserverNote(severity=note.severity, text=note.text))
        found = await self._locate(citations, nearest, outcome)
        if found.places:
            self._events.emit(PlacesFound(places=tuple(map(to_wire, found.places))))
        told = [{"severity": rate_note(text), "text": disarm_text(text)} for text in outcome.notes]
        said = {note.text for note in notes}
        told += [{"severity": "info", "text": text} for text in found.notes if text not in said]
        self._timings.mark("work")
        failed = outcome.status is Status.FAILED
        return replace(
            self._conclude(Status.FAILED if failed else Status.DONE),
            degraded=outcome.status is Status.DEGRADED or tally.fell_back or bool(behind),
            answer="" if failed else answer,
            short_answer="" if failed or short is None else disarm_text(short.text),
            confidence=None if failed or short is None else short.confidence,
            citations=() if failed else citations,
            changes=changes,
            data=outcome.data,
            explanation=tuple(explain_citations(citations, self._explored)) if self._request.explain else None,
            graph=self._keep_graph(citations),
            nearest=nearest,
            places=() if failed else found.places,
            observer=ObserverReport(notes=(*(note.as_wire() for note in notes), *told)),
            error=outcome.error,
        )

    async def _locate(
        self, citations: Sequence[Citation], nearest: Sequence[Citation], outcome: TaskResult
    ) -> AnswerPlaces:
        library = self._library.library if self._library else None
        find = partial(find_places, citations, outcome, library, nearest=nearest)
        return await anyio.to_thread.run_sync(find) if is_long_to_locate([*citations, *nearest]) else find()

    def _find_nearest(self, outcome: TaskResult, gaps: Sequence[TaskError]) -> tuple[Citation, ...]:
        """Where to look, when all was searched and nothing answers."""
        if outcome.statements or outcome.status is Status.FAILED or gaps:
            return ()
        return find_nearest(
            self._request.question,
            self._explorations,
            find_place=self._find_place,
            reads_closely=self._environment.config.system.close_reading,
        )

    def _find_place(self, document_id: str, start: int, end: int) -> CitationPlace:
        """The page and the row of some characters; none in what is no document here."""
        if self._library is None:
            return CitationPlace()
        library = self._library.library
        return CitationPlace(page=library.find_page(document_id, start, end), row=library.find_row(document_id, start))

    def _keep_graph(self, citations: Sequence[Citation]) -> WalkedGraph | None:
        exploration = choose_walked(citations, self._explorations)
        if self._store is None or exploration is None:
            return None
        graph, data = describe_walked(exploration)
        self._store.keep_snapshot(graph.digest, data)
        return graph

    def _conclude(self, status: Status, *, error: TaskError | None = None) -> RunResult:
        """The result as far as it got."""
        tally = self._tally
        return replace(
            self._result,
            status=status,
            left_out=self._library.notes if self._library else (),
            timings=self._timings.total(),
            error=error,
            usage=tally.usage if tally else self._result.usage,
            models=tally.report if tally else self._result.models,
        )

    async def _record_end(self, result: RunResult) -> RunResult:
        """Record a result beside the loop: writing waits for the disk and for other processes, other runs must not."""
        ledger = self._environment.ledger if self._store else None  # what is not recorded teaches nothing
        if result.status is Status.DONE and self._experts.has_seen:
            for told in await anyio.to_thread.run_sync(self._experts.conclude, ledger):
                self._events.emit(told)
        memory = self._environment.memory if self._store else None
        is_over = result.status in (Status.DONE, Status.FAILED)
        if memory is not None and self._observer.failed_belters and is_over:
            with suppress(StorageError):  # what cannot be kept now is kept of the next failure
                await anyio.to_thread.run_sync(memory.fail, self._observer.failed_belters)
        self._tell_end(result)
        if self._store is None:
            return result
        data = encode_json(result).decode()
        with anyio.CancelScope(shield=True):
            failure = await self._store.settle_end(result.run_id, str(result.status), data)
        return _tell_unrecorded(result, failure)

    def _record(self, result: RunResult) -> RunResult:
        """Record a result at once, where nothing can be waited for any more; unless the end is on record already."""
        if self._has_ended:
            return result
        self._tell_end(result)
        if self._store is None:
            return result
        failure = self._store.finish(result.run_id, str(result.status), encode_json(result).decode())
        return _tell_unrecorded(result, failure)

    def _tell_end(self, result: RunResult) -> None:
        self._has_ended = True
        if result.status is Status.WAITING:
            left = max(0.0, self._deadline - time.time())
            worker = self._store.find_worker(result.run_id) if self._store is not None else ""
            self._events.emit(RunWaiting(calls=len(result.waiting), seconds_left=left, worker=worker))
            return
        error = result.error
        self._events.emit(
            RunFinished(
                status=str(result.status),
                degraded=result.degraded,
                citations=len(result.citations),
                error=None if error is None else to_wire(error),
            )
        )


def _tell_unrecorded(result: RunResult, failure: StorageError | None) -> RunResult:
    """The result with a note, where it could not be recorded."""
    if failure is None:
        return result
    note = {"severity": "warning", "text": f"The run could not be recorded: {failure.message}"}
    return replace(result, observer=ObserverReport(notes=(*result.observer.notes, note)))


def _describe_fault(error: Exception) -> TaskError:
    """An error that nobody expected, for the record."""
    return TaskError(code=MoeError.code, message=f"{type(error).__name__}: {error}".strip(": "))
