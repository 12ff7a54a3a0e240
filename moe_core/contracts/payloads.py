"""What events tell, one class a kind; an event carries its kind beside it."""

from collections.abc import Mapping
from typing import ClassVar

from moe_core.contracts.event import EventKind, EventPayload
from moe_core.contracts.wire import JsonObject
from moe_core.text.amounts import count, format_seconds


class RunStarted(EventPayload, frozen=True, kw_only=True):
    """A run begins.

    Attributes:
        request: What is asked, as JSON.
        folder: Where relative paths in it begin; "" when that is not known.
        forked_from: The task of another run, by its whole id, up to which it has that one's answers; "" for none.
    """

    kind: ClassVar[EventKind] = EventKind.RUN_STARTED
    request: JsonObject
    folder: str = ""
    forked_from: str = ""

    def describe(self) -> str:
        """The documents that the request brings."""
        docs = self.request.get("docs") or ()
        told = f"documents {', '.join(docs)}" if docs else "without documents"
        return f"{told}, forked from {self.forked_from}" if self.forked_from else told


class RunResumed(EventPayload, frozen=True, kw_only=True):
    """A run that was broken off is taken up again; tasks that had begun and not ended go on or are done again.

    Attributes:
        steps: How many outcomes of before are known.
        seconds_left: Of its time.
        deaths: How many workers in a row died while they did it.
    """

    kind: ClassVar[EventKind] = EventKind.RUN_RESUMED
    steps: int
    seconds_left: float
    deaths: int = 0

    def describe(self) -> str:
        """What is known, and how much time is left."""
        return f"{count(self.steps, 'step')} known, {format_seconds(self.seconds_left)} left"


class RunWaiting(EventPayload, frozen=True, kw_only=True):
    """A run has done all that it can until a person decides on calls of tools; it goes on after that.

    Attributes:
        calls: How many calls wait.
        seconds_left: Of its time, which stands still meanwhile.
        worker: Whose run it was; "" for no worker.
    """

    kind: ClassVar[EventKind] = EventKind.RUN_WAITING
    calls: int
    seconds_left: float
    worker: str = ""

    def describe(self) -> str:
        """For what, and how much time is left."""
        return f"for a person to decide on {count(self.calls, 'call')}, {format_seconds(self.seconds_left)} left"


class RunFinished(EventPayload, frozen=True, kw_only=True):
    """A run has ended.

    Attributes:
        status: Of the run.
        degraded: Something failed or was cut, and the answer made do without it.
        citations: How many the answer has.
        error: Why it failed, as a `TaskError`; None when it did not.
    """

    kind: ClassVar[EventKind] = EventKind.RUN_FINISHED
    status: str
    degraded: bool
    citations: int
    error: JsonObject | None

    def describe(self) -> str:
        """How it ended."""
        return ", ".join([self.status, *(["degraded"] if self.degraded else []), count(self.citations, "citation")])


class QuestionCompleted(EventPayload, frozen=True, kw_only=True):
    """A follow-up is asked as earlier turns of its conversation complete it.

    Attributes:
        question: As it was put.
        asked_as: As it is asked.
        turns: How many earlier turns there are that count.
        model: Who completed it; "" for rules.
    """

    kind: ClassVar[EventKind] = EventKind.QUESTION_COMPLETED
    question: str
    asked_as: str
    turns: int
    model: str = ""

    def describe(self) -> str:
        """The question that is asked."""
        return f"asked as: {self.asked_as}"


class DocumentsLoaded(EventPayload, frozen=True, kw_only=True):
    """The documents are read, or the index is open.

    Attributes:
        documents: How many.
        passages: How many they were cut into.
        notes: Files that were left out, with the reason.
        fingerprint: Of the documents' content.
        changes: What has become of an index's sources, as `SourceChange`s.
        vectors_by: The server that `system.embeddings` names, which gets passages and questions; "" for none.
        is_vectors_local: That server is on this machine.
    """

    kind: ClassVar[EventKind] = EventKind.DOCUMENTS_LOADED
    documents: int
    passages: int
    notes: tuple[JsonObject, ...]
    fingerprint: str = ""
    changes: tuple[JsonObject, ...] = ()
    vectors_by: str = ""
    is_vectors_local: bool = False

    def describe(self) -> str:
        """How many there are."""
        parts = [count(self.documents, "document"), count(self.passages, "passage")]
        parts += [count(len(self.changes), "changed file")] if self.changes else []
        return ", ".join([*parts, *([count(len(self.notes), "note")] if self.notes else [])])


class DocumentsExplored(EventPayload, frozen=True, kw_only=True):
    """A search of a run that explains itself.

    Attributes:
        tool: Which tool searched.
        query: What was looked for.
        seeds: Passages that walks began at.
        passages: Passages in the graph.
        is_cut: Whether the graph stopped growing at its limits.
        found: Ids of the passages found, best first.
        walks: One a persona: name, strategy, and its path to each passage found.
        experts: Who was woken and why, where that was chosen for this search.
        verdict: Why nobody was: the reason, and its numbers.
    """

    kind: ClassVar[EventKind] = EventKind.DOCUMENTS_EXPLORED
    tool: str
    query: str
    seeds: int
    passages: int
    is_cut: bool
    found: tuple[str, ...]
    walks: tuple[JsonObject, ...]
    experts: tuple[JsonObject, ...] = ()
    verdict: JsonObject | None = None

    def describe(self) -> str:
        """What was found, by whom."""
        who = ", ".join(f"{walk['persona']} by {walk['traversal']}" for walk in self.walks) or "nobody walked"
        if self.verdict is not None:
            return f"{count(len(self.found), 'passage')} by words; {who}: {self.query}"
        found = f"{len(self.found)} of {count(self.passages, 'passage')} from {count(self.seeds, 'seed')}"
        return f"{found}; {who}: {self.query}"


