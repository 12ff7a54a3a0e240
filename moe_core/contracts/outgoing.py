"""What a running tool sends over the network: noted before it goes, refused when the tool has not declared it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeAlias

from moe_core.contracts.errors import ToolError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One request that a tool makes.

    Attributes:
        to: Host and port.
        size_bytes: Of its path, query, headers and body.
        is_local: It goes to this machine.
    """

    to: str
    size_bytes: int
    is_local: bool


SendingListener: TypeAlias = Callable[[Sending], None]

_CURRENT: ContextVar[tuple[str, bool, SendingListener | None] | None] = ContextVar("moe_running_tool", default=None)


@contextmanager
def watch_sendings(tool: str, *, is_declared: bool, listener: SendingListener | None = None) -> Iterator[None]:
    """Within the block a tool runs.

    Args:
        tool: Its name, for messages.
        is_declared: It has declared that it reaches the network.
        listener: Told of each request, before it is made.
    """
    token = _CURRENT.set((tool, is_declared, listener))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def note_sending(sending: Sending) -> None:
    """Say that a request is about to be made; whatever sends for tools calls this first.

    Raises:
        ToolError: A tool is running that has not declared it.
    """
    current = _CURRENT.get()
    if current is None:
        return
    tool, is_declared, listener = current
    if not is_declared:
        raise ToolError(
            f"tool {tool} wants to reach {sending.to}, and does not declare that it reaches the network",
            tool=tool,
            hint='its author declares it with effects = ("net",)',
        )
    if listener is not None:
        listener(sending)
