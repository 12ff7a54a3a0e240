"""The lines of a batch as requests, checked before the first is asked."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from moe.batch.entries import BatchEntry
from moe.contracts.budget_text import parse_budgets
from moe.contracts.misfits import describe_misfit
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import RequestError
from moe_core.contracts.wire import encode_json

_MOST_TOLD = 5
# What a request says of how far a run may go, or of who asks, says nothing about what its answer is.
_NOT_CONTENT = {"deadline_seconds", "budget", "stream", "correlation_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    """One request of a batch.

    Attributes:
        line: Its number in the file, from 1.
        request: What is asked.
        content: A digest of all in it that an answer depends on.
    """

    line: int
    request: RunRequest
    content: str


def build_lines(entries: Iterable[BatchEntry], *, name: str, defaults: Mapping[str, Any]) -> list[BatchLine]:
    """The requests of a file.

    Args:
        entries: As they are written.
        name: What the file is called in messages.
        defaults: Fields of requests that do not say themselves.

    Raises:
        RequestError: Some are no requests; the first few of them, and why.
    """
    lines: list[BatchLine] = []
    faults: list[str] = []
    for entry in entries:
        try:
            request = _build_request({**defaults, **entry.fields})
        except (RequestError, ValidationError) as error:
            faults.append(f"{entry.kind} {entry.line}: {_describe(error)}")
        else:
            lines.append(BatchLine(line=entry.line, request=request, content=digest_request(request)))
    if faults:
        more = f"; and {len(faults) - _MOST_TOLD} more" if len(faults) > _MOST_TOLD else ""
        told = "; ".join(faults[:_MOST_TOLD])
        raise RequestError(f"{name}, {told}{more}", hint=f"a line's fields: {', '.join(RunRequest.model_fields)}")
    return lines


def digest_request(request: RunRequest) -> str:
    """What tells requests apart that may be answered otherwise; fields of later versions leave it as it is."""
    told = request.model_dump(mode="json", exclude=_NOT_CONTENT, exclude_defaults=True)
    return hashlib.sha256(encode_json(sorted(told.items()))).hexdigest()[:32]


def _build_request(fields: dict[str, Any]) -> RunRequest:
    for name in ("docs", "personas"):
        if isinstance(fields.get(name), str):
            fields[name] = (fields[name],)
    if isinstance(fields.get("budget"), str):
        fields["budget"] = parse_budgets(fields["budget"])
    return RunRequest(**fields)


def _describe(error: RequestError | ValidationError) -> str:
    if isinstance(error, RequestError):
        return error.message
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")  # it explains what is missing
    name = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"no field is named {name!r}{_name_near(name, list(RunRequest.model_fields))}"
    if first["type"] == "string_too_short":
        return f"the {name} is empty"
    if first["type"] == "missing":
        return f"it has no {name}"
    return f"{name} {describe_misfit(first)}"


def _name_near(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else ""
