"""Sending spans of runs to a collector, by OTLP over HTTP."""

import os
from collections.abc import Mapping
from functools import lru_cache

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from moe.running.settings import TelemetrySettings
from moe.running.tracing.run_spans import RunSpans
from moe.running.tracing.spans import RunIds, SpanMaker
from moe.storage.processes import read_host
from moe.version import VERSION
from moe_core.contracts.event import EventListener
from moe_core.contracts.trace_context import read_traceparent, trace_run
from moe_kit.secrets.resolver import resolve_setting

_EXPORT_SECONDS = 3.0  # for one batch; a collector that is away costs spans, never a run
_FLUSH_SECONDS = 2.0  # at the end of a process
_GATHER_MILLISECONDS = 1000  # a process that is killed loses the spans of this time
_PATH = "/v1/traces"


class RunTracing:
    """Makes spans of this process's runs.

    Args:
        settings: Where they go, and what they tell.
    """

    def __init__(self, settings: TelemetrySettings) -> None:
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
        self._provider = TracerProvider(resource=resource, id_generator=ids, shutdown_on_exit=False)
        address = settings.traces.rstrip("/")
        exporter = OTLPSpanExporter(
            endpoint=address if address.endswith(_PATH) else address + _PATH, headers=headers, timeout=_EXPORT_SECONDS
        )
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_GATHER_MILLISECONDS))
        self._maker = SpanMaker(self._provider.get_tracer("moe", VERSION), ids)
        self._tells_contents = settings.contents

    def follow(self, run_id: str, traceparent: str | None, *, began: float | None = None) -> EventListener:
        """Who makes spans of a run's events.

        Args:
            run_id: The run's.
            traceparent: The span of whoever asked for it.
            began: When it began, if that was before.
        """
        return RunSpans(
            self._maker,
            run=trace_run(run_id, traceparent),
            parent=read_traceparent(traceparent),
            began=began,
            tells_contents=self._tells_contents,
        )

    def flush(self) -> None:
        """Send what is left, within some seconds."""
        self._provider.force_flush(int(_FLUSH_SECONDS * 1000))


def open_tracing(settings: TelemetrySettings) -> RunTracing:
    """The tracing that settings say; one for all Apps of a process that say the same.

    Raises:
        SecretError: A header's value is not where its setting says.
    """
    return _open(settings.traces, tuple(sorted(settings.headers.items())), settings.contents)


@lru_cache(maxsize=4)
def _open(traces: str, headers: tuple[tuple[str, str], ...], contents: bool) -> RunTracing:
    given: Mapping[str, str] = dict(headers)
    return RunTracing(TelemetrySettings(traces=traces, headers=given, contents=contents))
