"""Tasks by type, as runs."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.contracts.request import RunRequest
from moe.contracts.task_kinds import TaskType
from moe.contracts.tasks import CONTENTS, read_task
from moe.server.body import CheckedRoute, join_pointer
from moe.server.problems import ProblemError, ProblemPart
from moe.server.rest.answers import make_schema
from moe.server.rest.runs import TAKING_CODES, IdempotencyKey, answer_run, describe_either, take_run
from moe.server.state import State, Writer

router = APIRouter(route_class=CheckedRoute, tags=["runs"])

_EXAMPLE = {"task_type": "research", "content": {"query": "Who restored the tidal mill?", "docs": ["papers"]}}


class TaskWish(BaseModel):
    """A task, whose content is checked by its type."""

    model_config = ConfigDict(extra="forbid")

    task_type: TaskType
    content: dict[str, Any] = Field(description="What the type takes")


def _describe_body() -> dict[str, Any]:
    kinds = [
        {
            "type": "object",
            "required": ["task_type", "content"],
            "properties": {"task_type": {"const": str(kind)}, "content": make_schema(content)},
            "additionalProperties": False,
        }
        for kind, content in CONTENTS.items()
    ]
    content = {"application/json": {"schema": {"oneOf": kinds}, "example": _EXAMPLE}}
    return {"requestBody": {"required": True, "content": content}}


@router.post("/tasks", status_code=202, responses=describe_either(202, *TAKING_CODES), openapi_extra=_describe_body())
async def create_task(
    state: State,
    access: Writer,
    request: Request,
    wanted: TaskWish,
    wait: Annotated[float, Query(ge=0, le=86_400, description="Seconds to wait for the end")] = 0.0,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Begin a run of a task: general, research, analysis or content; answers as `POST /runs` does."""
    told = read_task(wanted.task_type, wanted.content)
    if not isinstance(told, RunRequest):
        parts = tuple(ProblemPart(pointer=_point(misfit.path), detail=misfit.detail) for misfit in told)
        raise ProblemError("invalid_request", f"{parts[0].pointer}: {parts[0].detail}", errors=parts)
    job = await take_run(state, access, request, told, idempotency_key)
    return await answer_run(state, access, request, job, wait)


def _point(path: tuple[str | int, ...]) -> str:
    pointer = "/content"
    for step in path:
        pointer = join_pointer(pointer, step)
    return pointer
