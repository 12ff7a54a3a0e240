"""A worker: the process that does runs for the server, until the server closes its input."""

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from math import ceil
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from moe.app import App
from moe.contracts.index import IndexChange, IndexProgress
from moe.contracts.log_level import find_level
from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.diagnosis.examination import examine
from moe.log_lines import write_lines
from moe.server.openai.embeddings import EMBEDDINGS_HINT, EmbeddingRequest, encode_vectors
from moe.server.pool.messages import WorkerFault, WorkerNews, WorkerOrder, WorkerProject
from moe.server.pool.shares import ModelShares
from moe.server.pool.task_notes import note_task
from moe_core.contracts.errors import MoeError, RequestError, ToolError
from moe_core.contracts.event import Event, EventListener
from moe_core.contracts.log_context import log_about
from moe_core.contracts.model_payloads import AnswerPiece
from moe_core.contracts.route import Route
from moe_core.contracts.task import Status
from moe_core.contracts.wire import JsonObject, decode_json, encode_json
from moe_core.text.token_estimate import estimate_tokens

LINE_MAX = 64 * 2**20  # bytes of one message: a result with all its explanations
_ANSWER_MAX = LINE_MAX - 2**16
_PROGRESS_SECONDS = 0.2  # between two tellings of how far indexing is
_WRITING = threading.Lock()  # threads tell too, and lines must not run into each other
_GC_EVERY = 50_000  # as `moe.cli.main` has it

Tell = Callable[[WorkerNews], None]


class PoolWorker:
    """Does runs of one App, several at once.

    Args:
        app: Whose runs.
        tell: Told what becomes of them.
        tells_tasks: Whether it is told of their tasks too.
    """

    def __init__(self, app: App, tell: Tell, *, tells_tasks: bool = False) -> None:
        self._app = app
        self._tell = tell
        self._tells_tasks = tells_tasks
        self._tasks: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"<PoolWorker, {len(self._tasks)} runs>"

    def begin(self, order: WorkerOrder) -> None:
        """Have an order done."""
        task = asyncio.create_task(self._do(order))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Cancel what goes on; it is recorded so, and can be resumed."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _do(self, order: WorkerOrder) -> None:
        with log_about(run_id=order.run_id if order.is_run else "", key=order.key):
            await self._finish(order)

    async def _finish(self, order: WorkerOrder) -> None:
        recorded: list[asyncio.Task[None]] = []
        shares = ModelShares()
        try:
            if order.do == "tool":
                news = await self._call_tool(order)
            elif order.do == "collection":
                news = _make_end(order, Status.DONE, await asyncio.to_thread(self._change_collection, order))
            elif order.do == "route":
                news = _make_end(order, Status.DONE, await asyncio.to_thread(self._choose_route, order.request))
            elif order.do == "replay":
                news = _make_end(order, Status.DONE, await self._app.replay(order.source))
            elif order.do == "examine":
                found = await examine(self._app, is_measured=bool(order.request["measured"]))
                news = _make_end(order, Status.DONE, found.describe())
            elif order.do == "embed":
                news = await self._embed(order, shares)
            else:
                result = await self._run(order, partial(self._hear, recorded, shares))
                news = _make_end(order, str(result.status), result)
        except MoeError as error:
            code = self._name_fault(order, error)
            news = _make_failure(order, WorkerFault(code=code, message=error.message, hint=error.hint))
        except Exception as error:  # noqa: BLE001 - a fault of one run must not end those beside it
            news = _make_failure(order, WorkerFault(code=MoeError.code, message=f"{type(error).__name__}: {error}"))
        await asyncio.gather(*recorded)  # an end is told after the beginning
        self._tell(replace(news, shares=shares.list_all()))

    def _hear(self, recorded: "list[asyncio.Task[None]]", shares: ModelShares, event: Event) -> None:
        """At a run's first event, tell that it has begun: once that is in the record, where it is looked for then.

        Pieces of the answer are told too, as the record never has them.
        """
        shares(event)
        if isinstance(event.data, AnswerPiece):
            piece = msgspec.Raw(encode_json(event))
            self._tell(WorkerNews(news="piece", run_id=event.run_id, result=piece, sequence=event.sequence))
            return
        task = note_task(event) if self._tells_tasks else None
        if task is not None:
            self._tell(WorkerNews(news="task", run_id=event.run_id, task=task))
        if not recorded:
            recorded.append(asyncio.create_task(self._tell_begun(event.run_id)))

    async def _tell_begun(self, run_id: str) -> None:
        await asyncio.to_thread(self._app.runs.flush)
        self._tell(WorkerNews(news="began", run_id=run_id))

    async def _call_tool(self, order: WorkerOrder) -> WorkerNews:
        self._tell(WorkerNews(news="began", run_id=order.run_id))  # it may have effects: it is not begun again
        result = await self._app.run_tool(
            order.tool, order.params, docs=order.docs, deadline_seconds=order.deadline_seconds
        )
        return _make_end(order, Status.DONE, result)

    def _name_fault(self, order: WorkerOrder, error: MoeError) -> str:
        """The code of a fault; a tool that reaches nothing outside can only fail at what it was asked."""
        if order.do == "tool" and error.code == ToolError.code and not error.retryable:
            entry = self._app.registry.tools.find(order.tool)
            return "tool_declined" if entry is not None and not entry.effects else error.code
        return error.code

    def _choose_route(self, wanted: JsonObject) -> Route:
        return self._app.route(str(wanted["question"]), has_documents=bool(wanted["has_documents"]))

    async def _embed(self, order: WorkerOrder, shares: ModelShares) -> WorkerNews:
        wanted = EmbeddingRequest.model_validate(order.request)
        embeddings = self._app.index.find_embeddings()
        if embeddings is None:
            raise RequestError("no model makes vectors here", hint=EMBEDDINGS_HINT)
        texts, began = wanted.input, time.monotonic()
        vectors = await asyncio.to_thread(embeddings.embed, texts)
        tokens = ceil(sum(map(estimate_tokens, texts)))
        provider, _, model = self._app.config.system.embeddings.partition(":")
        shares.add_call(provider, seconds=time.monotonic() - began, tokens_read=tokens)
        answer = encode_vectors(vectors, model=f"{provider}:{model}", encoding=wanted.encoding_format, tokens=tokens)
        if len(answer) > _ANSWER_MAX:
            raise RequestError("the vectors are too long for one answer", hint="ask for those of fewer texts at once")
        return _make_end(order, Status.DONE, msgspec.Raw(answer))

    def _change_collection(self, order: WorkerOrder) -> IndexChange:
        collections = self._app.collections
        if order.removed:
            return collections.remove(order.collection, order.removed)
        told = 0.0

        def tell(progress: IndexProgress) -> None:
            nonlocal told
            if time.monotonic() - told > _PROGRESS_SECONDS:
                told = time.monotonic()
                self._tell(WorkerNews(news="piece", run_id=order.run_id, result=msgspec.Raw(encode_json(progress))))

        return collections.add(order.collection, order.docs, on_progress=tell)

    async def _run(self, order: WorkerOrder, on_event: EventListener) -> RunResult:
        self._app.renew_personas()
        if order.do == "run":
            request = RunRequest.model_validate(order.request)
            return await self._app.run(request, run_id=order.run_id, on_event=on_event)
        if order.do == "fork":
            return await self._app.fork(
                order.source, order.task, accepts_changes=order.accepts_changes, new_id=order.run_id, on_event=on_event
            )
        past = self._app.find_past(
            order.run_id,
            deadline_seconds=order.deadline_seconds,
            accepts_changes=order.accepts_changes,
            repeats_tools=order.repeats_tools,
        )
        return await self._app.resume(past, on_event=on_event)


