"""What goes wrong, as `application/problem+json` tells it."""

from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType

import msgspec

from moe_core.contracts.errors import MoeError


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemKind:
    """A kind of problem: one line of docs/reference/problems.md.

    Attributes:
        status: Of the answer.
        title: What it is, the same each time.
    """

    status: int
    title: str


PROBLEMS = MappingProxyType(
    {
        "invalid_json": ProblemKind(status=400, title="The body is no JSON, or nested too deep."),
        "invalid_request": ProblemKind(status=422, title="A field is missing, unknown or of the wrong kind."),
        "invalid_form": ProblemKind(status=400, title="The form cannot be read, or holds too many files."),
        "body_too_large": ProblemKind(status=413, title="The body is too long."),
        "media_type": ProblemKind(status=415, title="The body is of a type that is not read here."),
        "no_such_path": ProblemKind(status=404, title="Nothing is offered at this path."),
        "method": ProblemKind(status=405, title="The path does not know this method."),
        "name_unknown": ProblemKind(status=404, title="Nothing of that kind has that name, or it is another key's."),
        "name_taken": ProblemKind(status=409, title="Several plugins bring the same name."),
        "request": ProblemKind(status=409, title="What was asked for is not possible as things stand."),
        "decision_needed": ProblemKind(status=409, title="The run waits for a person to decide on a call of a tool."),
        "docs_outside": ProblemKind(status=403, title="A document lies outside of the folders that count."),
        "document": ProblemKind(status=422, title="A document cannot be read."),
        "busy": ProblemKind(status=429, title="Too many runs wait."),
        "stopping": ProblemKind(status=503, title="The server is about to stop."),
        "worker_lost": ProblemKind(status=503, title="The process that did the run has died."),
        "dead_letter": ProblemKind(status=500, title="The run ended each process that did it."),
        "key_missing": ProblemKind(status=401, title="A key is needed."),
        "key_unknown": ProblemKind(status=401, title="There is no such key."),
        "key_expired": ProblemKind(status=401, title="The key's time is up."),
        "token": ProblemKind(status=401, title="The token, or the login, does not count."),
        "issuer_away": ProblemKind(status=503, title="Who vouches for users cannot be asked."),
        "session_over": ProblemKind(status=401, title="There is no such session, or it is over."),
        "csrf": ProblemKind(status=403, title="The session's token is missing or another one."),
        "scope": ProblemKind(status=403, title="The key may not do this."),
        "key_budget": ProblemKind(
            status=429, title="The key or user has spent its tokens, or runs that go on hold the rest."
        ),
        "rate": ProblemKind(status=429, title="Too many requests in too little time."),
        "host": ProblemKind(status=421, title="The server is not known by this name."),
        "origin": ProblemKind(status=403, title="A page of another site may not do this."),
        "config": ProblemKind(status=500, title="A setting of the server is wrong."),
        "secret": ProblemKind(status=500, title="A key is not where a setting says that it is."),
        "persona": ProblemKind(status=422, title="What is written is no persona."),
        "loading": ProblemKind(status=500, title="Plugins, modelfiles or settings could not be read."),
        "trust": ProblemKind(status=409, title="The project's folder cannot be trusted as it is."),
        "modelfile": ProblemKind(status=500, title="A modelfile is not well formed."),
        "plugin": ProblemKind(status=500, title="A plugin could not be used."),
        "running": ProblemKind(status=502, title="A run, or a part of it, failed."),
        "model": ProblemKind(status=502, title="A call of a model failed."),
        "model_timeout": ProblemKind(status=504, title="The model server did not answer in time."),
        "model_unavailable": ProblemKind(status=502, title="The model server cannot be reached."),
        "model_missing": ProblemKind(status=502, title="The model server lacks the model."),
        "model_refused": ProblemKind(status=502, title="The model server refused the request."),
        "context_overflow": ProblemKind(status=502, title="A request holds more tokens than the model reads."),
        "invalid_output": ProblemKind(status=502, title="A model's output does not fit its schema."),
        "tool_params": ProblemKind(status=422, title="A tool is called with what does not fit its parameters."),
        "tool_declined": ProblemKind(status=422, title="A tool cannot do what it was asked."),
        "tool": ProblemKind(status=502, title="A tool failed."),
        "transport": ProblemKind(status=502, title="What another process was to do did not come back."),
        "budget_spent": ProblemKind(status=409, title="A budget is spent."),
        "deadline": ProblemKind(status=504, title="The time was up."),
        "storage": ProblemKind(status=503, title="The workspace could not be read or written."),
        "error": ProblemKind(status=500, title="The server has a fault."),
    }
)


class ProblemPart(msgspec.Struct, frozen=True, kw_only=True):
    """One field that is wrong; `pointer` is a JSON pointer into the body, or "?name" for a parameter."""

    pointer: str
    detail: str


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of an answer that tells a problem.

    Attributes:
        type: The page that tells of its kind.
        title: What kind it is.
        status: The answer's status.
        code: The kind as a word, which stays the same.
        detail: What happened, this time.
        hint: What to do about it.
        run_id: The run that it is about.
        correlation_id: The request's.
        errors: Field by field.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    hint: str | None = None
    run_id: str | None = None
    correlation_id: str = ""
    errors: tuple[ProblemPart, ...] = ()


class ProblemError(Exception):
    """A request that gets a problem for an answer.

    Attributes:
        code: One of `PROBLEMS`.
        detail: What happened.
        hint: What to do about it.
        run_id: The run that it is about.
        errors: Field by field.
        headers: More headers of the answer.
        reason: More of why, for the log and not for the answer.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        hint: str | None = None,
        run_id: str | None = None,
        errors: tuple[ProblemPart, ...] = (),
        headers: dict[str, str] | None = None,
        reason: str = "",
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.hint = hint
        self.run_id = run_id
        self.errors = errors
        self.headers = headers or {}
        self.reason = reason

    @classmethod
    def of(cls, error: MoeError) -> "ProblemError":
        """The problem that an error of the application is."""
        return cls(error.code, error.message, hint=error.hint)

    def describe(self, *, correlation_id: str = "", base: str = "") -> ProblemDocument:
        """The document; `base` is the path below which a proxy offers the server."""
        code = self.code if self.code in PROBLEMS else MoeError.code
        kind = PROBLEMS[code]
        return ProblemDocument(
            type=f"{base}/problems/{code}",
            title=kind.title,
            status=kind.status,
            code=code,
            detail=self.detail,
            hint=self.hint,
            run_id=self.run_id,
            correlation_id=correlation_id,
            errors=self.errors,
        )


def find_code(status: int) -> str:
    """The kind of a problem of which only the status is known."""
    words = {
        HTTPStatus.NOT_FOUND: "no_such_path",
        HTTPStatus.METHOD_NOT_ALLOWED: "method",
        HTTPStatus.BAD_REQUEST: "invalid_json",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
        HTTPStatus.UNPROCESSABLE_ENTITY: "invalid_request",
    }
    return words.get(HTTPStatus(status), MoeError.code)
