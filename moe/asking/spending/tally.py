"""What a run's calls to models add up to."""

from moe.asking.structured import VALID_FIRST
from moe.contracts.models import ModelReport, StructuredCounts
from moe_core.contracts.messages import Usage


class ModelTally:
    """Counts a run's calls.

    Attributes:
        usage: What all of them cost so far.
        used_language_model: Whether any reply came from one.
        asked_language_model: Whether one was asked, with or without a reply that could be used.
        fell_back: Whether a fallback served any.
        answered_by: The provider that last answered the run's top agent; "" before any did.
    """

    def __init__(self) -> None:
        self.usage = Usage()
        self.used_language_model = self.asked_language_model = False
        self.fell_back = False
        self.answered_by = ""
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
            answered_by=self.answered_by,
        )

    def add_usage(self, usage: Usage) -> None:
        """Take in what a request cost."""
        self.usage += usage

    def add_look(self, was_found: bool) -> None:
        """Take in whether the cache had an answer."""
        self._looks.append(was_found)

    def add_report(self, report: ModelReport) -> None:
        """Take in how calls went that another process has made, but for what they cost."""
        self._counts.append(report.structured)
        self._looks += report.cache_hits * [True] + report.cache_misses * [False]
        self.fell_back |= report.fell_back
        self.answered_by = report.answered_by or self.answered_by

    def add_counts(self, counts: StructuredCounts) -> None:
        """Take in how asking for an object went."""
        if counts is VALID_FIRST:  # by far the most
            self._valid_first += 1
        else:
            self._counts.append(counts)
