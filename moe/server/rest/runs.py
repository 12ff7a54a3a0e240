"""Runs: asked for, looked at, ended, gone on with, rated, deleted."""

import hashlib
from asyncio import to_thread
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.contracts.request import RunRequest
from moe.contracts.result import RunResult
from moe.contracts.runs import RunSummary, Verdict
from moe.contracts.snapshot import Snapshot
from moe.server.body import CheckedRoute
from moe.server.keys.access import Access
from moe.server.pool.job import PoolJob
from moe.server.problems import ProblemError
from moe.server.rest.answers import answer_json, describe_answers, make_schema
from moe.server.run_desk import describe_job
from moe.server.run_pages import RunFilter
from moe.server.state import Reader, ServerState, State, Writer
from moe_core.contracts.trace_context import read_traceparent

router = APIRouter(route_class=CheckedRoute, tags=["runs"])
root = APIRouter(route_class=CheckedRoute, tags=["runs"])

RunId = Annotated[str, Path(min_length=1, max_length=100, description="A run's whole id")]
RunState = Literal["queued", "running", "waiting", "done", "failed", "cancelled", "interrupted"]
Limit = Annotated[int, Query(ge=1, le=100, description="Most that are listed")]
RUN_RESULT = make_schema(RunResult)
RUN_RESULT["properties"]["status"] = {"type": "string", "enum": [*get_args(RunState)]}
RUN_LOCATION = {"Location": {"description": "Where the run is", "schema": {"type": "string"}}}
_ASKED = {"question": "Who restored the tidal mill?", "docs": ["papers"]}
_BODY: dict[str, Any] = {"requestBody": {"content": {"application/json": {"example": _ASKED}}}}
TAKING_CODES = (
    "name_unknown",
    "key_budget",
    "busy",
    "stopping",
    "worker_lost",
    "docs_outside",
    "document",
    "invalid_json",
    "invalid_request",
    "media_type",
    "request",
)
_ENDING = ("name_unknown", "request", "invalid_request")
_RATING = (*_ENDING, "invalid_json", "media_type")
_RESUMING = (*_RATING, "key_budget", "busy", "stopping", "worker_lost")

IdempotencyKey = Annotated[
    str | None,
    Header(max_length=200, description="The same key with the same body is the same run, with another one is refused"),
]

_GRAPHML = "application/graphml+xml"
_GRAPH_ANSWERS = describe_answers(Snapshot, "name_unknown", "request", "invalid_request")
_GRAPH_ANSWERS[200]["content"][_GRAPHML] = {"schema": {"type": "string"}}

GraphForm = Annotated[Literal["json", "graphml"], Query(alias="format", description="For graph viewers: graphml")]


class RunResumption(BaseModel):
    """How a run is gone on with."""

    model_config = ConfigDict(extra="forbid", strict=True)

    deadline_seconds: float | None = Field(None, gt=0, le=86_400, description="Longest it may take from now on")
    accept_changes: bool = Field(False, description="Go on although documents, settings, agents or tools have changed")
    repeat_tools: bool = Field(False, description="Call tools again of which nobody knows whether they were done")


class RunVerdict(BaseModel):
    """What somebody thinks of a run's answer."""

    model_config = ConfigDict(extra="forbid", strict=True)

    verdict: Verdict
    note: str = Field("", max_length=2000, description="Why")


def _page_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["runs", "next"],
        "properties": {
            "runs": {"type": "array", "items": make_schema(RunSummary)},
            "next": {"type": ["string", "null"], "description": "The cursor of the next page"},
        },
    }


def describe_either(first: int, *codes: str) -> dict[int | str, dict[str, Any]]:
    """A run's result where it came in time, else where to look for it."""
    waiting = describe_answers(RUN_RESULT, *codes, status=202, headers=RUN_LOCATION)
    done = describe_answers(RUN_RESULT, *codes)
    return {**done, **waiting} if first == 200 else {**waiting, **done}


@root.post("/run", responses=describe_either(200, *TAKING_CODES), openapi_extra=_BODY)
async def ask(
    state: State, access: Writer, request: Request, wanted: RunRequest, idempotency_key: IdempotencyKey = None
) -> Response:
    """Answer a question: waits for the run's end, and answers what `moe run --json` prints."""
    job = await take_run(state, access, request, wanted, idempotency_key)
    return await answer_run(state, access, request, job, state.settings.wait_max_seconds)


