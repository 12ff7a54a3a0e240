"""Counting what recorded calls of models come to, by provider and by who asked."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from moe.contracts.metrics import CallMetrics, MetricsSummary, RunMetrics
from moe.contracts.models import OutputProblem
from moe.contracts.runs import RunCounts
from moe.storage.runs import RunStore
from moe_core.contracts.event import Event
from moe_core.contracts.messages import Purpose
from moe_core.contracts.model_payloads import (
    ModelAnswered,
    ModelCalled,
    ModelFailed,
    ModelInvalid,
    ModelPayload,
    ModelRetried,
)

COUNTED_KINDS = tuple(one.kind for one in (ModelCalled, ModelAnswered, ModelFailed, ModelInvalid, ModelRetried))


def measure_runs(store: RunStore, *, run_id: str = "", since: float = 0.0) -> RunMetrics:
    """What the calls of recorded runs come to.

    Args:
        store: The record.
        run_id: Of that run only: its id, a beginning of it, or "last"; "" for all.
        since: Of runs that began then or later, Unix time in seconds.

    Raises:
        NameUnknownError: No run has that id.
        StorageError: The record cannot be read.
    """
    run = store.get_summary(run_id) if run_id else None
    runs = store.list_since(since) if run is None else [run]
    whole = _CallSums()
    for sums in store.memory.fold("calls", runs, store, COUNTED_KINDS, _sum_calls):
        whole.join(sums)
    return whole.report(store.count_runs(run_id="" if run is None else run.run_id, since=since))


def collect_metrics(events: Iterable[Event], *, runs: RunCounts) -> RunMetrics:
    """What the calls that events tell of come to, in whatever order they stand.

    Args:
        events: Each is looked at once; those of other kinds are left out.
        runs: Whose they are.
    """
    return _sum_calls(events).report(runs)


def _sum_calls(events: Iterable[Event]) -> "_CallSums":
    sums = _CallSums()
    for event in events:
        if isinstance(event.data, ModelPayload):
            for tally in (sums.whole, sums.providers[event.data.provider], sums.personas[event.agent]):
                tally.add(event.data)
    return sums


class _Tally(msgspec.Struct):
    """Sums over calls; `CallMetrics` says what they mean."""

    requests: int = 0
    retries: int = 0
    cached: int = 0
    failures: int = 0
    json_replies: int = 0
    invalid: int = 0
    served: int = 0
    seconds: float = 0.0
    replies_with_tokens: int = 0
    tokens: int = 0

    def join(self, other: "_Tally") -> None:
        """Count what another has counted."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def add(self, data: ModelPayload) -> None:
        """Count one event."""
        if isinstance(data, ModelCalled):
            self.requests += 1
        elif isinstance(data, ModelRetried):  # another request of the same call
            self.requests += 1
            self.retries += 1
        elif isinstance(data, ModelInvalid):
            self.invalid += 1
            self.retries += data.will_retry  # the request itself is told as another call
            self.json_replies += data.problem == OutputProblem.REFUSED  # no reply was told
        elif isinstance(data, ModelFailed):
            self.failures += 1
        elif isinstance(data, ModelAnswered):
            self._add_reply(data)

    def _add_reply(self, data: ModelAnswered) -> None:
        self.json_replies += data.purpose != Purpose.CHAT  # the one purpose that is answered in prose
        if data.cached:
            self.cached += 1
            return
        self.served += 1
        self.seconds += data.seconds
        tokens = data.prompt_tokens + data.completion_tokens
        self.replies_with_tokens += tokens > 0
        self.tokens += tokens

    def measure(self) -> CallMetrics:
        """What the sums come to."""
        return CallMetrics(
            requests=self.requests,
            retries=self.retries,
            cached=self.cached,
            failures=self.failures,
            json_replies=self.json_replies,
            json_validity_rate=_divide(self.json_replies - self.invalid, self.json_replies),
            retry_rate=_divide(self.retries, self.requests),
            avg_tokens=_divide(self.tokens, self.replies_with_tokens),
            avg_seconds=_divide(self.seconds, self.served),
        )


class _CallSums(msgspec.Struct):
    """Sums over calls, of all and by whose they are."""

    whole: _Tally = msgspec.field(default_factory=_Tally)
    providers: defaultdict[str, _Tally] = msgspec.field(default_factory=lambda: defaultdict(_Tally))
    personas: defaultdict[str, _Tally] = msgspec.field(default_factory=lambda: defaultdict(_Tally))

    def join(self, other: "_CallSums") -> None:
        """Count what another has counted."""
        self.whole.join(other.whole)
        for into, parts in ((self.providers, other.providers), (self.personas, other.personas)):
            for name, tally in parts.items():
                into[name].join(tally)

    def report(self, runs: RunCounts) -> RunMetrics:
        """What the sums come to."""
        by_provider = {name: self.providers[name].measure() for name in sorted(self.providers)}
        by_persona = {name: self.personas[name].measure() for name in sorted(self.personas)}
        total = self.whole.measure()
        summary = MetricsSummary(
            total_requests=total.requests,
            json_validity_rate=total.json_validity_rate,
            avg_retry_rate=total.retry_rate,
            avg_tokens_per_persona={name: one.avg_tokens for name, one in by_persona.items()},
            avg_latency_per_provider={name: one.avg_seconds for name, one in by_provider.items()},
            provider_usage={name: one.requests for name, one in by_provider.items()},
        )
        return RunMetrics(summary=summary, runs=runs, providers=by_provider, personas=by_persona)


def _divide(part: float, whole: int) -> float | None:
    return part / whole if whole else None
