"""What a run's calls to models add up to."""

from dataclasses import dataclass, field

from moe.asking.json.counts import StructuredCounts
from moe.asking.structured import VALID_FIRST
from moe_core.contracts.messages import Usage


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReport:
    """How asking models went.

    Attributes:
        structured: Objects asked for, valid at once, repaired, asked for again, given up.
        cache_hits: Requests answered from the cache, when it is on.
        cache_misses: Requests it had no answer to.
        fell_back: Whether a fallback served any call.
    """

    structured: StructuredCounts = field(default_factory=StructuredCounts)
    cache_hits: int = 0
    cache_misses: int = 0
    fell_back: bool = False


class ModelTally:
    """Counts a run's calls.

    Attributes:
        usage: What all of them cost so far.
        used_language_model: Whether any reply came from one.
        fell_back: Whether a fallback served any.
    """

    def __init__(self) -> None:
        self.usage = Usage()
        self.used_language_model = False
        self.fell_back = False
        self._valid_first = 0
        self._counts: list[StructuredCounts] = []  # of objects that were not valid at once
        self._looks: list[bool] = []

    def __repr__(self) -> str:
        return f"<ModelTally of {self.usage.requests} requests>"

    @property
    def report(self) -> ModelReport:
        """How the calls went."""
        hits = sum(self._looks)
        return ModelReport(
            structured=sum(self._counts, StructuredCounts.count_valid(self._valid_first)),
            cache_hits=hits,
            cache_misses=len(self._looks) - hits,
            fell_back=self.fell_back,
        )

    def add_usage(self, usage: Usage) -> None:
        """Take in what a request cost."""
        self.usage += usage

    def add_look(self, was_found: bool) -> None:
        """Take in whether the cache had an answer."""
        self._looks.append(was_found)

    def add_counts(self, counts: StructuredCounts) -> None:
        """Take in how asking for an object went."""
        if counts is VALID_FIRST:  # by far the most
            self._valid_first += 1
        else:
            self._counts.append(counts)
