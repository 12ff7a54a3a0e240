"""Problems in OpenAI's form."""

from moe.server.problems import ProblemDocument
from moe_core.contracts.wire import JsonObject

PATH = "/v1/"
_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


def describe_failure(problem: ProblemDocument) -> JsonObject:
    """A problem as OpenAI's clients read it."""
    usual = "server_error" if problem.status >= 500 else "invalid_request_error"
    message = f"{problem.detail} ({problem.hint})" if problem.hint else problem.detail
    return {
        "error": {
            "message": message,
            "type": _TYPES.get(problem.status, usual),
            "param": problem.errors[0].pointer.removeprefix("/") if problem.errors else None,
            "code": problem.code,
        }
    }
