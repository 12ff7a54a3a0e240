"""Where spans of runs go: to a collector by OTLP over HTTP, or where the program that moe is used in has its own go."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Self

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Tracer

from moe.running.settings import TelemetrySettings
from moe.running.tracing.run_spans import RunSpans
from moe.running.tracing.spans import RunIds, SpanMaker
from moe.storage.processes import read_host
from moe.version import VERSION
from moe_core.contracts.event import EventListener
from moe_core.contracts.trace_context import TraceContext, read_traceparent, trace_run
from moe_kit.secrets.resolver import resolve_setting

_EXPORT_SECONDS = 3.0  # for one batch; a collector that is away costs spans, never a run
_FLUSH_SECONDS = 2.0  # at the end of a process
_GATHER_MILLISECONDS = 1000  # a process that is killed loses the spans of this time
_PATH = "/v1/traces"


class RunTracing:
    """Makes spans of this process's runs.

    Args:
        tracer: OpenTelemetry's.
        ids: Those that it takes; None for one that takes its own.
        tells_contents: Whether questions, instructions and parameters are told too.
        flush: Sends what is left.
    """

    def __init__(
        self, tracer: Tracer, ids: RunIds | None, *, tells_contents: bool, flush: Callable[[], object]
    ) -> None:
        self._tracer = tracer
        self._ids = ids
        self._tells_contents = tells_contents
        self._flush = flush

    @classmethod
    def to_collector(cls, settings: TelemetrySettings) -> Self:
        """Spans are sent where the settings say.

        Raises:
            SecretError: A header's value is not where its setting says.
        """
        headers = {
            name: resolve_setting(value, setting=f"system.telemetry.headers.{name}")
            for name, value in settings.headers.items()
        }
        resource = Resource.create(
            {
                "service.name": "moe",
                "service.version": VERSION,
                "service.instance.id": f"{read_host()}-{os.getpid()}",
            }
        )
        ids = RunIds()
        provider = TracerProvider(resource=resource, id_generator=ids, shutdown_on_exit=False)
        address = settings.traces.rstrip("/")
        exporter = OTLPSpanExporter(
            endpoint=address if address.endswith(_PATH) else address + _PATH, headers=headers, timeout=_EXPORT_SECONDS
        )
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_GATHER_MILLISECONDS))
        return cls(
            provider.get_tracer("moe", VERSION),
            ids,
            tells_contents=settings.contents,
            flush=partial(provider.force_flush, int(_FLUSH_SECONDS * 1000)),
        )

    @classmethod
    def of_program(cls, settings: TelemetrySettings) -> Self | None:
        """Spans go where the program that moe is used in has its own go; None where it has none."""
        provider = trace.get_tracer_provider()
        if isinstance(provider, trace.ProxyTracerProvider | trace.NoOpTracerProvider):
            return None
        return cls(provider.get_tracer("moe", VERSION), None, tells_contents=settings.contents, flush=lambda: None)

    def follow(self, run_id: str, traceparent: str | None, *, began: float | None = None) -> EventListener:
        """Who makes spans of a run's events.

        Args:
            run_id: The run's.
            traceparent: The span of whoever asked for it.
            began: When it began, if that was before.
        """
        parent = read_traceparent(traceparent)
        if parent is None and self._ids is None:
            parent = _find_current()
        return RunSpans(
            SpanMaker(self._tracer, self._ids),
            run=trace_run(run_id, traceparent),
            parent=parent,
            began=began,
            tells_contents=self._tells_contents,
        )

    def flush(self) -> None:
        """Send what is left, within some seconds."""
        self._flush()


def open_tracing(settings: TelemetrySettings) -> RunTracing | None:
    """The tracing that settings say, one for all Apps of a process that say the same; else the program's own, or None.

    Raises:
        SecretError: A header's value is not where its setting says.
    """
    if not settings.traces:
        return RunTracing.of_program(settings)
    return _open(settings.traces, tuple(sorted(settings.headers.items())), settings.contents)


@lru_cache(maxsize=4)
def _open(traces: str, headers: tuple[tuple[str, str], ...], contents: bool) -> RunTracing:
    given: Mapping[str, str] = dict(headers)
    return RunTracing.to_collector(TelemetrySettings(traces=traces, headers=given, contents=contents))


def _find_current() -> TraceContext | None:
    """The program's own span that goes on now."""
    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return None
    return TraceContext(
        trace_id=trace.format_trace_id(span.trace_id),
        span_id=trace.format_span_id(span.span_id),
        flags=f"{span.trace_flags:02x}",
    )
