"""A run's events: as a stream, or as a list."""

from asyncio import to_thread
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from moe.server.body import CheckedRoute
from moe.server.rest.answers import JSON, answer_json, describe_answers
from moe.server.rest.runs import RunId
from moe.server.state import Reader, State
from moe.server.streams.event_stream import EVENT_STREAM, RunEventStream
from moe_core.contracts.event import Event

router = APIRouter(route_class=CheckedRoute, tags=["runs"])

_EVENT = {
    "type": "object",
    "required": ["run_id", "correlation_id", "sequence", "at", "kind", "data"],
    "properties": {
        "run_id": {"type": "string"},
        "correlation_id": {"type": "string"},
        "sequence": {"type": "integer", "description": "From 1, without gaps; the id in a stream"},
        "at": {"type": "number", "description": "Unix time in seconds"},
        "kind": {"type": "string"},
        "task_id": {"type": ["string", "null"]},
        "agent": {"type": "string"},
        "data": {"type": "object", "description": "By the kind: see the schema EventData"},
    },
}
_LIST = {"type": "object", "required": ["events"], "properties": {"events": {"type": "array", "items": _EVENT}}}
_ANSWERS = describe_answers(_LIST, "name_unknown", "invalid_request")
_ANSWERS[200]["content"][EVENT_STREAM] = {
    "itemSchema": {
        "type": "object",
        "required": ["event", "data"],
        "properties": {
            "id": {"type": "string", "description": "The event's number"},
            "event": {"type": "string"},
            "data": {"type": "string", "description": "The event as JSON"},
        },
    },
}


@router.get("/runs/{run_id}/events", responses=_ANSWERS)
async def read_events(
    state: State,
    access: Reader,
    request: Request,
    run_id: RunId,
    after: Annotated[int | None, Query(ge=0, lt=2**53, description="Only events with a greater number")] = None,
    last_event_id: Annotated[str, Header(pattern=r"^[0-9]{0,15}$", description="The same; what a browser sends")] = "",
) -> Response:
    """Follow a run until it ends, as server-sent events; as JSON, where that is asked for, until now."""
    place = int(last_event_id or 0) if after is None else after
    job = state.desk.find_job(run_id, access)
    if job is None:
        await state.desk.get_summary(run_id, access)
    accept = request.headers.get("accept", "")
    if JSON in accept and EVENT_STREAM not in accept:
        events: tuple[Event, ...] = ()
        if job is None or (job.has_begun.is_set() and not job.end.done()):
            events = (await to_thread(state.app.runs.get_run, run_id, after=place)).events
        return answer_json({"events": events})
    settings = state.settings
    return RunEventStream(
        state.hub,
        run_id,
        after=place,
        heartbeat_seconds=settings.heartbeat_seconds,
        stall_seconds=settings.stall_seconds,
    )
