"""What recorded runs, feedback and moves come to for each expert."""

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from moe.contracts.metrics import CallMetrics
from moe.contracts.persona_report import KindPerformance, PersonaUse, Rate, Rivalry
from moe.experts.performance import PersonaPerformance, Records
from moe.experts.track_records import TrackRecord
from moe.storage.runs import RunStore
from moe_core.contracts.event import Event, EventKind
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored

_USE_KINDS = (EventKind.EXPERT_CHOSEN, EventKind.EXPERT_SCORED)
_SURE = 1.959964  # standard deviations of the customary interval of 95 %
_DIGITS = 4
_SHOWN = 5  # best and worst searches, and rivals
_NOTHING = TrackRecord()
_Search = tuple[str, str | None, str]  # run, task, query


class ScoredSearch(msgspec.Struct, frozen=True, kw_only=True):
    """A search in which an expert was judged."""

    run_id: str
    query: str
    score: float
    is_leading: bool
    at: float


class UseTally(msgspec.Struct):
    """What the events tell of all experts.

    Attributes:
        searches: Those for which somebody was woken.
        chosen: By expert, for which.
        failed: By expert, in which it brought nothing.
        scored: By expert, its searches; each once, however often it was told of.
        rounds: By search, who had which score.
    """

    searches: set[_Search] = msgspec.field(default_factory=set)
    chosen: defaultdict[str, set[_Search]] = msgspec.field(default_factory=lambda: defaultdict(set))
    failed: defaultdict[str, set[_Search]] = msgspec.field(default_factory=lambda: defaultdict(set))
    scored: defaultdict[str, dict[_Search, ScoredSearch]] = msgspec.field(default_factory=lambda: defaultdict(dict))
    rounds: defaultdict[_Search, dict[str, float]] = msgspec.field(default_factory=lambda: defaultdict(dict))

    def take(self, events: Iterable[Event]) -> "UseTally":
        """Count events; those of other kinds are left out."""
        for event in events:
            data = event.data
            if isinstance(data, ExpertChosen):
                search = event.run_id, event.task_id, data.query
                self.searches.add(search)
                self.chosen[data.persona].add(search)
                if data.failure:
                    self.failed[data.persona].add(search)
            elif isinstance(data, ExpertScored):
                search = event.run_id, event.task_id, data.query
                self.rounds[search][data.persona] = data.score
                self.scored[data.persona][search] = ScoredSearch(
                    run_id=event.run_id,
                    query=data.query,
                    score=data.score,
                    is_leading=data.is_leading,
                    at=event.at,
                )
        return self

    def join(self, other: "UseTally") -> None:
        """Count what another has counted of other runs."""
        self.searches |= other.searches
        for into, parts in ((self.chosen, other.chosen), (self.failed, other.failed)):
            for name, searches in parts.items():
                into[name] |= searches
        for name, scored in other.scored.items():
            self.scored[name].update(scored)
        self.rounds.update(other.rounds)

    def describe(self, name: str, calls: CallMetrics | None) -> PersonaUse:
        """What an expert did; `calls` are its own of models."""
        own, chosen = self.scored[name].values(), len(self.chosen[name])
        replies = 0 if calls is None else calls.json_replies
        valid = 0.0 if calls is None else (calls.json_validity_rate or 0.0) * replies
        return PersonaUse(
            chosen=chosen,
            share=round(chosen / len(self.searches), _DIGITS) if self.searches else 0.0,
            failed=len(self.failed[name]),
            led=make_rate(sum(one.is_leading for one in own), len(own)),
            score=make_rate(sum(one.score for one in own), len(own)),
            json_validity=make_rate(valid, replies),
            avg_tokens=None if calls is None else calls.avg_tokens,
            avg_seconds=None if calls is None else calls.avg_seconds,
        )

    def list_extremes(self, name: str) -> tuple[list[ScoredSearch], list[ScoredSearch]]:
        """The searches in which an expert brought most, and those in which it brought least."""
        own = self.scored[name].values()
        key = lambda one: (one.score, one.at)  # noqa: E731
        return heapq.nlargest(_SHOWN, own, key=key), heapq.nsmallest(_SHOWN, own, key=key)

    def list_rivals(self, name: str) -> list[Rivalry]:
        """Whom an expert met most in its searches."""
        together: Counter[str] = Counter()
        ahead: Counter[str] = Counter()
        for scores in self.rounds.values():
            for other, score in scores.items() if name in scores else ():
                if other != name:
                    together[other] += 1
                    ahead[other] += scores[name] > score
        return [Rivalry(name=one, together=n, ahead=ahead[one]) for one, n in together.most_common(_SHOWN)]


def collect_use(store: RunStore, *, since: float = 0.0) -> UseTally:
    """What the recorded runs tell of all experts.

    Args:
        store: The record.
        since: Of runs that began then or later, Unix time in seconds.

    Raises:
        StorageError: The record cannot be read.
    """
    whole = UseTally()
    for own in store.memory.fold(
        "use", store.list_since(since), store, _USE_KINDS, lambda events: UseTally().take(events)
    ):
        whole.join(own)
    return whole


def make_rate(good: float, n: float) -> Rate:
    """A share with its interval.

    Source: Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927); scores between 0 and
    1 are taken as that share of a success, which makes the interval rather too wide than too narrow.
    """
    if n <= 0:
        return Rate(mean=None, low=0.0, high=1.0, n=0.0)
    mean = min(1.0, max(0.0, good / n))
    spread = _SURE * math.sqrt(mean * (1 - mean) / n + _SURE**2 / (4 * n**2))
    middle, width = mean + _SURE**2 / (2 * n), 1 + _SURE**2 / n
    low, high = (middle - spread) / width, (middle + spread) / width
    return Rate(
        mean=round(mean, _DIGITS),
        low=round(max(0.0, low), _DIGITS),
        high=round(min(1.0, high), _DIGITS),
        n=round(n, 1),
    )


def rate_record(record: TrackRecord) -> Rate:
    """The share of good in a record."""
    return make_rate(record.good, record.good + record.bad)


def rate_all(records: Records) -> Rate:
    """The same over all kinds of question."""
    return make_rate(sum(one.good for one in records.values()), sum(one.good + one.bad for one in records.values()))


def list_kinds(performance: PersonaPerformance) -> list[KindPerformance]:
    """How an expert does at each kind of question that is known of, those of most scores first."""
    known: Mapping[str, None] = dict.fromkeys([*performance.proven, *performance.seen])
    kinds = [
        KindPerformance(
            kind=kind,
            feedback=rate_record(performance.proven.get(kind, _NOTHING)),
            seen=rate_record(performance.seen.get(kind, _NOTHING)),
        )
        for kind in known
    ]
    return sorted(kinds, key=lambda one: (-(one.feedback.n + one.seen.n), one.kind))
