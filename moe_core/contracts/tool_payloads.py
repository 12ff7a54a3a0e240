"""What events tell of tools."""

from typing import ClassVar, Literal, TypeAlias

from moe_core.contracts.event import EventKind, EventPayload
from moe_core.contracts.wire import JsonObject
from moe_core.text.amounts import format_seconds

WaitReason: TypeAlias = Literal["first", "unknown"]
"""Why a person decides on a call: its tool asks before each, or one was begun and nobody knows whether it was done."""


class ToolCalled(EventPayload, frozen=True, kw_only=True, omit_defaults=True):
    """A Drummer uses a tool.

    Attributes:
        tool: Its name.
        params: What it is called with.
        effects: What it declares to do beside computing.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_CALLED
    tool: str
    params: JsonObject
    effects: tuple[str, ...] = ()

    def describe(self) -> str:
        """The call."""
        return describe_call(self.tool, self.params)


class ToolAnswered(EventPayload, frozen=True, kw_only=True, omit_defaults=True):
    """A tool has returned.

    Attributes:
        tool: Its name.
        seconds: How long it took.
        evidence: How many pieces it brought.
        notes: What of its result could not be used, each in a sentence.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_ANSWERED
    tool: str
    seconds: float
    evidence: int
    notes: tuple[str, ...] = ()

    def describe(self) -> str:
        """What it brought."""
        return f"{self.tool}, {self.evidence} pieces of evidence, {format_seconds(self.seconds)}"


class ToolFailed(EventPayload, frozen=True, kw_only=True):
    """A tool has failed.

    Attributes:
        tool: Its name.
        error: The error's code.
        message: The error in words.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_FAILED
    tool: str
    error: str
    message: str

    def describe(self) -> str:
        """Why."""
        return f"{self.tool}: {self.message or self.error}"


class ToolRefused(EventPayload, frozen=True, kw_only=True):
    """A model has chosen a tool that is off in this run; it was not used.

    Attributes:
        tool: Its name.
        message: Why it is off, and what turns it on.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_REFUSED
    tool: str
    message: str

    def describe(self) -> str:
        """Why."""
        return self.message


class ToolSent(EventPayload, frozen=True, kw_only=True):
    """A tool sends a request over the network.

    Attributes:
        tool: Its name.
        to: Host and port.
        size_bytes: Of the request.
        is_local: It goes to this machine.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_SENT
    tool: str
    to: str
    size_bytes: int
    is_local: bool

    def describe(self) -> str:
        """To whom, and how much."""
        return f"{self.tool} to {self.to}, {self.size_bytes:,} bytes{', on this machine' if self.is_local else ''}"


class ToolProgressed(EventPayload, frozen=True, kw_only=True):
    """A tool says how far it is; told twice a second at most.

    Attributes:
        tool: Its name.
        progress: In its own words.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_PROGRESSED
    tool: str
    progress: str

    def describe(self) -> str:
        """How far."""
        return f"{self.tool}: {self.progress}"


class ToolRetried(EventPayload, frozen=True, kw_only=True):
    """A tool that may be called again has failed for a while, and is.

    Attributes:
        tool: Its name.
        message: The error in words.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_RETRIED
    tool: str
    message: str

    def describe(self) -> str:
        """Why."""
        return f"{self.tool} again: {self.message}"


class ToolWaiting(EventPayload, frozen=True, kw_only=True):
    """A call of a tool waits for a person to decide on it.

    Attributes:
        tool: Its name.
        call: The call's, by which it is decided on.
        params: What it would be called with.
        effects: What it declares to do beside computing.
        reason: Why a person decides.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_WAITING
    tool: str
    call: str
    params: JsonObject
    effects: tuple[str, ...] = ()
    reason: WaitReason = "first"

    def describe(self) -> str:
        """The call, and why it waits."""
        return f"{describe_call(self.tool, self.params)}: {describe_wait(self.reason)}"


class ToolApproved(EventPayload, frozen=True, kw_only=True):
    """A person has decided that a call is made.

    Attributes:
        tool: Its name.
        call: The call's.
        by: Who; "" where that is not known.
        note: Why, in their words.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_APPROVED
    tool: str
    call: str
    by: str = ""
    note: str = ""

    def describe(self) -> str:
        """Who, and why."""
        return _describe_decision(self.tool, self.by, self.note)


class ToolSkipped(EventPayload, frozen=True, kw_only=True):
    """A person has decided that a call is not made; the run goes on without what it would have brought.

    Attributes:
        tool: Its name.
        call: The call's.
        by: Who; "" where that is not known.
        note: Why, in their words.
    """

    kind: ClassVar[EventKind] = EventKind.TOOL_SKIPPED
    tool: str
    call: str
    by: str = ""
    note: str = ""

    def describe(self) -> str:
        """Who, and why."""
        return _describe_decision(self.tool, self.by, self.note)


def describe_call(tool: str, params: JsonObject) -> str:
    """A call on one line."""
    return f"{tool} {' '.join(f'{key}={value!r}' for key, value in params.items())}".rstrip()


def describe_wait(reason: WaitReason) -> str:
    """Why a person decides on a call."""
    if reason == "first":
        return "it asks before each call"
    return "it was under way when the run was broken off, and nobody knows whether it was done"


def _describe_decision(tool: str, by: str, note: str) -> str:
    return f"{tool}{f' by {by}' if by else ''}{f': {note}' if note else ''}"
