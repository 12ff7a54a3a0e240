"""What a person should look at: failed runs, the Observer's alarms, personas due to move."""

import time
from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query, Response

from moe.contracts.attention import Attention
from moe.contracts.runs import INTERRUPTED, QUEUED, WAITING
from moe.server.body import CheckedRoute
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.run_pages import RunFilter
from moe.server.state import Reader, ServerState, State
from moe_core.contracts.task import Status

router = APIRouter(route_class=CheckedRoute, tags=["runs"])

_RUNS_MAX = 20
_SECONDS = 7 * 86_400  # what is older is not for today
_STATUSES = (Status.FAILED.value, INTERRUPTED, QUEUED, WAITING)


@router.get("/attention", responses=describe_answers(Attention, "invalid_request"))
async def find_attention(
    state: State,
    access: Reader,
    since: Annotated[float | None, Query(ge=0, lt=1e11, description="Runs from then on; of a week without")] = None,
) -> Response:
    """Tell what needs a person; what is seen over the runs of all keys, for admin only."""
    begin = time.time() - _SECONDS if since is None else since
    wanted = RunFilter(statuses=_STATUSES, since=begin)
    runs, following = await state.desk.list_runs(access, limit=_RUNS_MAX, wanted=wanted)
    told = Attention(runs=tuple(runs), more_runs=bool(following))
    if access.sees_all:
        told = await to_thread(_look_over, state, told, begin)
    return answer_json(told)


def _look_over(state: ServerState, told: Attention, since: float) -> Attention:
    return Attention(
        runs=told.runs,
        more_runs=told.more_runs,
        remarks=state.app.oversee(since=since).remarks,
        moves=tuple(state.app.personas.ledger.find_due()),
    )
