"""Counts since the server started, as Prometheus reads them; no label grows with use."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from moe.server.pool.messages import ModelShare

_BOUNDS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0)  # seconds: from a look at the health to a run that is waited for
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
_OTHER = "other"
Labels = tuple[str, ...]
Values = Mapping[Labels, int] | Mapping[Labels, float]


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
        requests: By method, path as the API describes it, and status.
        durations: Requests by the least bound that they kept.
        seconds: All requests took.
        runs: By how they ended.
        calls: Of models, by provider and layer.
    """

    requests: Counter[Labels] = field(default_factory=Counter)
    durations: Counter[float] = field(default_factory=Counter)
    seconds: float = 0.0
    runs: Counter[str] = field(default_factory=Counter)
    calls: dict[Labels, ModelShare] = field(default_factory=dict)

    def count_request(self, method: str, path: str | None, status: int, seconds: float) -> None:
        """Count a request that is answered.

        Args:
            method: Its method.
            path: As the API describes it; None for one that it does not know.
            status: Of the answer.
            seconds: It took.
        """
        self.requests[method if method in _METHODS else _OTHER, path or _OTHER, str(status)] += 1
        self.durations[next((bound for bound in _BOUNDS if seconds <= bound), float("inf"))] += 1
        self.seconds += seconds

    def count_run(self, status: str, shares: Sequence[ModelShare]) -> None:
        """Count a run that has ended, and what it asked of models."""
        self.runs[status] += 1
        self.count_calls(shares)

    def count_calls(self, shares: Sequence[ModelShare]) -> None:
        """Count what was asked of models."""
        for share in shares:
            key = (share.provider, share.role)
            known = self.calls.get(key)
            self.calls[key] = share if known is None else known.add(share)

    def write(self, gauges: Gauges) -> str:
        """All of it in Prometheus' text format."""
        return "".join(f"{line}\n" for line in self._write(gauges))

    def _write(self, gauges: Gauges) -> Iterator[str]:
        yield from _tell(
            "moe_requests_total", "counter", "Requests that are answered.", self.requests, ("method", "path", "status")
        )
        yield from self._tell_durations()
        runs: dict[Labels, int] = {(status,): count for status, count in self.runs.items()}
        yield from _tell("moe_runs_total", "counter", "Runs that have ended.", runs, ("status",))
        yield from self._tell_calls()
        for name, value, told in (
            ("moe_runs_queued", gauges.queued, "Runs that wait for a worker."),
            ("moe_runs_going_on", gauges.running, "Runs that a worker does."),
            ("moe_streams_open", gauges.streams, "Streams of events that somebody reads."),
            ("moe_workers_ready", gauges.workers, "Worker processes that could begin a run."),
        ):
            yield from _head(name, "gauge", told)
            yield f"{name} {value}"

    def _tell_durations(self) -> Iterator[str]:
        name = "moe_request_seconds"
        yield from _head(name, "histogram", "How long requests took.")
        total = 0
        for bound in (*_BOUNDS, float("inf")):
            total += self.durations[bound]
            yield f'{name}_bucket{{le="{"+Inf" if bound == float("inf") else bound}"}} {total}'
        yield f"{name}_sum {self.seconds!r}"
        yield f"{name}_count {total}"

    def _tell_calls(self) -> Iterator[str]:
        labels = ("provider", "role")
        calls = sorted(self.calls.items())
        told = {key: one.calls for key, one in calls}
        yield from _tell("moe_model_calls_total", "counter", "Answers of models.", told, labels)
        seconds = {key: one.seconds for key, one in calls}
        yield from _tell("moe_model_seconds_total", "counter", "Time of model servers.", seconds, labels)
        tokens = {
            (*key, kind): count
            for key, one in calls
            for kind, count in (("read", one.tokens_read), ("written", one.tokens_written))
        }
        yield from _tell("moe_model_tokens_total", "counter", "Tokens.", tokens, (*labels, "kind"))
        invalid = {key: one.invalid for key, one in calls}
        yield from _tell(
            "moe_model_invalid_total", "counter", "Answers that did not fit their JSON schema.", invalid, labels
        )


def _head(name: str, kind: str, told: str) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"


def _tell(name: str, kind: str, told: str, values: Values, labels: Iterable[str]) -> Iterator[str]:
    yield from _head(name, kind, told)
    for key, value in sorted(values.items()):
        pairs = ",".join(f'{label}="{_escape(word)}"' for label, word in zip(labels, key, strict=True))
        yield f"{name}{{{pairs}}} {value!r}" if pairs else f"{name} {value!r}"


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
