"""A question as it was typed, as a request."""

import os
import re
from typing import Any

from pydantic import ValidationError

from moe.cli.streams import read_input
from moe.contracts.misfits import describe_misfit
from moe.contracts.request import RunRequest
from moe_core.contracts.errors import RequestError
from moe_core.contracts.trace_context import read_traceparent

_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # of a pair; those between stand for bytes that are no text


def read_question(text: str) -> str:
    """The question itself; "-" stands for standard input."""
    return read_input() if text == "-" else mend_question(text)


def mend_question(text: str) -> str:
    """A question as text.

    Where the locale is not UTF-8, Python hands on the bytes of an argument that it cannot read; they are UTF-8 mostly.
    """
    return _HALF.sub("\ufffd", text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def build_request(**fields: Any) -> RunRequest:
    """A request from what was typed; the variable TRACEPARENT names the span that it belongs to.

    Raises:
        RequestError: A value does not fit.
    """
    span = read_traceparent(os.environ.get("TRACEPARENT"))
    try:
        return RunRequest(**fields) if span is None else RunRequest(**fields, traceparent=str(span))
    except ValidationError as error:
        first = error.errors()[0]
        name = str((*first["loc"], "")[0])
        if not name:
            raise RequestError(describe_misfit(first)) from error
        if first["type"] == "string_too_short":
            raise RequestError(f"the {name} is empty", hint=f"give the {name} as a text in quotes") from error
        if first["type"] == "string_too_long":
            limit = first["ctx"]["max_length"]
            hint = "give long material as documents: --docs PATH" if name == "question" else None
            raise RequestError(f"the {name} is longer than {limit:,} characters", hint=hint) from error
        if first["type"] == "string_unicode":
            raise RequestError(f"the {name} is no valid text", hint=f"type the {name} again") from error
        raise RequestError(f"{name} {describe_misfit(first)}", hint="`moe run --help` shows what it takes") from error
