"""What events tell of calls to models; each names the call that it belongs to."""

from typing import ClassVar

from moe_core.contracts.event import EventKind, EventPayload
from moe_core.text.amounts import count, format_seconds


class ModelPayload(EventPayload, frozen=True, kw_only=True):
    """A call to a model.

    Attributes:
        provider: Whom it goes to.
        model: The model's name on its server.
        purpose: What the reply is for.
    """

    provider: str
    model: str
    purpose: str


class ModelCalled(ModelPayload, frozen=True, kw_only=True, omit_defaults=True):
    """A request goes out.

    Attributes:
        server: Its server's address; "" when the answer comes from disk or from no server.
        characters: Of the messages that are sent there.
        is_local: The server is on this machine.
        prompt: Digest of the messages, where the record keeps them.
    """

    kind: ClassVar[EventKind] = EventKind.MODEL_CALLED
    server: str = ""
    characters: int = 0
    is_local: bool = False
    prompt: str = ""

    def describe(self) -> str:
        """What for, to whom."""
        return f"{self.purpose} with {self.model} by {self.provider}"


class ModelAnswered(ModelPayload, frozen=True, kw_only=True, omit_defaults=True):
    """A reply is there.

    Attributes:
        seconds: The server's time, waiting for a turn and between attempts left out.
        prompt_tokens: Tokens read.
        completion_tokens: Tokens written.
        cost: Money, in the unit of the prices in config/models.yaml.
        cached: Whether it comes from disk.
        reply: Digest of the reply, where the record keeps it.
    """

    kind: ClassVar[EventKind] = EventKind.MODEL_ANSWERED
    seconds: float
    prompt_tokens: int
    completion_tokens: int
    cost: float = 0.0
    cached: bool = False
    reply: str = ""

    def describe(self) -> str:
        """How long it took."""
        return f"{self.purpose}, {format_seconds(self.seconds)}"


class ModelFailed(ModelPayload, frozen=True, kw_only=True):
    """A model has failed its agent, which asks the next one, if there is one.

    Attributes:
        error: The error's code.
        message: The error in words.
        hint: What to do about it, or "".
    """

    kind: ClassVar[EventKind] = EventKind.MODEL_FAILED
    error: str
    message: str
    hint: str

    def describe(self) -> str:
        """Why."""
        return f"{self.provider}: {self.message or self.error}"


class ModelInvalid(ModelPayload, frozen=True, kw_only=True):
    """A reply that could not be used.

    Attributes:
        attempt: From 1.
        problem: Its kind.
        message: What was wrong.
        will_retry: Whether the model is asked again.
    """

    kind: ClassVar[EventKind] = EventKind.MODEL_INVALID
    attempt: int
    problem: str
    message: str
    will_retry: bool

    def describe(self) -> str:
        """What was wrong."""
        return f"{self.provider}: {self.problem}: {self.message}{', asked again' if self.will_retry else ''}"


class ServerPayload(ModelPayload, frozen=True, kw_only=True):
    """What happened to a call on its way to a server.

    Attributes:
        server: How messages name it.
    """

    server: str


class ModelRetried(ServerPayload, frozen=True, kw_only=True):
    """A call that failed is made again.

    Attributes:
        attempts: Requests so far.
        wait_seconds: Before the next.
        error: The error's code.
        message: The error in words.
    """

    kind: ClassVar[EventKind] = EventKind.MODEL_RETRIED
    attempts: int
    wait_seconds: float
    error: str
    message: str

    def describe(self) -> str:
        """When and why."""
        return f"{self.server}: again in {format_seconds(self.wait_seconds)}, {self.message}"


class BreakerOpened(ServerPayload, frozen=True, kw_only=True):
    """A server that failed too often in a row is left alone.

    Attributes:
        rest_seconds: For how long.
        message: Its last failure.
    """

    kind: ClassVar[EventKind] = EventKind.BREAKER_OPENED
    rest_seconds: float
    message: str

    def describe(self) -> str:
        """For how long."""
        return f"{self.server}: left alone for {format_seconds(self.rest_seconds)}"


class BreakerClosed(ServerPayload, frozen=True, kw_only=True):
    """A server that was left alone is well again."""

    kind: ClassVar[EventKind] = EventKind.BREAKER_CLOSED

    def describe(self) -> str:
        """That it is well."""
        return f"{self.server}: well again"


class ContextCut(ModelPayload, frozen=True, kw_only=True):
    """A request was longer than what the model reads.

    Attributes:
        dropped: Ids of the evidence left out.
        shortened: Ids of the evidence cut.
        findings_dropped: Findings left out.
        tokens_before: Of the whole request.
        tokens: Of what is sent.
    """

    kind: ClassVar[EventKind] = EventKind.CONTEXT_CUT
    dropped: tuple[str, ...]
    shortened: tuple[str, ...]
    findings_dropped: int
    tokens_before: int
    tokens: int

    def describe(self) -> str:
        """What was left out."""
        left_out = count(len(self.dropped), "passage")
        return f"{left_out} left out, {len(self.shortened)} shortened, for {self.tokens:,} tokens"


class BudgetTight(EventPayload, frozen=True, kw_only=True):
    """The budget runs short, and something is left out.

    Attributes:
        pressure: Share of the scarcest limit that is spent, 0 to 1.
        text: What is left out.
    """

    kind: ClassVar[EventKind] = EventKind.BUDGET_TIGHT
    pressure: float
    text: str

    def describe(self) -> str:
        """What is left out."""
        return f"{self.pressure:.0%} used: {self.text}"


class BudgetSpent(ModelPayload, frozen=True, kw_only=True):
    """A call was not made, for the budget has no room for it.

    Attributes:
        message: Which limit.
    """

    kind: ClassVar[EventKind] = EventKind.BUDGET_SPENT
    message: str

    def describe(self) -> str:
        """Which limit."""
        return self.message


class AnswerPiece(EventPayload, frozen=True, kw_only=True):
    """The next words of the final answer while it is written; not checked yet, neither numbered nor recorded.

    Attributes:
        text: The words.
        statement: Which statement they belong to, from 0.
        attempt: From 1; a further one begins the answer anew.
    """

    kind: ClassVar[EventKind] = EventKind.ANSWER_PIECE
    text: str
    statement: int
    attempt: int

    def describe(self) -> str:
        """The words."""
        return self.text
