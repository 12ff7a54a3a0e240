"""What the user has once said yes to."""

import msgspec


class ToolConsent(msgspec.Struct, frozen=True, kw_only=True):
    """A Belter may use a tool that reaches the network while documents are given.

    Attributes:
        belter: The agent's full id: another one of the same name has no part in it.
        tool: The tool's full id.
        at: Unix time in seconds.
    """

    belter: str
    tool: str
    at: float


class ServerConsent(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a model server that was found by itself may be sent documents and questions.

    Attributes:
        url: Its scheme, host and port.
        users: The system's numbers of the users whose programs listened there; None where nobody can tell.
        is_allowed: What the user said.
        at: Unix time in seconds.
    """

    url: str
    users: tuple[int, ...] | None
    is_allowed: bool
    at: float
