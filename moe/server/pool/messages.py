"""What the server and its workers tell each other: a JSON object a line."""

from typing import Literal

import msgspec

from moe_core.contracts.wire import JsonObject


class WorkerProject(msgspec.Struct, frozen=True, kw_only=True):
    """The first line that a worker reads: which project it opens, as `App.open` takes it.

    Attributes:
        tells_tasks: Whether it tells of each task that begins or ends.
    """

    project: str
    overrides: dict[str, str]
    with_project: bool = True
    plugin_choice: str | None = None
    tells_tasks: bool = False


class WorkerOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do.

    Attributes:
        do: Begin a run, go on with one, fork one, replay one, call a tool by itself, change a collection, choose a
            route, embed texts, or look whether a run would work.
        run_id: Which; of what is no run, an id that no run has.
        request: Of a run that begins, its `RunRequest`; of a route, what `App.route` takes; of texts,
            an `EmbeddingRequest`; of a look, whether models are `measured`.
        deadline_seconds: Of one that goes on, a time of its own.
        accepts_changes: Of one that goes on, or is forked, whether it may do so over other things than it began with.
        repeats_tools: Of one that goes on, whether tools are called again of which nobody knows whether they were.
        tool: Of a tool, its name.
        params: Of a tool, what it is called with.
        docs: Of a tool, documents that it may search; of a collection, files to take in.
        collection: Which one.
        removed: Files to take out of it.
        source: The run that is forked or replayed.
        task: Of a fork, the first task that is done anew.
        key: The name of the key that asked for it, for logs.
    """

    do: Literal["run", "resume", "fork", "replay", "tool", "collection", "route", "embed", "examine"]
    run_id: str
    request: JsonObject = {}
    deadline_seconds: float | None = None
    accepts_changes: bool = False
    repeats_tools: bool = False
    tool: str = ""
    params: JsonObject = {}
    docs: tuple[str, ...] = ()
    collection: str = ""
    removed: tuple[str, ...] = ()
    source: str = ""
    task: str = ""
    key: str = ""

    @property
    def is_run(self) -> bool:
        """Whether it is about a run, which can be looked at."""
        return self.do in ("run", "resume", "fork")


class WorkerFault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a run did not come about."""

    code: str
    message: str
    hint: str | None = None


class ModelShare(msgspec.Struct, frozen=True, kw_only=True):
    """What a layer of a run has asked of a provider.

    Attributes:
        provider: Its name.
        role: The layer, or "".
        calls: Answers.
        seconds: They took.
        tokens_read: In requests.
        tokens_written: In answers.
        invalid: Answers that did not fit their schema.
        retries: Requests that were made again.
        failures: Calls that came to nothing.
        cost: Money.
        breakers_opened: Servers that were left alone from then on.
        breakers_closed: Servers that were well again.
        over_budget: Calls that were not made.
    """

    provider: str
    role: str = ""
    calls: int = 0
    seconds: float = 0.0
    tokens_read: int = 0
    tokens_written: int = 0
    invalid: int = 0
    retries: int = 0
    failures: int = 0
    cost: float = 0.0
    breakers_opened: int = 0
    breakers_closed: int = 0
    over_budget: int = 0

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.tokens_read + self.tokens_written

    def add(self, other: "ModelShare") -> "ModelShare":
        """Both together."""
        names = ModelShare.__struct_fields__[2:]
        sums = {name: getattr(self, name) + getattr(other, name) for name in names}
        return ModelShare(provider=self.provider, role=self.role, **sums)


class TaskNote(msgspec.Struct, frozen=True, kw_only=True):
    """A task of a run that begins or ends; `status`, `seconds` and `error` (a code) are of one that ends."""

    event: str
    correlation_id: str
    task_id: str
    agent: str
    role: str
    status: str = ""
    seconds: float = 0.0
    error: str | None = None


class WorkerNews(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a worker has to say.

    Attributes:
        news: It is ready; a run is in the record; a piece of its answer was written, or of something else a part is
            done; a task of it begins or ends; it has ended, with its result; it did not come about.
        run_id: Which run; "" for the worker itself.
        status: How it ended.
        result: Its `RunResult`; of a piece, the `Event` or the progress that tells it.
        shares: Of a run that has ended, what it asked of models.
        sequence: Of a piece, the number of the event before it.
        fault: Why there is none.
        task: Which task.
    """

    news: Literal["ready", "began", "piece", "task", "ended", "failed"]
    run_id: str = ""
    status: str = ""
    result: msgspec.Raw = msgspec.Raw(b"null")
    sequence: int = 0
    shares: tuple[ModelShare, ...] = ()
    fault: WorkerFault | None = None
    task: TaskNote | None = None
