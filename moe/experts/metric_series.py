"""Counting recorded runs span by span: how long, how valid, how dear, and to whom they went."""

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from moe.contracts.metric_series import JsonTries, MetricsBucket, MetricsSeries, Spread
from moe.contracts.models import OutputProblem
from moe.contracts.runs import RunSummary
from moe.experts.metrics import COUNTED_KINDS
from moe.storage.runs import RunStore
from moe_core.contracts.event import Event, EventPayload
from moe_core.contracts.messages import Purpose
from moe_core.contracts.model_payloads import (
    BreakerOpened,
    ModelAnswered,
    ModelCalled,
    ModelFailed,
    ModelInvalid,
    ModelRetried,
)
from moe_core.contracts.payloads import RouteChosen, TaskFinished
from moe_core.contracts.task import Status

_KINDS = (*COUNTED_KINDS, BreakerOpened.kind, RouteChosen.kind, TaskFinished.kind)
_DIGITS = 6


def measure_series(store: RunStore, *, since: float, until: float, buckets: int) -> MetricsSeries:
    """What the runs come to that began in a time, in so many spans of it.

    Args:
        store: The record.
        since: Unix time in seconds.
        until: Behind it.
        buckets: Spans, at least 1.

    Raises:
        StorageError: The record cannot be read.
    """
    length = (until - since) / buckets
    starts = [since + number * length for number in range(buckets)]
    tallies = [_SpanTally() for _ in starts]
    runs = store.list_since(since, until=until)
    for run, own in zip(runs, store.memory.fold("series", runs, store, _KINDS, _sum_events), strict=True):
        tally = tallies[max(0, bisect_right(starts, run.started) - 1)]
        tally.add_run(run)
        tally.join(own)
    ends = [*starts[1:], until]
    return MetricsSeries(
        bucket_seconds=length,
        buckets=tuple(tally.measure(start, end) for tally, start, end in zip(tallies, starts, ends, strict=True)),
        whole=_join(tallies).measure(since, until),
    )


def _sum_events(events: Iterable[Event]) -> "_SpanTally":
    tally = _SpanTally()
    for event in events:
        if isinstance(event.data, EventPayload):
            tally.add(event.data)
    return tally


class _SpanTally(msgspec.Struct):
    """Sums over the runs of a span; `MetricsBucket` says what they mean."""

    statuses: Counter[str] = msgspec.field(default_factory=Counter)
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    routes: Counter[str] = msgspec.field(default_factory=Counter)
    seconds: list[float] = msgspec.field(default_factory=list)
    layers: defaultdict[str, list[float]] = msgspec.field(default_factory=lambda: defaultdict(list))
    providers: defaultdict[str, list[float]] = msgspec.field(default_factory=lambda: defaultdict(list))
    cost: float = 0.0

    def add_run(self, run: RunSummary) -> None:
        """Count a run."""
        self.statuses[run.status] += 1
        if run.status in (Status.DONE, Status.FAILED):
            self.seconds.append(run.seconds)

    def add(self, data: EventPayload) -> None:
        """Count an event."""
        if isinstance(data, TaskFinished):
            self.layers[data.role].append(data.seconds)
        elif isinstance(data, RouteChosen):
            self.routes[data.route] += 1
        elif isinstance(data, ModelCalled):
            self.counts["requests"] += 1
        elif isinstance(data, ModelRetried):
            self.counts.update(("requests", "retries"))
        elif isinstance(data, ModelFailed):
            self.counts["failures"] += 1
        elif isinstance(data, BreakerOpened):
            self.counts["breakers"] += 1
        elif isinstance(data, ModelInvalid):
            self.counts["retries"] += data.will_retry
            self.counts["replies"] += data.problem == OutputProblem.REFUSED  # no reply was told
            self.counts["asked again"] += data.will_retry
            self.counts["first wrong"] += data.attempt == 1
            self.counts["last wrong"] += not data.will_retry
        elif isinstance(data, ModelAnswered):
            self._add_reply(data)

    def join(self, other: "_SpanTally") -> None:
        """Count what another has counted."""
        self.statuses.update(other.statuses)
        self.counts.update(other.counts)
        self.routes.update(other.routes)
        self.seconds += other.seconds
        self.cost += other.cost
        for into, parts in ((self.layers, other.layers), (self.providers, other.providers)):
            for name, seconds in parts.items():
                into[name] += seconds

    def _add_reply(self, data: ModelAnswered) -> None:
        self.counts["replies"] += data.purpose != Purpose.CHAT  # the one purpose that is answered in prose
        self.counts["cached"] += data.cached
        self.counts["read"] += data.prompt_tokens
        self.counts["written"] += data.completion_tokens
        self.cost += data.cost
        if not data.cached:
            self.providers[data.provider].append(data.seconds)

    def measure(self, start: float, end: float) -> MetricsBucket:
        """What the sums come to."""
        counts = self.counts
        asked = max(0, counts["replies"] - counts["asked again"])
        return MetricsBucket(
            start=start,
            end=end,
            runs=self.statuses.total(),
            statuses=dict(self.statuses),
            seconds=_spread(self.seconds),
            layers=_spread_all(self.layers),
            providers=_spread_all(self.providers),
            requests=counts["requests"],
            retries=counts["retries"],
            cached=counts["cached"],
            failures=counts["failures"],
            breakers=counts["breakers"],
            json_tries=JsonTries(
                asked=asked, first=max(0, asked - counts["first wrong"]), last=max(0, asked - counts["last wrong"])
            ),
            tokens_read=counts["read"],
            tokens_written=counts["written"],
            cost=round(self.cost, _DIGITS),
            routes=dict(self.routes.most_common()),
            evenness=_measure_evenness(self.routes),
        )


def _join(tallies: Sequence[_SpanTally]) -> _SpanTally:
    whole = _SpanTally()
    for one in tallies:
        whole.join(one)
    return whole


def _spread_all(parts: Mapping[str, Sequence[float]]) -> dict[str, Spread]:
    return {name: _spread(parts[name]) for name in sorted(parts)}


def _spread(seconds: Sequence[float]) -> Spread:
    ordered = sorted(seconds)
    if not ordered:
        return Spread(n=0, p50=None, p95=None)
    p50, p95 = (round(ordered[math.ceil(share * len(ordered)) - 1], _DIGITS) for share in (0.5, 0.95))
    return Spread(n=len(ordered), p50=p50, p95=p95)


def _measure_evenness(routes: Mapping[str, int]) -> float | None:
    """Shannon's entropy of the shares, as a share of the highest that so many can have."""
    total = sum(routes.values())
    if len(routes) < 2:
        return None
    shares = [times / total for times in routes.values()]
    return round(-sum(share * math.log(share) for share in shares) / math.log(len(shares)), 4)
