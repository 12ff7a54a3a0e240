"""Everything that is raised becomes a problem document."""

import logging
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from moe.contracts.misfits import describe_misfit, name_near
from moe.server.audit_desk import PROBLEM
from moe.server.body import CarriedProblem, join_pointer
from moe.server.openai.failure import PATH as OPENAI_PATH
from moe.server.openai.failure import describe_failure
from moe.server.problems import ProblemError, ProblemPart, find_code
from moe_core.contracts.errors import MoeError
from moe_core.contracts.wire import encode_json

MEDIA_TYPE = "application/problem+json"
_LOG = logging.getLogger("moe.server")


def add_handlers(api: FastAPI) -> None:
    """Have an API tell problems so."""
    api.add_exception_handler(ProblemError, _on_problem)
    api.add_exception_handler(MoeError, _on_moe_error)
    api.add_exception_handler(RequestValidationError, _on_validation)
    api.add_exception_handler(HTTPException, _on_http)
    api.add_exception_handler(Exception, _on_fault)


def answer_problem(problem: ProblemError, *, correlation_id: str, base: str, path: str) -> Response:
    """A problem as an answer, in the form that the path's clients read."""
    document = problem.describe(correlation_id=correlation_id, base=base)
    log_reason(problem, correlation_id)
    headers = problem.headers
    if path.startswith(OPENAI_PATH):
        body = encode_json(describe_failure(document))
        return Response(body, document.status, media_type="application/json", headers=headers)
    return Response(encode_json(document), document.status, media_type=MEDIA_TYPE, headers=headers)


def log_reason(problem: ProblemError, correlation_id: str) -> None:
    """Write what of a problem is for the log alone."""
    if problem.reason:
        fields = {"event": "refused", "correlation_id": correlation_id, "code": problem.code, "reason": problem.reason}
        _LOG.warning("refused", extra={"fields": fields})


def _find_path(request: Request) -> str:
    """The request's path, without the one below which a proxy offers the server."""
    return str(request.scope["path"]).removeprefix(request.scope.get("root_path", ""))


def _tell(request: Request, problem: ProblemError) -> Response:
    request.scope[PROBLEM] = problem.code
    return answer_problem(
        problem,
        correlation_id=request.scope.get("moe.correlation_id", ""),
        base=request.scope.get("root_path", "").rstrip("/"),
        path=_find_path(request),
    )


async def _on_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    return _tell(request, error)


async def _on_moe_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MoeError)
    return _tell(request, ProblemError.of(error))


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, CarriedProblem):
        return _tell(request, error.problem)
    code = find_code(error.status_code)
    paths = request.app.openapi()["paths"]
    path = _find_path(request)
    near = get_close_matches(path, paths, n=3, cutoff=0.7) if code == "no_such_path" else []
    detail = f"{request.method} {path}: {error.detail}"
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if code == "method":
        headers["allow"] = ", ".join(_list_methods(path, paths))
    hint = f"did you mean {' or '.join(near)}?" if near else "GET /openapi.json lists what there is"
    return _tell(request, ProblemError(code, detail, hint=hint, headers=headers))


def _list_methods(path: str, paths: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The methods that a path knows."""
    known = (methods for pattern, methods in paths.items() if compile_path(pattern)[0].fullmatch(path))
    return sorted({method.upper() for methods in known for method in methods})


async def _on_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    model = _find_model(request)
    errors = error.errors()
    parts = tuple(_describe(one, model) for one in errors)
    # A field that is not known is told before one that is missing, which may be the one that was meant.
    named = next((place for place, one in enumerate(errors) if one["type"] == "extra_forbidden"), 0)
    first = parts[named] if parts else ProblemPart(pointer="", detail="the request is not right")
    detail = f"{first.pointer}: {first.detail}" if first.pointer else first.detail
    return _tell(request, ProblemError("invalid_request", detail, errors=parts))


async def _on_fault(request: Request, error: Exception) -> Response:
    fields = {"event": "fault", "correlation_id": request.scope.get("moe.correlation_id", "")}
    _LOG.error("fault", exc_info=error, extra={"fields": fields})
    return _tell(request, ProblemError(MoeError.code, "the server has a fault; its log tells more"))


def _find_model(request: Request) -> type[BaseModel] | None:
    """What the body of a request is checked against."""
    field = getattr(request.scope.get("route"), "body_field", None)
    kind = getattr(getattr(field, "field_info", None), "annotation", None)
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _describe(error: Any, model: type[BaseModel] | None) -> ProblemPart:
    where, *path = error["loc"]
    message = describe_misfit(error)
    if where != "body":
        return ProblemPart(pointer=f"?{'.'.join(map(str, path))}", detail=message)
    pointer = ""
    for step in path:
        pointer = join_pointer(pointer, step)
    if error["type"] == "extra_forbidden":
        return ProblemPart(
            pointer=pointer, detail=f"no such field{name_near(str(path[-1]), _list_fields(model, path[:-1]))}"
        )
    return ProblemPart(pointer=pointer, detail=message)


def _list_fields(model: type[BaseModel] | None, path: Sequence[object]) -> list[str]:
    """The fields of the model that a path leads to."""
    for step in path:
        field = model.model_fields.get(str(step)) if model is not None else None
        kinds = [field.annotation, *getattr(field.annotation, "__args__", ())] if field is not None else []
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
    return list(model.model_fields) if model is not None else []
