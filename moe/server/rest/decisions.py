"""What a person decides on calls of tools for which a run waits."""

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.contracts.waiting import Decision
from moe.server.body import CheckedRoute
from moe.server.keys.access import Access
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.rest.runs import RUN_LOCATION, RUN_RESULT, RunId, locate_run, refuse_when_stopping
from moe.server.state import ServerState, State, Writer

router = APIRouter(route_class=CheckedRoute, tags=["runs"])

_CODES = (
    "name_unknown",
    "request",
    "invalid_request",
    "invalid_json",
    "media_type",
    "key_budget",
    "busy",
    "stopping",
    "worker_lost",
)
_ANSWERS = describe_answers(RUN_RESULT, *_CODES, status=202, headers=RUN_LOCATION)


class CallVerdict(BaseModel):
    """Of which calls something is decided, and why."""

    model_config = ConfigDict(extra="forbid", strict=True)

    task: str = Field(
        "", max_length=200, description="Only calls of that task and those below it, as 1/2; of all without"
    )
    note: str = Field("", max_length=2000, description="Why; it is kept")


@router.post("/runs/{run_id}/approve", status_code=202, responses=_ANSWERS)
async def approve_calls(
    state: State, access: Writer, request: Request, run_id: RunId, verdict: CallVerdict | None = None
) -> Response:
    """Have the calls made that a run waits for; it goes on when no other waits."""
    return await _decide(state, access, request, run_id, "approve", verdict or CallVerdict())


@router.post("/runs/{run_id}/skip", status_code=202, responses=_ANSWERS)
async def skip_calls(
    state: State, access: Writer, request: Request, run_id: RunId, verdict: CallVerdict | None = None
) -> Response:
    """Have a run go on without the calls that it waits for, once no other waits."""
    return await _decide(state, access, request, run_id, "skip", verdict or CallVerdict())


async def _decide(
    state: ServerState, access: Access, request: Request, run_id: str, decision: Decision, verdict: CallVerdict
) -> Response:
    refuse_when_stopping(state)
    await state.desk.decide(run_id, decision, access, task=verdict.task, note=verdict.note)
    headers = {"location": locate_run(request, run_id)}
    return answer_json(await state.desk.describe(run_id, access), status=202, headers=headers)
