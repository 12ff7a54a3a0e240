"""What a tool is handed with a call."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from moe_core.contracts.errors import ToolError
from moe_core.contracts.evidence import Library
from moe_core.contracts.secret_box import SecretBox
from moe_core.contracts.wire import JsonObject

_PROGRESS_CHARACTERS_MAX = 500  # a few lines of a terminal; it is kept in the record of the run


class HttpReply(Protocol):
    """What a server answered."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """Lower-case names."""
        ...

    @property
    def body(self) -> bytes:
        """Decompressed."""
        ...

    def text(self) -> str:
        """The body as text."""
        ...

    def json(self) -> Any:
        """The body as JSON; raises `ToolError` when it is none."""
        ...


class HttpClient(Protocol):
    """Reaches the network for a tool that declares the effect "net"."""

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        timeout_seconds: float = 20.0,
        max_bytes: int = 10_000_000,
    ) -> HttpReply:
        """One request; addresses and redirects are checked, and the run tells to whom it went.

        Raises:
            ToolError: Refused, unreachable, too slow or too large.
        """
        ...


def ignore_progress(_progress: str) -> None:
    """Nobody looks."""


class NoHttpClient:
    """In place of a client where a tool runs without the application."""

    async def fetch(self, url: str, **options: Any) -> HttpReply:
        """Nothing is sent.

        Raises:
            ToolError: Always.
        """
        raise ToolError(f"{url} is not asked: there is no network here", hint="hand the test's context an http client")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolContext:
    """What a tool is handed with one call; calls share nothing through it.

    Attributes:
        library: The run's documents, or None without any.
        settings: From config/tools.yaml and the modelfile, merged.
        deadline: Unix time in seconds by which it must be done, or None.
        http: Reaches the network; for tools with the effect "net".
        secrets: Keys by name; for tools with the effect "secrets". What was read is starred in every output.
        cache: The tool's own folder for what it can fetch or compute again, or None; `open_cache` makes it.
        logger: Where it says what it does; `-v` shows it.
        cancellation: Set when the call is given up; a plain `def execute` looks at it in long loops.
        run_id: The run's, or "".
        task_id: The task's, or "".
        idempotency_key: The same for the same call of the same task, however often it is tried.
        on_progress: Told of what is reported; a test may hand in `reports.append`.
    """

    library: Library | None = None
    settings: JsonObject = field(default_factory=dict)
    deadline: float | None = None
    http: HttpClient = field(default_factory=NoHttpClient)
    secrets: SecretBox = field(default_factory=SecretBox)
    cache: Path | None = None
    logger: logging.Logger = field(default_factory=lambda: logging.getLogger("moe.tools"))
    cancellation: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    run_id: str = ""
    task_id: str = ""
    idempotency_key: str = ""
    on_progress: Callable[[str], None] = field(default=ignore_progress, repr=False, compare=False)

    @property
    def seconds_left(self) -> float | None:
        """How long the call may still take; None without a limit, never below 0."""
        return None if self.deadline is None else max(0.0, self.deadline - time.time())

    @property
    def is_cancelled(self) -> bool:
        """Whether the call is given up: nobody waits for its result."""
        return self.cancellation.is_set()

    def report(self, progress: str) -> None:
        """Say how far it is, beside the result; a line, which a terminal shows while the call lasts."""
        line = self.secrets.mask(" ".join(progress.split()))[:_PROGRESS_CHARACTERS_MAX]
        self.logger.info("%s", line)
        self.on_progress(line)

    def open_cache(self) -> Path:
        """The tool's own folder, made if need be.

        Raises:
            ToolError: There is none here, or it cannot be made.
        """
        if self.cache is None:
            raise ToolError("there is no cache folder here", hint="hand the test's context one: cache=tmp_path")
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ToolError(f"{self.cache} cannot be made: {error.strerror or error}") from error
        return self.cache
