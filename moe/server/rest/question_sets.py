"""The project's question sets, which questions of runs are added to."""

from asyncio import to_thread
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from moe.contracts.question_sets import QuestionSet
from moe.evaluation.question_sets import QuestionSets
from moe.server.body import CheckedRoute
from moe.server.rest.answers import answer_json, describe_answers, make_schema
from moe.server.state import Chief, State

router = APIRouter(route_class=CheckedRoute, tags=["runs"])

SetName = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$", description="The set; made when there is none")
]
_SETS = {
    "type": "object",
    "required": ["sets"],
    "properties": {"sets": {"type": "array", "items": make_schema(QuestionSet)}},
}
_ADDING = ("name_unknown", "request", "document", "storage", "invalid_json", "invalid_request", "media_type")
_BODY = {
    "requestBody": {
        "content": {"application/json": {"example": {"run_id": "20261130-120000-0a1b2c3d", "answer": "Ada Brook"}}}
    }
}


class AddedQuestion(BaseModel):
    """Which run's question, and what is expected of it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    run_id: str = Field(min_length=1, max_length=100, description="The run's whole id")
    answer: str | None = Field(None, max_length=20_000, description="What is right; the run's own answer without")
    citations: list[Annotated[int, Field(ge=1, le=100_000)]] | None = Field(
        None, max_length=1000, description="Those whose documents hold the evidence; all without"
    )


@router.get("/question-sets", responses=describe_answers(_SETS))
async def list_sets(state: State, _: Chief) -> Response:
    """List the question sets that `moe eval` can measure by."""
    found = await to_thread(QuestionSets(state.app).list_all)
    told: dict[str, Any] = {"sets": found}
    return answer_json(told)


@router.post(
    "/question-sets/{name}/questions",
    status_code=201,
    responses=describe_answers(QuestionSet, *_ADDING, status=201),
    openapi_extra=_BODY,
)
async def add_question(state: State, access: Chief, name: SetName, wish: AddedQuestion) -> Response:
    """Add a run's question to a set, with the answer and the evidence that are expected of it."""
    await state.desk.get_summary(wish.run_id, access)
    found = await to_thread(
        lambda: QuestionSets(state.app).add(name, wish.run_id, answer=wish.answer, citations=wish.citations)
    )
    return answer_json(found, status=201)
