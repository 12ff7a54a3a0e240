"""A request from what a program gave."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from moe.contracts.misfits import describe_misfit
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import RequestError


def build_run_request(question: str | RunRequest, fields: Mapping[str, Any]) -> RunRequest:
    """A question with fields of its request; a whole request gets them in place of its own.

    Raises:
        RequestError: One is unknown, with the nearest name, or does not fit.
    """
    before = question.model_dump() if isinstance(question, RunRequest) else {"question": question}
    try:
        return RunRequest.model_validate({**before, **fields})
    except ValidationError as error:
        raise explain_misfit(error, list(RunRequest.model_fields)) from error


def explain_misfit(error: ValidationError, known: list[str]) -> RequestError:
    """What does not fit in a request, in words.

    Args:
        error: What pydantic says.
        known: The fields that there are.
    """
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        near = get_close_matches(where, known, n=3, cutoff=0.55)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(known)}"
        return RequestError(f"a request has no field {where!r}", hint=hint)
    message = describe_misfit(first)
    return RequestError(f"{where} {message}" if where else message)
