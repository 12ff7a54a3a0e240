"""How personas did at each kind of question, from recorded scores."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from moe.contracts.personas import PersonaScore
from moe_core.contracts.persona import Persona
from moe_kit.extraction.kinds import find_asked_kinds

Floats = NDArray[np.float64]

_BORROWED_MAX = 4.0  # chosen: scores of other kinds that count for a kind, at most
_BROUGHT_MAX = 50.0  # chosen: scores that a persona may bring, at most


class TrackRecord(msgspec.Struct, frozen=True, kw_only=True):
    """Sums of scores, and of what each was missing to 1.

    Attributes:
        good: Sum of scores.
        bad: Sum of 1 - score.
    """

    good: float = 0.0
    bad: float = 0.0

    def observe(self, score: float) -> "TrackRecord":
        """The record with one more score."""
        return TrackRecord(good=self.good + score, bad=self.bad + 1 - score)

    def fade(self, decay: float) -> "TrackRecord":
        """The record as it counts when the next score is there."""
        return TrackRecord(good=self.good * decay, bad=self.bad * decay)

    def retract(self, score: float) -> "TrackRecord":
        """The record without a score that was taken back."""
        return TrackRecord(good=max(0.0, self.good - score), bad=max(0.0, self.bad - 1 + score))

    def join(self, other: "TrackRecord") -> "TrackRecord":
        """Both together."""
        return TrackRecord(good=self.good + other.good, bad=self.bad + other.bad)


_NOTHING = TrackRecord()


class TrackRecords(msgspec.Struct, frozen=True, kw_only=True):
    """Records by persona and kind of question.

    Attributes:
        by_kind: By (persona, kind).
        overall: By persona, over all kinds.
    """

    by_kind: Mapping[tuple[str, str], TrackRecord]
    overall: Mapping[str, TrackRecord]

    def read_columns(self, personas: Sequence[str], kind: str) -> tuple[Floats, Floats, Floats]:
        """What is known of personas at a kind of question, of shape (personas,) each.

        Returns:
            Good and bad scores, those that their other kinds lend among them; and how many are of this very kind.
        """
        own = [self.by_kind.get((name, kind), _NOTHING) for name in personas]
        whole = [self.overall.get(name, _NOTHING) for name in personas]
        good, bad = (np.array([getattr(one, side) for one in own], dtype=np.float64) for side in ("good", "bad"))
        others = [np.array([getattr(one, side) for one in whole], dtype=np.float64) for side in ("good", "bad")]
        rest_good, rest_bad = np.maximum(others[0] - good, 0), np.maximum(others[1] - bad, 0)
        share = np.minimum(1.0, _BORROWED_MAX / np.maximum(rest_good + rest_bad, 1e-9))
        return good + share * rest_good, bad + share * rest_bad, good + bad

    def count(self, personas: Sequence[str]) -> Floats:
        """How many scores each persona has, of all kinds. Shape (personas,)."""
        whole = [self.overall.get(name, _NOTHING) for name in personas]
        return np.array([one.good + one.bad for one in whole], dtype=np.float64)

    def join(self, other: "TrackRecords") -> "TrackRecords":
        """Both together."""
        by_kind, overall = dict(self.by_kind), dict(self.overall)
        for key, record in other.by_kind.items():
            by_kind[key] = by_kind.get(key, _NOTHING).join(record)
        for name, record in other.overall.items():
            overall[name] = overall.get(name, _NOTHING).join(record)
        return TrackRecords(by_kind=by_kind, overall=overall)

    def read_means(self, personas: Sequence[str], kind: str) -> list[float]:
        """Each persona's mean score at a kind of question, with one good and one bad score among them."""
        good, bad, _ = self.read_columns(personas, kind)
        means: list[float] = ((1 + good) / (2 + good + bad)).tolist()
        return means


def read_bundled(personas: Iterable[Persona]) -> TrackRecords:
    """The records that personas bring: `score`, the mean, over so many `observations`, in `historical_performance`."""
    overall: dict[str, TrackRecord] = {}
    for one in personas:
        score, observations = (one.historical_performance.get(key) for key in ("score", "observations"))
        if isinstance(score, int | float) and isinstance(observations, int | float) and 0 <= score <= 1:
            kept = min(max(0.0, float(observations)), _BROUGHT_MAX)
            overall[one.name] = TrackRecord(good=score * kept, bad=(1 - score) * kept)
    return TrackRecords(by_kind={}, overall=overall)


def build_records(scores: Iterable[PersonaScore]) -> TrackRecords:
    """The records that scores come to."""
    by_kind: dict[tuple[str, str], TrackRecord] = {}
    overall: dict[str, TrackRecord] = {}
    for one in scores:
        key = (one.persona, one.kind)
        by_kind[key] = by_kind.get(key, _NOTHING).observe(one.score)
        overall[one.persona] = overall.get(one.persona, _NOTHING).observe(one.score)
    return TrackRecords(by_kind=by_kind, overall=overall)


@lru_cache(maxsize=64)  # asked for at each step of a question
def find_kind(question: str) -> str:
    """The kind of a question: what it asks for first (when, count, money, name, ...), or "other"."""
    asked = find_asked_kinds(question)
    return (asked[0].dimension or str(asked[0].kind)) if asked else "other"
