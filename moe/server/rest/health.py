"""Whether the server lives, is ready, and which it is."""

from asyncio import to_thread
from difflib import get_close_matches

from fastapi import APIRouter, Response

from moe.server.figures.host import tell_host
from moe.server.gate import LOGIN_PATH
from moe.server.problems import PROBLEMS
from moe.server.rest.answers import answer_json, describe_answers
from moe.server.state import Chief, State
from moe.version import VERSION
from moe_core.contracts.errors import NameUnknownError

router = APIRouter(tags=["server"])

_FIGURES = "text/plain"
_STATUS = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
_READY = {
    "type": "object",
    "required": ["status", "reasons", "warnings"],
    "properties": {
        "status": {"type": "string"},
        "reasons": {"type": "array", "items": {"type": "string"}},
        "warnings": {"type": "array", "items": {"type": "string"}},
    },
}
_VERSION = {
    "type": "object",
    "required": ["name", "version", "api", "login"],
    "properties": {
        **{name: {"type": "string"} for name in ("name", "version", "api")},
        "login": {"type": "string", "description": "Where a browser goes to log in without a key; empty for nowhere"},
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["code", "status", "title"],
    "properties": {"code": {"type": "string"}, "status": {"type": "integer"}, "title": {"type": "string"}},
}


@router.get("/health/live", responses=describe_answers(_STATUS))
async def tell_live() -> Response:
    """Answers as long as the server lives."""
    return Response(b'{"status":"ok"}', media_type="application/json")


@router.get(
    "/health/ready",
    responses={**describe_answers(_READY), 503: describe_answers(_READY, status=503)[503]},
)
async def tell_ready(state: State) -> Response:
    """Whether a run would be begun now, and why not; and what fails some of them, such as a damaged index."""
    reasons = state.list_reasons()
    warnings = await to_thread(state.list_warnings)
    told = {"status": "not ready" if reasons else "ready", "reasons": reasons, "warnings": warnings}
    return answer_json(told, status=503 if reasons else 200)


@router.get("/version", responses=describe_answers(_VERSION))
@router.get("/api/v1/version", responses=describe_answers(_VERSION))
async def tell_version(state: State) -> Response:
    """Which moe this is, and where users log in."""
    has_login = state.gate.sign_on is not None and state.gate.sign_on.login is not None
    login = state.settings.root_path + LOGIN_PATH if has_login else ""
    return answer_json({"name": "moe", "version": VERSION, "api": "v1", "login": login})


@router.get(
    "/metrics",
    responses={
        **describe_answers(None),
        200: {"description": "Done.", "content": {_FIGURES: {"schema": {"type": "string"}}}},
    },
)
async def tell_figures(state: State, _: Chief) -> Response:
    """Count requests, runs, calls of models, streams and workers, as Prometheus reads it."""
    more = await to_thread(lambda: list(tell_host(state.app)))
    return Response(state.figures.write(state.measure(), more), media_type=f"{_FIGURES}; version=0.0.4")


@router.get("/problems/{code}", responses=describe_answers(_PROBLEM, "name_unknown"))
async def tell_problem(code: str) -> Response:
    """What a kind of problem is."""
    if code not in PROBLEMS:
        raise NameUnknownError("kind of problem", code, near=get_close_matches(code, PROBLEMS, cutoff=0.8))
    return answer_json({"code": code, "status": PROBLEMS[code].status, "title": PROBLEMS[code].title})
