"""What recorded runs come to, span of time by span of time."""

from collections.abc import Mapping

import msgspec


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds: how many there are, and what half of them, and 95 of 100, do not go over; None without any."""

    n: int
    p50: float | None
    p95: float | None


class JsonTries(msgspec.Struct, frozen=True, kw_only=True):
    """Calls that were to be answered in JSON.

    Attributes:
        asked: How many.
        first: Of them, those whose first reply could be used.
        last: Those of which some reply could be used: the first one, or one after the model was told what was wrong.
    """

    asked: int
    first: int
    last: int


class MetricsBucket(msgspec.Struct, frozen=True, kw_only=True):
    """What the runs come to that began in [start, end), Unix time in seconds.

    Attributes:
        runs: How many.
        statuses: By status, how many.
        seconds: How long they took.
        layers: By layer, how long its tasks took.
        providers: By provider, how long its replies took, without those from the cache.
        requests: To models, repeated ones and those answered from the cache among them.
        retries: Of them, those that repeat one.
        cached: Of them, those answered from the cache.
        failures: Times that a model was given up.
        breakers: Times that a server was left alone for failing too often.
        json_tries: Calls that were to be answered in JSON.
        tokens_read: By all models.
        tokens_written: The same.
        cost: Money, in the unit of the prices in config/models.yaml.
        routes: By Belter, or "general", how many runs were routed there.
        evenness: How evenly, up to 1 for the same to each of those that got any; None for fewer than two.
    """

    start: float
    end: float
    runs: int
    statuses: Mapping[str, int]
    seconds: Spread
    layers: Mapping[str, Spread]
    providers: Mapping[str, Spread]
    requests: int
    retries: int
    cached: int
    failures: int
    breakers: int
    json_tries: JsonTries
    tokens_read: int
    tokens_written: int
    cost: float
    routes: Mapping[str, int]
    evenness: float | None


class MetricsSeries(msgspec.Struct, frozen=True, kw_only=True):
    """Spans of time of the same length, one after the other, and all of them together."""

    bucket_seconds: float
    buckets: tuple[MetricsBucket, ...]
    whole: MetricsBucket
