"""Of which request, run, task, agent and key a line of the log tells."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_NOTHING: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("correlation_id", "run_id", "task_id", "agent", "key"), "")
)
_CONTEXT: ContextVar[Mapping[str, str]] = ContextVar("moe_log_context", default=_NOTHING)


@contextmanager
def log_about(**fields: str) -> Iterator[None]:
    """Have all lines tell these fields that are written in the block, in its threads and in what it starts.

    Args:
        fields: correlation_id, run_id, task_id, agent, key (its name, never the key), trace_id.
    """
    token = _CONTEXT.set({**_CONTEXT.get(), **fields})
    try:
        yield
    finally:
        _CONTEXT.reset(token)


def stay_about(**fields: str) -> None:
    """Have all lines tell these fields from here on: a command's, once it knows its run.

    Args:
        fields: As of `log_about`; "" for what they are about no longer.
    """
    _CONTEXT.set({**_CONTEXT.get(), **fields})


def describe_log_context() -> dict[str, str]:
    """What a line that is written here is about; "" for what it is about none of."""
    return dict(_CONTEXT.get())
