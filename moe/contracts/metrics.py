"""What recorded calls of models come to."""

from collections.abc import Mapping

import msgspec

from moe.contracts.runs import RunCounts


class CallMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """What some calls of models come to; what nothing is known of is None.

    Attributes:
        requests: Made, repeated ones and those answered from the cache among them.
        retries: Requests that repeat one that failed, or whose reply could not be used.
        cached: Requests answered from the cache.
        failures: Times that the model was given up, and the next one asked.
        json_replies: Replies that were to be JSON.
        json_validity_rate: Share of these that could be used, 0 to 1.
        retry_rate: Share of the requests that are retries, 0 to 1.
        avg_tokens: Read and written for a reply, of replies that did not come from the cache and whose tokens are told.
        avg_seconds: That a server took for a reply, of replies that did not come from the cache.
    """

    requests: int
    retries: int
    cached: int
    failures: int
    json_replies: int
    json_validity_rate: float | None
    retry_rate: float | None
    avg_tokens: float | None
    avg_seconds: float | None


class MetricsSummary(msgspec.Struct, frozen=True, kw_only=True):
    """The figures that are compared over time; what nothing is known of is None.

    Attributes:
        total_requests: Requests to all providers, the embedded one among them.
        json_validity_rate: Share of the replies that were to be JSON and could be used, 0 to 1.
        avg_retry_rate: Share of the requests that are retries, 0 to 1.
        avg_tokens_per_persona: By who asked: tokens read and written for a reply.
        avg_latency_per_provider: By provider: seconds that a reply took.
        provider_usage: By provider: requests.
    """

    total_requests: int
    json_validity_rate: float | None
    avg_retry_rate: float | None
    avg_tokens_per_persona: Mapping[str, float | None]
    avg_latency_per_provider: Mapping[str, float | None]
    provider_usage: Mapping[str, int]


class RunMetrics(msgspec.Struct, frozen=True, kw_only=True):
    """What the calls of some runs come to.

    Attributes:
        summary: The figures that are compared over time.
        runs: Which runs these were: how many, and how they are rated.
        providers: By provider, in the order of names.
        personas: By who asked, persona or other agent, in the order of names.
    """

    summary: MetricsSummary
    runs: RunCounts
    providers: Mapping[str, CallMetrics]
    personas: Mapping[str, CallMetrics]
