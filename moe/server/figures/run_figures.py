"""Counts of runs, and of what they asked of models, since a process began; no label grows with use."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from moe.server.figures.exposition import Histogram, Labels, tell_family
from moe.server.pool.messages import ModelShare
from moe.version import VERSION

_BOUNDS = (0.1, 0.5, 2.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0)  # seconds: from quotes to a deadline that was raised
# Name, what it tells, and where a share has it; each by provider and layer.
_COUNTS: tuple[tuple[str, str, Callable[[ModelShare], float]], ...] = (
    ("moe_model_calls_total", "Answers of models.", lambda share: share.calls),
    ("moe_model_seconds_total", "Time of model servers.", lambda share: share.seconds),
    ("moe_model_invalid_total", "Answers that did not fit their JSON schema.", lambda share: share.invalid),
    ("moe_model_retries_total", "Requests to models that were made again.", lambda share: share.retries),
    ("moe_model_failures_total", "Calls that a model failed at, for good.", lambda share: share.failures),
    ("moe_model_cost_total", "Money, in the unit of the prices in config/models.yaml.", lambda share: share.cost),
    ("moe_breaker_opened_total", "Servers that were left alone for a while.", lambda share: share.breakers_opened),
    ("moe_breaker_closed_total", "Servers that were well again.", lambda share: share.breakers_closed),
    ("moe_budget_refused_total", "Calls not made, as a budget had no room for them.", lambda share: share.over_budget),
)


class RunFigures:
    """The counts. Of one thread."""

    def __init__(self) -> None:
        self._ended: Counter[str] = Counter()
        self._seconds = Histogram(_BOUNDS)
        self._shares: dict[Labels, ModelShare] = {}

    def count_run(self, status: str, shares: Sequence[ModelShare], seconds: float) -> None:
        """Count a run that has ended, and what it asked of models.

        Args:
            status: How it ended.
            shares: What it asked.
            seconds: From when it was taken to its end.
        """
        self._ended[status] += 1
        self._seconds.count(seconds)
        self.count_calls(shares)

    def count_calls(self, shares: Sequence[ModelShare]) -> None:
        """Count what was asked of models."""
        for share in shares:
            key = (share.provider, share.role)
            known = self._shares.get(key)
            self._shares[key] = share if known is None else known.add(share)

    def tell(self) -> Iterator[str]:
        """All of it, line by line."""
        yield from tell_family("moe_info", "gauge", "Which moe this is.", {(VERSION,): 1}, ("version",))
        ended: Mapping[Labels, int] = {(status,): number for status, number in self._ended.items()}
        yield from tell_family("moe_runs_total", "counter", "Runs that have ended.", ended, ("status",))
        yield from self._seconds.tell("moe_run_seconds", "How long runs took, waiting included.")
        labels = ("provider", "role")
        for name, told, read in _COUNTS:
            counts = {key: read(share) for key, share in self._shares.items()}
            yield from tell_family(name, "counter", told, counts, labels)
        tokens = {
            (*key, kind): number
            for key, share in self._shares.items()
            for kind, number in (("read", share.tokens_read), ("written", share.tokens_written))
        }
        yield from tell_family("moe_model_tokens_total", "counter", "Tokens.", tokens, (*labels, "kind"))
