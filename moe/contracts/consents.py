"""What the user has once said yes to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolConsent:
    """A Belter may use a tool that reaches the network while documents are given.

    Attributes:
        belter: The agent's full id: another one of the same name has no part in it.
        tool: The tool's full id.
        at: Unix time in seconds.
    """

    belter: str
    tool: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerConsent:
    """A model server that was found by itself may be sent documents and questions.

    Attributes:
        url: Its scheme, host and port.
        user: The system's number of the user whose program listens there; None where the system does not tell.
        at: Unix time in seconds.
    """

    url: str
    user: int | None
    at: float