def _make_end(order: WorkerOrder, status: str, result: object) -> WorkerNews:
    return WorkerNews(news="ended", run_id=order.run_id, status=status, result=msgspec.Raw(encode_json(result)))


def _make_failure(order: WorkerOrder, fault: WorkerFault) -> WorkerNews:
    return WorkerNews(news="failed", run_id=order.run_id, fault=fault)


def _write(output: BinaryIO, news: WorkerNews) -> None:
    with _WRITING:
        output.write(encode_json(news) + b"\n")
        output.flush()


async def _serve(output: BinaryIO) -> None:
    orders = asyncio.StreamReader(limit=LINE_MAX)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    wanted = decode_json(WorkerProject, await orders.readline())
    app = App.open(
        Path(wanted.project),
        overrides=wanted.overrides,
        with_project=wanted.with_project,
        plugin_choice=wanted.plugin_choice,
    )
    tell = partial(_write, output)
    worker = PoolWorker(app, tell, tells_tasks=wanted.tells_tasks)
    _ = app.environment  # before it says that it is ready
    tell(WorkerNews(news="ready"))
    while line := await orders.readline():
        worker.begin(decode_json(WorkerOrder, line))
    await worker.close()
    app.close()


def main() -> None:
    """Serve until standard input closes; what plugins print goes to standard error."""
    gc.set_threshold(_GC_EVERY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server says when it is over
    level = find_level(os.environ)
    if level is not None:
        write_lines(level)
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        asyncio.run(_serve(output))
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)
    os._exit(0)  # threads may still read documents for runs that were cancelled


if __name__ == "__main__":
    main()