@router.post(
    "/runs",
    status_code=202,
    responses=describe_either(202, *TAKING_CODES),
    openapi_extra=_BODY,
)
async def create_run(
    state: State,
    access: Writer,
    request: Request,
    wanted: RunRequest,
    wait: Annotated[float, Query(ge=0, le=86_400, description="Seconds to wait for the end")] = 0.0,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Begin a run: answers at once with 202, or within `wait` with the result."""
    job = await take_run(state, access, request, wanted, idempotency_key)
    return await answer_run(state, access, request, job, wait)


@router.get("/runs", responses=describe_answers(_page_schema(), "invalid_request"))
async def list_runs(
    state: State,
    access: Reader,
    limit: Limit = 20,
    cursor: Annotated[str, Query(max_length=200, description="`next` of the page before")] = "",
    status: Annotated[RunState | None, Query(description="Only runs that stand so")] = None,
    since: Annotated[float, Query(ge=0, lt=1e11, description="Only those that began then or later, Unix time")] = 0.0,
    until: Annotated[float | None, Query(ge=0, lt=1e11, description="Only those that began before")] = None,
    text: Annotated[str, Query(max_length=200, description="Only those with these words in their question")] = "",
    rating: Annotated[Verdict | None, Query(description="Only those that are rated so")] = None,
) -> Response:
    """List runs, newest first."""
    wanted = RunFilter(statuses=(status,) if status else (), since=since, until=until, text=text, verdict=rating or "")
    runs, after = await state.desk.list_runs(access, limit=limit, cursor=cursor, wanted=wanted)
    return answer_json({"runs": runs, "next": after or None})


@router.get("/runs/{run_id}", responses=describe_answers(RUN_RESULT, "name_unknown", "invalid_request"))
async def get_run(state: State, access: Reader, run_id: RunId) -> Response:
    """Show a run: what `moe run --json` prints, as far as it got."""
    return answer_json(await state.desk.describe(run_id, access))


@router.delete("/runs/{run_id}", status_code=204, responses=describe_answers(None, *_ENDING, status=204))
async def delete_run(state: State, access: Writer, run_id: RunId) -> Response:
    """Delete a run that is over, with all that is kept of it."""
    await state.desk.delete(run_id, access)
    return Response(status_code=204)


@router.get("/runs/{run_id}/graph", responses=_GRAPH_ANSWERS)
@root.get("/graph/{run_id}", responses=_GRAPH_ANSWERS)
async def get_graph(
    state: State,
    access: Reader,
    run_id: RunId,
    form: Annotated[
        Literal["json", "graphml"], Query(alias="format", description="For graph viewers: graphml")
    ] = "json",
) -> Response:
    """Show the graph that a run walked."""
    await state.desk.get_summary(run_id, access)
    graphs = state.app.graphs
    snapshot = await to_thread(lambda: graphs.place(graphs.find_walked(run_id)))
    if form == "json":
        return answer_json(snapshot)
    return Response(await to_thread(state.app.graphs.write_graphml, snapshot), media_type=_GRAPHML)


@router.post("/runs/{run_id}/cancel", status_code=202, responses=describe_answers(RUN_RESULT, *_ENDING, status=202))
async def cancel_run(state: State, access: Writer, run_id: RunId) -> Response:
    """End a run; its model calls and tools are broken off within a second."""
    await state.desk.cancel(run_id, access)
    return answer_json(await state.desk.describe(run_id, access), status=202)


@router.post(
    "/runs/{run_id}/resume",
    status_code=202,
    responses=describe_answers(RUN_RESULT, *_RESUMING, status=202, headers=RUN_LOCATION),
)
async def resume_run(
    state: State, access: Writer, request: Request, run_id: RunId, wish: RunResumption | None = None
) -> Response:
    """Go on with a run that was interrupted, cancelled or failed; what it had done is not done again."""
    refuse_when_stopping(state)
    wish = wish or RunResumption()
    job = await state.desk.resume(
        run_id,
        {
            "deadline_seconds": wish.deadline_seconds,
            "accepts_changes": wish.accept_changes,
            "repeats_tools": wish.repeat_tools,
        },
        access,
    )
    return answer_json(describe_job(job), status=202, headers={"location": locate_run(request, run_id)})


@router.post(
    "/runs/{run_id}/rate",
    responses=describe_answers(RunSummary, *_RATING),
)
async def rate_run(state: State, access: Writer, run_id: RunId, wish: RunVerdict) -> Response:
    """Say whether a run's answer was good."""
    return answer_json(await state.desk.rate(run_id, wish.verdict, wish.note, access))


async def take_run(
    state: ServerState, access: Access, request: Request, wanted: RunRequest, key: str | None
) -> PoolJob | str:
    """The run that a request asks for; the id of an earlier one, which is over, that the same key stands for.

    Raises:
        ProblemError: The key stands for another request.
    """
    refuse_when_stopping(state)
    if wanted.correlation_id is None:
        wanted = wanted.model_copy(update={"correlation_id": request.scope["moe.correlation_id"]})
    if wanted.traceparent is None and (span := read_traceparent(request.headers.get("traceparent"))) is not None:
        wanted = wanted.model_copy(update={"traceparent": str(span)})
    if not key:
        return await state.desk.submit(wanted, access)
    digest = hashlib.sha256(await request.body()).hexdigest()
    kept_as = f"{access.owner} {key}"
    async with state.kept.hold(kept_as):
        known = state.kept.find(kept_as)
        if known is None:
            job = await state.desk.submit(wanted, access)
            state.kept.keep(kept_as, job.run_id, digest)
            return job
    if known.digest != digest:
        told = f"the key {key!r} stands for another request"
        raise ProblemError("request", told, hint="take another Idempotency-Key", run_id=known.run_id)
    return state.pool.find(known.run_id) or known.run_id


async def answer_run(
    state: ServerState, access: Access, request: Request, job: PoolJob | str, seconds: float
) -> Response:
    """The result if it comes in time, else where to look for it."""
    if isinstance(job, str):
        return answer_json(await state.desk.describe(job, access))
    result = await state.desk.wait(job, min(seconds, state.settings.wait_max_seconds)) if seconds else None
    if result is not None:
        return answer_json(result)
    return answer_json(describe_job(job), status=202, headers={"location": locate_run(request, job.run_id)})


def locate_run(request: Request, run_id: str) -> str:
    """Where a run is looked at."""
    return f"{request.scope.get('root_path', '').rstrip('/')}/api/v1/runs/{run_id}"


def refuse_when_stopping(state: ServerState) -> None:
    """Take nothing new while the server stops.

    Raises:
        ProblemError: It does.
    """
    if state.is_stopping:
        raise ProblemError("stopping", "the server stops", hint="ask again in a while", headers={"retry-after": "5"})
