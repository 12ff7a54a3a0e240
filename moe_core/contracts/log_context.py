"""Of which request, run, task, agent and key a line of the log tells."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from types import MappingProxyType, TracebackType

_NOTHING: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("correlation_id", "run_id", "task_id", "agent", "key"), "")
)
_CONTEXT: ContextVar[Mapping[str, str]] = ContextVar("moe_log_context", default=_NOTHING)


def log_about(**fields: str) -> AbstractContextManager[None]:
    """Have all lines tell these fields that are written in the block, in its threads and in what it starts.

    Args:
        fields: correlation_id, run_id, task_id, agent, key (its name, never the key), trace_id.
    """
    return _Told(fields)


class _Told(AbstractContextManager[None]):
    """A class, as each task passes it: a generator takes four times as long."""

    __slots__ = ("_fields", "_token")

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def __enter__(self) -> None:
        self._token = _CONTEXT.set({**_CONTEXT.get(), **self._fields})

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _CONTEXT.reset(self._token)


def stay_about(**fields: str) -> None:
    """Have all lines tell these fields from here on: a command's, once it knows its run.

    Args:
        fields: As of `log_about`; "" for what they are about no longer.
    """
    _CONTEXT.set({**_CONTEXT.get(), **fields})


def describe_log_context() -> dict[str, str]:
    """What a line that is written here is about; "" for what it is about none of."""
    return dict(_CONTEXT.get())
