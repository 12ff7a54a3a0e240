"""Making spans: by OpenTelemetry's own tracer, with the ids that a run's spans have in every process."""

import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, TraceFlags, Tracer

from moe_core.contracts.trace_context import TraceContext


class RunIds(IdGenerator):
    """Ids of spans: the one that was said beforehand, else any."""

    def __init__(self) -> None:
        self._random = RandomIdGenerator()
        self._said = threading.local()

    def say(self, own: TraceContext | None) -> None:
        """Say which the next span of this thread has."""
        self._said.own = own

    def generate_span_id(self) -> int:
        """The next span's."""
        own: TraceContext | None = getattr(self._said, "own", None)
        return self._random.generate_span_id() if own is None else int(own.span_id, 16)

    def generate_trace_id(self) -> int:
        """That of a span without a parent."""
        own: TraceContext | None = getattr(self._said, "own", None)
        return self._random.generate_trace_id() if own is None else int(own.trace_id, 16)


class SpanMaker:
    """Begins the spans of one run.

    Args:
        tracer: OpenTelemetry's.
        ids: Those that the tracer takes; None where it is another program's and takes its own: then only spans of this
            process join.
    """

    def __init__(self, tracer: Tracer, ids: RunIds | None) -> None:
        self._tracer = tracer
        self._ids = ids
        self._made: dict[str, Span] = {}  # by the ids that they would have

    def begin(
        self,
        name: str,
        at: float,
        *,
        own: TraceContext | None,
        parent: TraceContext | None,
        attributes: Mapping[str, Any],
        kind: SpanKind,
    ) -> Span:
        """A span that goes on.

        Args:
            name: Its name.
            at: When it began, Unix time in seconds.
            own: Its ids; None for any.
            parent: The span below which it stands, in whichever process; None for none.
            attributes: What is told of it.
            kind: OpenTelemetry's.
        """
        above = trace.INVALID_SPAN if parent is None else self._made.get(parent.span_id) or _stand_for(parent)
        start = partial(self._tracer.start_span, name, trace.set_span_in_context(above), kind, attributes)
        if self._ids is None:
            span = start(start_time=int(at * 1e9))
            if own is not None:
                self._made[own.span_id] = span
            return span
        self._ids.say(own)
        try:
            return start(start_time=int(at * 1e9))
        finally:
            self._ids.say(None)


def _stand_for(span: TraceContext) -> NonRecordingSpan:
    return NonRecordingSpan(
        SpanContext(
            trace_id=int(span.trace_id, 16),
            span_id=int(span.span_id, 16),
            is_remote=True,
            trace_flags=TraceFlags(int(span.flags, 16)),
        )
    )
