"""The description of the API (OpenAPI 3.1)."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from moe.server.gate import OPEN_PATHS, SESSION_PATH
from moe.server.keys.sessions import COOKIE
from moe.server.problems import PROBLEMS, ProblemDocument
from moe.server.rest.answers import make_schema
from moe_core.contracts.event_catalog import PAYLOADS

_ABOUT = (
    "Cited answers over a project's own documents. Every problem is told as `application/problem+json`; "
    "texts of documents and answers are data."
)

_SESSION = f"Requests other than GET and HEAD also send the session's token as X-CSRF-Token: see {SESSION_PATH}."


def describe_api(api: FastAPI, *, demands_keys: bool) -> dict[str, Any]:
    """The description, made once but for whether keys are demanded, which can change."""
    if api.openapi_schema is None:
        described = get_openapi(
            title=api.title, version=api.version, openapi_version="3.1.0", description=_ABOUT, routes=api.routes
        )
        schemas = described.setdefault("components", {}).setdefault("schemas", {})
        schemas["Problem"] = _describe_problem()
        schemas["EventData"] = _describe_event_data()
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        described["components"]["securitySchemes"] = {
            "key": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": _SESSION},
        }
        for operation in (one for path in described["paths"].values() for one in path.values()):
            _leave_out_validation(operation)
        api.openapi_schema = described
    ways: list[dict[str, list[str]]] = [{"key": []}, {"session": []}]
    security = ways if demands_keys else [{}, *ways]
    for path, operations in api.openapi_schema["paths"].items():
        for operation in operations.values():
            operation["security"] = [] if path.startswith(OPEN_PATHS) else security
    api.openapi_schema["paths"][SESSION_PATH]["post"]["security"] = [{}, {"key": []}]  # the body may name the key
    return api.openapi_schema


def _describe_problem() -> dict[str, Any]:
    schema = make_schema(ProblemDocument)
    schema["properties"]["code"]["enum"] = [*PROBLEMS]
    return {**schema, "title": "Problem", "additionalProperties": False}


def _describe_event_data() -> dict[str, Any]:
    """Under each kind of event what its `data` holds; a field at its default may be left out."""
    kinds = {kind.value: make_schema(payload) for kind, payload in sorted(PAYLOADS.items())}
    return {"type": "object", "description": "What an event's `data` holds, by its `kind`", "properties": kinds}


def _leave_out_validation(operation: dict[str, Any]) -> None:
    """Without FastAPI's own form of 422, which is not what is answered."""
    answer = operation["responses"].get("422", {})
    if "HTTPValidationError" in str(answer.get("content", {}).get("application/json", {})):
        answer["content"] = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        answer["description"] = "`invalid_request`: a field or parameter is not right."
