"""Counts since the server started, as Prometheus reads them; no label grows with use."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from moe.server.figures.exposition import Histogram, Labels, tell_family, tell_gauge
from moe.server.figures.run_figures import RunFigures

_BOUNDS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0)  # seconds: from a look at the health to a run that is waited for
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauges:
    """How things stand now.

    Attributes:
        queued: Runs that wait.
        running: Runs that go on.
        streams: Streams of events that are open.
        workers: Processes that could begin a run.
    """

    queued: int
    running: int
    streams: int
    workers: int


@dataclass(slots=True)
class ServerFigures:
    """The counts. Of one thread.

    Attributes:
        runs: Of runs, and of what they asked of models.
        requests: By method, path as the API describes it, and status.
        durations: Of requests.
    """

    runs: RunFigures = field(default_factory=RunFigures)
    requests: Counter[Labels] = field(default_factory=Counter)
    durations: Histogram = field(default_factory=lambda: Histogram(_BOUNDS))

    def count_request(self, method: str, path: str | None, status: int, seconds: float) -> None:
        """Count a request that is answered.

        Args:
            method: Its method.
            path: As the API describes it; None for one that it does not know.
            status: Of the answer.
            seconds: It took.
        """
        self.requests[method if method in _METHODS else _OTHER, path or _OTHER, str(status)] += 1
        self.durations.count(seconds)

    def write(self, gauges: Gauges, more: Iterable[str] = ()) -> str:
        """All of it in Prometheus' text format, with further lines."""
        return "".join(f"{line}\n" for part in (self._tell(gauges), more) for line in part)

    def _tell(self, gauges: Gauges) -> Iterator[str]:
        labels = ("method", "path", "status")
        yield from tell_family("moe_requests_total", "counter", "Requests that are answered.", self.requests, labels)
        yield from self.durations.tell("moe_request_seconds", "How long requests took.")
        yield from self.runs.tell()
        for name, value, told in (
            ("moe_runs_queued", gauges.queued, "Runs that wait for a worker."),
            ("moe_runs_going_on", gauges.running, "Runs that a worker does."),
            ("moe_streams_open", gauges.streams, "Streams of events that somebody reads."),
            ("moe_workers_ready", gauges.workers, "Worker processes that could begin a run."),
        ):
            yield from tell_gauge(name, told, value)