class RouteChosen(EventPayload, frozen=True, kw_only=True):
    """Who will work on the request; the fields are a `Route`'s.

    Attributes:
        route: A Belter's name, or "general" for a plain question that Camina answers alone.
        belters: The Belters that will work, best first.
        scores: Every candidate's share, best first; they add up to 1.
        runner_up: The next best, or "".
        why: One sentence.
    """

    kind: ClassVar[EventKind] = EventKind.ROUTE_CHOSEN
    route: str
    belters: tuple[str, ...]
    scores: Mapping[str, float]
    runner_up: str
    why: str

    def describe(self) -> str:
        """The route and why."""
        return f"{self.route}: {self.why}"


class ChainAssembled(EventPayload, frozen=True, kw_only=True):
    """Every name of the run is resolved; the fields are a `Chain`'s, as JSON.

    Attributes:
        camina: None when a Belter or Drummer is asked by itself.
        belters: In the route's order.
        drummers: Whom the Belters may use.
        observer: Who watches.
        retriever: What searches the documents.
        walkers: Personas who walk the documents' graph, each with its strategy; none where they are chosen for each
            question.
        edges: Pairs of ids: who hands work to whom.
        warnings: What is missing but not needed, and servers that were counted on.
        choice: What `auto` decided; None when a provider is configured.
        mode: What is asked of the models: "full", "reader" or "quotes".
        mode_reason: Why no more; "" when nothing was measured.
    """

    kind: ClassVar[EventKind] = EventKind.CHAIN_ASSEMBLED
    camina: JsonObject | None
    belters: tuple[JsonObject, ...]
    drummers: tuple[JsonObject, ...]
    observer: JsonObject | None
    retriever: str
    walkers: tuple[tuple[str, str], ...]
    edges: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    choice: JsonObject | None
    mode: str = "full"
    mode_reason: str = ""

    def describe(self) -> str:
        """How many work, and whom `auto` took in whose place; why not those is in `choice`."""
        who = f"{count(len(self.belters), 'Belter')}, {count(len(self.drummers), 'Drummer')}, mode {self.mode}"
        if not self.choice:
            return who
        others = [str(one["provider"]) for one in self.choice["passed_over"]]
        passed = f", {len(others)} passed over: {', '.join(others)}" if others else ""
        return f"{who}; auto takes {self.choice['provider']}{passed}"


class PlanCut(EventPayload, frozen=True, kw_only=True):
    """A plan has more tasks than one plan may have; the last ones are left out.

    Attributes:
        planned: How many it has.
        kept: How many are done.
    """

    kind: ClassVar[EventKind] = EventKind.PLAN_CUT
    planned: int
    kept: int

    def describe(self) -> str:
        """How many are left out."""
        return f"{self.kept} of {count(self.planned, 'task')} kept"


class TaskStarted(EventPayload, frozen=True, kw_only=True):
    """An agent begins a task.

    Attributes:
        role: The agent's layer.
        parent_id: The task that asked for it; None for the top one.
        capability: What is asked of it, as a word.
        instruction: What to do.
    """

    kind: ClassVar[EventKind] = EventKind.TASK_STARTED
    role: str
    parent_id: str | None
    capability: str
    instruction: str

    def describe(self) -> str:
        """What to do."""
        return self.instruction


class TaskSent(EventPayload, frozen=True, kw_only=True):
    """A task goes to a worker, with the question and what is known; told again for each attempt.

    Attributes:
        to: The worker's or broker's address, without anything secret.
        size_bytes: Of what is sent.
        is_local: It stays on this machine.
        attempt: From 1.
    """

    kind: ClassVar[EventKind] = EventKind.TASK_SENT
    to: str
    size_bytes: int
    is_local: bool = False
    attempt: int = 1

    def describe(self) -> str:
        """To whom."""
        return f"to {self.to}, {self.size_bytes} bytes" + (f", attempt {self.attempt}" if self.attempt > 1 else "")


class TaskFinished(EventPayload, frozen=True, kw_only=True):
    """A task has ended.

    Attributes:
        role: The agent's layer.
        status: Of the task.
        statements: How many it makes.
        evidence: How many pieces it hands up.
        seconds: How long it took.
        error: {"code", "message"}; None when it did not fail.
        notes: Remarks for the reader.
    """

    kind: ClassVar[EventKind] = EventKind.TASK_FINISHED
    role: str
    status: str
    statements: int
    evidence: int
    seconds: float
    error: JsonObject | None
    notes: tuple[str, ...]

    def describe(self) -> str:
        """How it ended."""
        words = f"{self.status}, {count(self.statements, 'statement')}, {format_seconds(self.seconds)}"
        return f"{words}, {self.error['message']}" if self.error else words


class PlacesFound(EventPayload, frozen=True, kw_only=True):
    """The answer speaks of places whose coordinates are known.

    Attributes:
        places: As `MapPlace`s: latitude, longitude, label, and the numbers of the citations that name each.
    """

    kind: ClassVar[EventKind] = EventKind.PLACES_FOUND
    places: tuple[JsonObject, ...]

    def describe(self) -> str:
        """How many."""
        return count(len(self.places), "place")


class ObserverNote(EventPayload, frozen=True, kw_only=True):
    """The Observer's remark on a run.

    Attributes:
        severity: "info" or "warning".
        text: The remark.
    """

    kind: ClassVar[EventKind] = EventKind.NOTE
    severity: str
    text: str

    def describe(self) -> str:
        """The remark."""
        return f"{self.severity}: {self.text}"
