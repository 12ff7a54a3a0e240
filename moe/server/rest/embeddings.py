"""OpenAI's endpoint for vectors."""

from fastapi import APIRouter, Response

from moe.server.body import CheckedRoute
from moe.server.openai.embeddings import EMBEDDINGS_HINT, EmbeddingRequest
from moe.server.problems import ProblemError
from moe.server.rest.answers import answer_json
from moe.server.rest.chat import describe_openai
from moe.server.state import State, Writer
from moe_core.contracts.errors import NameUnknownError, RequestError

router = APIRouter(route_class=CheckedRoute, prefix="/v1", tags=["openai"])

_VECTORS = {
    "type": "object",
    "required": ["object", "data", "model", "usage"],
    "properties": {"data": {"type": "array", "items": {"type": "object"}}, "usage": {"type": "object"}},
}
_WRONG = ("invalid_json", "invalid_request", "media_type", "name_unknown")
_MODEL = ("model", "model_timeout", "model_unavailable", "model_missing", "model_refused", "context_overflow")
_CODES = (*_WRONG, *_MODEL, "busy", "key_budget", "stopping", "worker_lost")


@router.post("/embeddings", responses=describe_openai(_VECTORS, *_CODES))
async def embed(state: State, access: Writer, wanted: EmbeddingRequest) -> Response:
    """Turn texts into vectors, by the model that `system.embeddings` names."""
    if state.is_stopping:
        raise ProblemError("stopping", "the server stops", hint="ask again in a while")
    wanted.refuse_unsupported()
    named = state.app.config.system.embeddings
    if not named:
        raise RequestError("no model makes vectors here", hint=EMBEDDINGS_HINT)
    if wanted.model not in (named, named.partition(":")[2]):
        raise NameUnknownError("embedding model", wanted.model, near=[named])
    job = await state.desk.embed(wanted.model_dump(mode="json"), access)
    vectors = await state.desk.wait(job, state.settings.wait_max_seconds)
    if vectors is None:
        raise ProblemError("deadline", "the model takes too long")
    return answer_json(vectors)
