"""What a server tells of as a problem, as the error that the library would raise."""

from collections.abc import Iterator, Mapping
from typing import Any

from moe_core.contracts.errors import MoeError


class ServerProblemError(MoeError):
    """A server refused a request, for a reason that only servers have.

    Attributes:
        status: Of its answer.
        problem: The whole document.
        retry_after: Seconds after which to come back; None when it does not say.
    """

    code = "server_problem"

    def __init__(
        self, message: str, *, problem: Mapping[str, Any], retry_after: float | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.code = str(problem.get("code", self.code))
        self.status = int(problem.get("status", 0))
        self.problem = problem
        self.retry_after = retry_after
        self.retryable = self.status in (429, 503)


class ServerUnreachableError(MoeError):
    """No server answers at the address.

    Attributes:
        url: The address.
    """

    code = "server_unreachable"
    retryable = True

    def __init__(self, message: str, *, url: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.url = url


def build_error(problem: Mapping[str, Any], *, retry_after: float | None = None) -> MoeError:
    """The error that a problem document tells of: of the library's class where it has one of that code."""
    message = str(problem.get("detail") or problem.get("title") or "the server refused the request")
    hint = problem.get("hint")
    kind = _find_kind(str(problem.get("code", "")))
    if kind is None:
        return ServerProblemError(message, problem=problem, retry_after=retry_after, hint=hint)
    error = kind.__new__(kind)  # its own words are those of the server, whatever it is made of
    MoeError.__init__(error, message, hint=hint)
    return error


def _find_kind(code: str) -> type[MoeError] | None:
    kinds = (kind for kind in _list_kinds(MoeError) if not issubclass(kind, ServerProblemError))
    return next((kind for kind in kinds if kind.code == code), None)


def _list_kinds(kind: type[MoeError]) -> Iterator[type[MoeError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _list_kinds(below)
