"""A collector of spans: takes OpenTelemetry's protobuf over HTTP, and keeps what it decodes."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from loopback_server import LoopbackServer, QuietHandler


@dataclass(frozen=True, kw_only=True)
class TakenSpan:
    """A span as it came."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    start: int
    end: int
    instance: str
    is_error: bool
    attributes: dict[str, Any]
    events: list[str] = field(default_factory=list)


class OtlpCollector(LoopbackServer):
    """Listens until it is stopped.

    Attributes:
        spans: All that came.
        headers: Of each request.
        raw: Their bodies, unpacked.
    """

    def __init__(self) -> None:
        self.spans: list[TakenSpan] = []
        self.headers: list[dict[str, str]] = []
        self.raw: list[bytes] = []
        collector = self

        class Handler(QuietHandler):
            def do_POST(self) -> None:  # noqa: N802 - as it is called
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.headers.get("content-encoding") == "gzip":
                    body = gzip.decompress(body)
                is_right = self.path == "/v1/traces" and self.headers["content-type"] == "application/x-protobuf"
                if is_right:
                    collector._take(body, {name.lower(): value for name, value in self.headers.items()})
                self.send_response(200 if is_right else 404)
                self.send_header("content-length", "0")
                self.end_headers()

        super().__init__(Handler)

    def wait_for(self, is_there: Callable[[list[TakenSpan]], bool], *, seconds: float = 30.0) -> list[TakenSpan]:
        """The spans, once something of them is there."""
        ends = time.monotonic() + seconds
        while not is_there(self.spans):
            assert time.monotonic() < ends, [span.name for span in self.spans]
            time.sleep(0.05)
        return list(self.spans)

    def _take(self, body: bytes, headers: dict[str, str]) -> None:
        self.raw.append(body)
        self.headers.append(headers)
        request = ExportTraceServiceRequest.FromString(body)
        for group in request.resource_spans:
            resource = _read(group.resource.attributes)
            for scope in group.scope_spans:
                for span in scope.spans:
                    taken = TakenSpan(
                        trace_id=span.trace_id.hex(),
                        span_id=span.span_id.hex(),
                        parent_id=span.parent_span_id.hex(),
                        name=span.name,
                        start=span.start_time_unix_nano,
                        end=span.end_time_unix_nano,
                        instance=resource["service.instance.id"],
                        is_error=span.status.code == 2,
                        attributes=_read(span.attributes),
                        events=[event.name for event in span.events],
                    )
                    self.spans.append(taken)


def _read(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}
