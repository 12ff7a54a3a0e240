"""Where a run stands among traces: ids that any process can work out, so that spans of several join."""

import hashlib

import msgspec

_HEX = frozenset("0123456789abcdef")
_LENGTHS = (2, 32, 16, 2)  # of the parts of the W3C's header `traceparent`


class TraceContext(msgspec.Struct, frozen=True, kw_only=True):
    """A span somewhere.

    Attributes:
        trace_id: 32 hexadecimal digits.
        span_id: 16 of them.
        flags: Two; the last bit says that the trace is kept.
    """

    trace_id: str
    span_id: str
    flags: str = "01"

    def __str__(self) -> str:
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


def read_traceparent(text: str | None) -> TraceContext | None:
    """The span that a header names; None for none."""
    parts = (text or "").split("-")
    if tuple(map(len, parts)) != _LENGTHS or not _HEX.issuperset("".join(parts)) or parts[0] != "00":
        return None
    _, trace_id, span_id, flags = parts
    is_real = trace_id.strip("0") and span_id.strip("0")
    return TraceContext(trace_id=trace_id, span_id=span_id, flags=flags) if is_real else None


def trace_run(run_id: str, traceparent: str | None = None) -> TraceContext:
    """The span of a run: the same in whichever process works on it.

    Args:
        run_id: The run's.
        traceparent: What its request brought.
    """
    given = read_traceparent(traceparent)
    return TraceContext(
        trace_id=_derive(run_id, 32) if given is None else given.trace_id,
        span_id=_derive(f"{run_id} run", 16),
        flags="01" if given is None else given.flags,
    )


def trace_task(run: TraceContext, task_id: str) -> TraceContext:
    """The span of one of a run's tasks."""
    return TraceContext(trace_id=run.trace_id, span_id=_derive(f"{task_id} task", 16), flags=run.flags)


def _derive(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
