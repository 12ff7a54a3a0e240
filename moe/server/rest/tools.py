"""Tools, called by themselves."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.server.body import CheckedRoute
from moe.server.problems import ProblemError
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.state import State, ToolUser

router = APIRouter(route_class=CheckedRoute, tags=["tools"])

_CODES = (
    "name_unknown",
    "name_taken",
    "tool",
    "tool_params",
    "tool_declined",
    "deadline",
    "document",
    "docs_outside",
    "busy",
    "stopping",
    "worker_lost",
)
_BAD = ("invalid_json", "invalid_request", "media_type", "request", "plugin")


class ToolCall(BaseModel):
    """What a tool is called with."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"params": {"expression": "6 * 7"}}})

    params: dict[str, Any] = Field({}, description="As its schema says")
    docs: list[str] = Field([], max_length=1000, description="Documents that it may search")
    deadline_seconds: float | None = Field(None, gt=0, le=600)


@router.post("/tools/{name:path}/run", responses=describe_answers({"type": "object"}, *_CODES, *_BAD))
async def run_tool(
    state: State,
    access: ToolUser,
    name: Annotated[str, Path(min_length=1, max_length=300, description="A tool's name or full id")],
    call: ToolCall,
) -> Response:
    """Call a tool; the answer is its result."""
    if state.is_stopping:
        raise ProblemError("stopping", "the server stops", hint="ask again in a while")
    job = await state.desk.call_tool(name, call.params, tuple(call.docs), call.deadline_seconds, access)
    result = await state.desk.wait(job, state.settings.wait_max_seconds)
    if result is None:
        raise ProblemError("deadline", f"the tool {name} takes too long")
    return answer_json(result)
