"""Every error moe raises on purpose: one tree, facts as fields, a remedy as the hint."""

from collections.abc import Sequence
from pathlib import Path


class MoeError(Exception):
    """Something went wrong that a person can act on.

    Attributes:
        message: What happened and where, in one line.
        hint: What to do next, or None.
        code: A stable slug for programs ("config", "name_unknown", ...).
        exit_code: What the command line exits with.
        retryable: Whether the same attempt may succeed later.
    """

    code = "error"
    exit_code = 1
    retryable = False

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class LoadingError(MoeError):
    """Plugins, modelfiles or configuration could not be read."""

    code = "loading"


class ConfigError(LoadingError):
    """A configuration value is missing, unknown or of the wrong type."""

    code = "config"
    exit_code = 2

    def __init__(self, message: str, *, source: str = "", key: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.source = source
        self.key = key


class SecretError(ConfigError):
    """A key is not where a setting says that it is."""

    code = "secret"
    exit_code = 1


class TrustError(LoadingError):
    """A folder cannot be trusted as it is: somebody else may write there, or it is not what a project holds.

    Attributes:
        folder: The project's.
    """

    code = "trust"

    def __init__(self, message: str, *, folder: Path, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.folder = folder


class ModelfileError(LoadingError):
    """A modelfile is not well formed; `str(error)` shows the line and a caret.

    Attributes:
        error_code: "MOE001" and so on.
        line: Line in the file, from 1.
        column: Column in characters, from 1.
        source_line: The text of that line.
        path: The file, or "<modelfile>".
    """

    code = "modelfile"

    def __init__(
        self,
        message: str,
        *,
        error_code: str,
        line: int,
        column: int,
        source_line: str = "",
        path: str = "<modelfile>",
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.error_code = error_code
        self.line = line
        self.column = column
        self.source_line = source_line
        self.path = path

    def __str__(self) -> str:
        text = f"{self.path}:{self.line}:{self.column}: {self.error_code}: {self.message}"
        if self.source_line:
            gutter = f"{self.line:4} | "
            before = self.source_line[: self.column - 1]
            pad = "".join("\t" if char == "\t" else " " for char in before)
            text += f"\n{gutter}{self.source_line}\n{' ' * (len(gutter) - 2)}| {pad}^"
        if self.hint:
            text += f"\n     = hint: {self.hint}"
        return text


class PluginError(LoadingError):
    """A plugin could not be used; everything else still works.

    Attributes:
        plugin: Its id.
        reason: A slug: "import", "syntax", "exit", "hook", "unknown_hook", "contract", "api_version".
    """

    code = "plugin"

    def __init__(self, message: str, *, plugin: str, reason: str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.plugin = plugin
        self.reason = reason


class NameUnknownError(LoadingError):
    """Nothing of that kind has that name.

    Attributes:
        kind: What was looked for ("tool", "belter", ...).
        name: What was asked for.
        near: The nearest names that exist, best first.
    """

    code = "name_unknown"
    exit_code = 2

    def __init__(self, kind: str, name: str, *, near: Sequence[str] = (), hint: str | None = None) -> None:
        near = tuple(near)
        if hint is None and near:
            hint = f"did you mean {' or '.join(repr(n) for n in near)}?"
        super().__init__(f"no {kind.replace('_', ' ')} is named {name!r}", hint=hint)
        self.kind = kind
        self.name = name
        self.near = near


class NameTakenError(LoadingError):
    """Several plugins bring the same name, and the config does not choose.

    Attributes:
        kind: What collides.
        name: The short name.
        owners: The full ids that carry it.
    """

    code = "name_taken"
    exit_code = 2

    def __init__(self, kind: str, name: str, *, owners: Sequence[str], hint: str | None = None) -> None:
        super().__init__(
            f"{kind.replace('_', ' ')} {name!r} is brought by {' and '.join(owners)}",
            hint=hint,
        )
        self.kind = kind
        self.name = name
        self.owners = tuple(owners)


class RequestError(MoeError):
    """What was asked for is not possible as asked."""

    code = "request"
    exit_code = 2


class DecisionNeededError(RequestError):
    """A run waits for a person to decide on a call of a tool."""

    code = "decision_needed"
    exit_code = 4


class DocumentError(MoeError):
    """A document could not be read.

    Attributes:
        path: The file.
    """

    code = "document"
    exit_code = 2

    def __init__(self, message: str, *, path: Path | str, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.path = str(path)


class RunningError(MoeError):
    """A run, or a part of it, failed."""

    code = "running"


class ModelError(RunningError):
    """A model call failed.

    Attributes:
        provider: The provider's name.
        model: The model asked for.
        retry_after: Seconds the server asks to wait before the next attempt, or None.
    """

    code = "model"

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        model: str = "",
        retry_after: float | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.provider = provider
        self.model = model
        self.retry_after = retry_after


class ModelTimeoutError(ModelError):
    """The model server did not answer in time."""

    code = "model_timeout"
    retryable = True


class ModelUnavailableError(ModelError):
    """The model server cannot be reached, is overloaded or failed; it may do better in a moment."""

    code = "model_unavailable"
    retryable = True


class ModelMissingError(ModelError):
    """The model server lacks the model: asking again is useless, another model may serve."""

    code = "model_missing"


class ContextOverflowError(ModelError):
    """A request holds more tokens than the model reads.

    Attributes:
        prompt_tokens: Tokens of the request by the server's count, or None when it does not say.
        context_tokens: Tokens the model reads, or None when the server does not say.
    """

    code = "context_overflow"

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        model: str = "",
        prompt_tokens: int | None = None,
        context_tokens: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, provider=provider, model=model, hint=hint)
        self.prompt_tokens = prompt_tokens
        self.context_tokens = context_tokens


class ModelRefusedError(ModelError):
    """The model server refused the request or the key: neither asking again nor another model helps."""

    code = "model_refused"


class InvalidOutputError(ModelError):
    """A model's output does not match the schema it was asked for."""

    code = "invalid_output"
    retryable = True


class ToolError(RunningError):
    """A tool failed.

    Attributes:
        tool: Its name.
    """

    code = "tool"

    def __init__(self, message: str, *, tool: str = "", retryable: bool = False, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.tool = tool
        self.retryable = retryable


class ToolParamsError(ToolError):
    """What a tool is called with does not fit its parameters; it was not called."""

    code = "tool_params"


class BudgetSpentError(RunningError):
    """A run or task has used what it was given.

    Attributes:
        limit: What is short: "tokens", "requests", "seconds" or "cost"; "" when unknown.
        allowed: How much of it there was in all.
        spent: How much of it is used, or promised to calls under way.
        wanted: How much more was asked for.
    """

    code = "budget_spent"

    def __init__(
        self,
        message: str,
        *,
        limit: str = "",
        allowed: float = 0.0,
        spent: float = 0.0,
        wanted: float = 0.0,
        hint: str | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.limit = limit
        self.allowed = allowed
        self.spent = spent
        self.wanted = wanted


class DeadlineError(RunningError):
    """A run or task ran out of time."""

    code = "deadline"


class TransportError(RunningError):
    """What another process was to do did not come back.

    Attributes:
        reason: A slug: "unreachable", "silent", "truncated", "too_large", or what the other end said: "overloaded",
            "unknown_target", "cancelled", "refused", "unreadable", "failed".
        address: Where that process is, without anything secret.
        was_sent: What was to be done may have arrived there.
    """

    code = "transport"

    def __init__(
        self,
        message: str,
        *,
        reason: str = "unreachable",
        address: str = "",
        retryable: bool = False,
        hint: str | None = None,
        was_sent: bool = True,
    ) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
        self.address = address
        self.retryable = retryable
        self.was_sent = was_sent


class DeadLetterError(RunningError):
    """A run that workers died of, again and again: none begins it any more unasked.

    Attributes:
        deaths: How many workers died while they did it.
    """

    code = "dead_letter"

    def __init__(self, message: str, *, deaths: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.deaths = deaths


class StorageError(MoeError):
    """The workspace could not be read or written."""

    code = "storage"
