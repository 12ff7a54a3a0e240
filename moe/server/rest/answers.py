"""Answers in JSON, by the one encoder of contract values."""

from typing import Any

import msgspec
from fastapi import Response
from pydantic import BaseModel

from moe.server.problems import PROBLEMS
from moe_core.contracts.wire import encode_json

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
_EVERYWHERE = (
    *("body_too_large", "key_missing", "key_unknown", "key_expired", "scope", "rate", "host", "origin"),
    *("token", "issuer_away", "session_over", "csrf", "storage", "config", "error"),
)


def answer_json(value: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A contract value, or JSON that is encoded already, as an answer."""
    body = value if isinstance(value, bytes) else encode_json(value)
    return Response(body, status_code=status, media_type=JSON, headers=headers)


def describe_answers(kind: Any = None, *codes: str, status: int = 200, **more: Any) -> dict[int | str, dict[str, Any]]:
    """What an endpoint may answer, for the API's description.

    Args:
        kind: Of what it answers with; None for no body.
        codes: The problems that are its own; those of every endpoint are added.
        status: Of the answer.
        more: More of the answer's description, such as `headers`.
    """
    answers: dict[int | str, dict[str, Any]] = {status: {"description": "Done.", **more}}
    if kind is not None:
        schema = kind if isinstance(kind, dict) else make_schema(kind)
        answers[status]["content"] = {JSON: {"schema": schema}}
    for code in (*codes, *_EVERYWHERE):
        problem = PROBLEMS[code]
        known = answers.setdefault(
            problem.status,
            {"description": "", "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}},
        )
        told = f"`{code}`: {problem.title}"
        known["description"] = f"{known['description']} {told}".strip()
    return answers


def make_schema(kind: Any) -> dict[str, Any]:
    """The schema of a contract value, whole in itself."""
    schema: dict[str, Any] = (
        kind.model_json_schema(mode="serialization")
        if isinstance(kind, type) and issubclass(kind, BaseModel)
        else msgspec.json.schema(kind)
    )
    definitions = schema.pop("$defs", {})
    inlined: dict[str, Any] = _inline(schema, definitions)
    return inlined


def _inline(value: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inline(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref", "")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        return _inline(definitions[reference.removeprefix("#/$defs/")], definitions)
    alike = value.get("prefixItems")
    if isinstance(alike, list) and all(item == alike[0] for item in alike):  # what some readers of schemas do not know
        value = {**{key: item for key, item in value.items() if key != "prefixItems"}, "items": alike[0]}
    return {key: _inline(item, definitions) for key, item in value.items()}
