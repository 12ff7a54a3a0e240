"""What there is to work with: agents, personas, tools, routes, and what runs have cost."""

import time
from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.contracts.agent_line import describe_agent
from moe.contracts.metric_series import MetricsSeries
from moe.contracts.metrics import RunMetrics
from moe.server.body import CheckedRoute
from moe.server.problems import ProblemError
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.state import Chief, Reader, State
from moe_core.contracts.agent import Role
from moe_core.contracts.persona import Tier
from moe_core.contracts.route import Route
from moe_core.contracts.wire import JsonObject, to_wire

router = APIRouter(route_class=CheckedRoute, tags=["catalog"])
_DAY = 86_400
root = APIRouter(route_class=CheckedRoute, tags=["catalog"])


class RouteWish(BaseModel):
    """What is to be routed."""

    model_config = ConfigDict(
        extra="forbid", strict=True, json_schema_extra={"example": {"question": "What does it yield?"}}
    )

    question: str = Field(min_length=1, max_length=20_000)
    has_documents: bool = Field(False, description="There are documents to answer from")


def _describe_list(name: str, *fields: str) -> JsonObject:
    item = {"type": "object", "required": list(fields)}
    return {"type": "object", "required": [name], "properties": {name: {"type": "array", "items": item}}}


_AGENTS = _describe_list("agents", "role", "name", "base", "description", "capabilities", "tools")
_PERSONAS = _describe_list("personas", "name", "tier")
_TOOLS = _describe_list("tools", "name", "full_id", "category", "summary", "effects", "asks_first", "parameters")


@router.get("/agents", responses=describe_answers(_AGENTS, "invalid_request"))
async def list_agents(
    state: State, _: Reader, role: Annotated[Role | None, Query(description="Only this layer")] = None
) -> Response:
    """List the agents that modelfiles declare, layer by layer."""
    registry = await to_thread(lambda: state.app.registry)
    found = [describe_agent(entry) for layer in ([role] if role else Role) for entry in registry.agents(layer)]
    return answer_json({"agents": found})


@router.get("/personas", responses=describe_answers(_PERSONAS, "invalid_request"))
@root.get("/personas", responses=describe_answers(_PERSONAS, "invalid_request"))
async def list_personas(
    state: State, _: Reader, tier: Annotated[Tier | None, Query(description="Only this tier")] = None
) -> Response:
    """List the personas, each in the tier that it stands in."""
    standing, _problems = await to_thread(state.app.personas.list_all)
    found = [to_wire(one.persona) for one in standing if tier in (None, one.persona.tier)]
    return answer_json({"personas": found})


@router.get("/tools", responses=describe_answers(_TOOLS))
async def list_tools(state: State, _: Reader) -> Response:
    """List the tools: what each does, what it reaches, what it is called with."""
    registry = await to_thread(lambda: state.app.registry)
    found = [
        {
            "name": registry.tools.find_name(entry),
            "full_id": entry.full_id,
            "category": entry.category,
            "summary": entry.summary,
            "effects": [str(effect) for effect in entry.effects],
            "asks_first": entry.asks_first,
            "parameters": entry.schema,
        }
        for entry in registry.tools
    ]
    return answer_json({"tools": found})


_ROUTING = ("invalid_json", "invalid_request", "media_type", "busy", "stopping", "worker_lost", "deadline")


@router.post("/route", responses=describe_answers(Route, *_ROUTING))
async def choose_route(state: State, access: Reader, wish: RouteWish) -> Response:
    """Tell who would work on a question, and why; nothing is run."""
    job = await state.desk.choose_route(wish.question, access, has_documents=wish.has_documents)
    route = await state.desk.wait(job, state.settings.wait_max_seconds)
    if route is None:
        raise ProblemError("deadline", "choosing takes too long")
    return answer_json(route)


@router.get("/metrics", responses=describe_answers(RunMetrics, "invalid_request"))
async def summarise_metrics(
    state: State, _: Chief, since: Annotated[float, Query(ge=0, description="Runs from then on, Unix time")] = 0.0
) -> Response:
    """Tell what all runs have asked of models: calls, valid answers, tokens, seconds."""
    return answer_json(await to_thread(state.app.measure_runs, since=since))


@router.get("/metrics/series", responses=describe_answers(MetricsSeries, "invalid_request"))
async def measure_series(
    state: State,
    _: Chief,
    since: Annotated[float | None, Query(ge=0, lt=1e11, description="Unix time; a day before `until` without")] = None,
    until: Annotated[float | None, Query(ge=0, lt=1e11, description="Unix time; now without")] = None,
    buckets: Annotated[int, Query(ge=1, le=500, description="Spans of the same length")] = 48,
) -> Response:
    """Tell how runs went span by span; the runs of one are `GET /runs` with its `start` and `end`."""
    end = time.time() if until is None else until
    begin = max(0.0, end - _DAY) if since is None else since
    if begin >= end:
        raise ProblemError("invalid_request", "`since` must be before `until`")
    return answer_json(await to_thread(state.app.measure_series, since=begin, until=end, buckets=buckets))
