"""What is done with runs that are over: forked, replayed, queued again, deleted by age; and what they cite."""

import re
from asyncio import to_thread
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.contracts.cited import CitedDocument
from moe.contracts.exchanges import KeptExchange
from moe.contracts.runs import ReplayReport, RunSummary
from moe.server.body import CheckedRoute
from moe.server.problems import ProblemError
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.rest.runs import RUN_LOCATION, RUN_RESULT, TAKING_CODES, RunId, locate_run, refuse_when_stopping
from moe.server.run_desk import describe_job
from moe.server.state import Chief, Reader, State, Writer

router = APIRouter(route_class=CheckedRoute, tags=["runs"])

_STEP = {
    "type": "object",
    "required": ["task", "what", "turn", "outcome"],
    "properties": {
        "task": {"type": "string", "description": "The task's path, as 1/2"},
        "what": {"type": "string", "description": "What was done: a reply's purpose, a tool, or `result`"},
        "turn": {"type": "integer", "description": "From 1: which one of that kind in the task"},
        "outcome": {"description": "What it came to, as it was taken over"},
    },
}
_STEPS = {"type": "object", "required": ["steps"], "properties": {"steps": {"type": "array", "items": _STEP}}}
_PRUNED = {"type": "object", "required": ["deleted"], "properties": {"deleted": {"type": "integer"}}}
_STEP_NAME = re.compile(r"(?P<task>\d+(?:/\d+)*):(?P<what>.+):(?P<turn>\d+)", re.DOTALL)
_CITED = ("name_unknown", "invalid_request", "document", "docs_outside")
_REPLAYING = ("name_unknown", "request", "invalid_request", "document", "busy", "stopping", "worker_lost", "deadline")
_FORKING = {"requestBody": {"content": {"application/json": {"example": {"task": "1/2"}}}}}


class RunFork(BaseModel):
    """From where a run is asked again."""

    model_config = ConfigDict(extra="forbid", strict=True)

    task: str = Field(min_length=1, max_length=200, description="The first task that is done anew, as 1/2")
    accept_changes: bool = Field(False, description="Go on although the documents have changed")


class RunPruning(BaseModel):
    """Which runs are deleted."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra={"example": {"before": 1767225600}})

    before: float = Field(ge=0, lt=1e11, description="Those that began before that Unix time")


@router.get("/runs/{run_id}/citations/{number}", responses=describe_answers(CitedDocument, *_CITED))
async def read_cited(
    state: State,
    access: Reader,
    run_id: RunId,
    number: Annotated[int, Path(ge=1, le=100_000, description="The citation's, as its mark [n]")],
    around: Annotated[
        int | None, Query(ge=0, le=2_000_000, description="Characters before and behind it; all without")
    ] = None,
) -> Response:
    """Read the document of a citation as it is now, with all that the run cites of it."""
    return answer_json(await state.desk.read_cited(run_id, number, access, around=around))


@router.get("/runs/{run_id}/steps", responses=describe_answers(_STEPS, "name_unknown", "invalid_request"))
async def list_steps(
    state: State,
    access: Reader,
    run_id: RunId,
    task: Annotated[str, Query(max_length=200, description="Only those of this task, as 1/2")] = "",
) -> Response:
    """List what the steps of a run came to: models' replies as they were taken over, and what tools and tasks gave."""
    await state.desk.get_summary(run_id, access)
    steps = await to_thread(state.app.runs.read_steps, run_id)
    return answer_json(
        {"steps": [step for name, outcome in steps.items() if (step := _tell_step(name, outcome, task))]}
    )


@router.get(
    "/runs/{run_id}/exchanges/{digest}", responses=describe_answers(KeptExchange, "name_unknown", "invalid_request")
)
async def read_exchange(
    state: State,
    access: Reader,
    run_id: RunId,
    digest: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="As `prompt` or `reply` of its event")],
) -> Response:
    """Read what was sent to a language model, or what it replied, word for word."""
    await state.desk.get_summary(run_id, access)
    kept = await to_thread(state.app.find_exchange, run_id, digest)
    if kept is None:
        hint = "system.record_prompts may have been off"
        raise ProblemError("name_unknown", f"run {run_id} kept no exchange {digest}", hint=hint, run_id=run_id)
    return answer_json(kept)


def _tell_step(name: str, outcome: str, task: str) -> dict[str, Any] | None:
    """A step of a task, out of the name that it is kept by; None for another task's, or what is no step of one."""
    found = _STEP_NAME.fullmatch(name)
    if found is None or task not in ("", found["task"]):
        return None
    return {
        "task": found["task"],
        "what": found["what"],
        "turn": int(found["turn"]),
        "outcome": msgspec.Raw(outcome.encode()),
    }


@router.post(
    "/runs/{run_id}/fork",
    status_code=202,
    responses=describe_answers(RUN_RESULT, *TAKING_CODES, status=202, headers=RUN_LOCATION),
    openapi_extra=_FORKING,
)
async def fork_run(state: State, access: Writer, request: Request, run_id: RunId, wish: RunFork) -> Response:
    """Ask a run's question again with the answers of before one of its tasks, and all from it on anew."""
    refuse_when_stopping(state)
    job = await state.desk.fork(run_id, wish.task, access, accepts_changes=wish.accept_changes)
    return answer_json(describe_job(job), status=202, headers={"location": locate_run(request, job.run_id)})


@router.post("/runs/{run_id}/replay", responses=describe_answers(ReplayReport, *_REPLAYING))
async def replay_run(state: State, access: Writer, run_id: RunId) -> Response:
    """Do a run again with the replies that it had, asking and recording nothing, and tell what comes out otherwise."""
    refuse_when_stopping(state)
    job = await state.desk.replay(run_id, access)
    report = await state.desk.wait(job, state.settings.wait_max_seconds)
    if report is None:
        raise ProblemError("deadline", "the replay takes too long", run_id=run_id)
    return answer_json(report)


@router.post(
    "/runs/{run_id}/retry",
    status_code=202,
    responses=describe_answers(RunSummary, "name_unknown", "request", "invalid_request", status=202),
)
async def retry_run(state: State, access: Writer, run_id: RunId) -> Response:
    """Put a run that was broken off, cancelled or failed into the queue of `moe worker`."""
    return answer_json(await state.desk.retry(run_id, access), status=202)


@router.post("/runs/prune", responses=describe_answers(_PRUNED, "invalid_json", "invalid_request", "media_type"))
async def prune_runs(state: State, _: Chief, wish: RunPruning) -> Response:
    """Delete the runs that began before a moment, of all keys; those that wait or go on stay."""
    told: dict[str, Any] = {"deleted": await state.desk.prune(wish.before)}
    return answer_json(told)
