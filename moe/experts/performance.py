"""How the experts of a workspace did, as it is kept from run to run."""

import itertools
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from moe.contracts.personas import PersonaScore
from moe.experts.lifecycle import Standing
from moe.experts.settings import PersonaThresholds
from moe.experts.track_records import TrackRecord, TrackRecords
from moe_core.contracts.persona import Tier
from moe_core.contracts.wire import JsonObject, decode_json, encode_json

_FADE = 0.995  # chosen: of what a score counts in a record when the next one is there; half of it after 140
_NOTHING = TrackRecord()
_DAMAGED = ".damaged-"
Records = Mapping[str, TrackRecord]


class PersonaPerformance(msgspec.Struct, frozen=True, kw_only=True):
    """How one persona did.

    Attributes:
        weight: What its scores weigh together, decayed; see `Standing`.
        total: The scores times their weights.
        since_move: Scores since its last move.
        direction: Of that move.
        proven: By kind of question, what feedback says of it.
        seen: By kind of question, what the experts' own evaluation says of it.
        shared: By workspace, by kind of question, what feedback there says of it.
    """

    weight: float = 0.0
    total: float = 0.0
    since_move: int = 0
    direction: int = 0
    proven: Records = msgspec.field(default_factory=dict)
    seen: Records = msgspec.field(default_factory=dict)
    shared: Mapping[str, Records] = msgspec.field(default_factory=dict)

    def stand(self, tier: Tier) -> Standing:
        """Where it stands."""
        return Standing(
            tier=tier,
            weight=self.weight,
            total=self.total,
            since_move=self.since_move,
            direction=self.direction,
        )

    def take_standing(self, standing: Standing) -> "PersonaPerformance":
        """The same after it was judged."""
        return replace(
            self,
            weight=standing.weight,
            total=standing.total,
            since_move=standing.since_move,
            direction=standing.direction,
        )

    def take_score(self, score: PersonaScore, *, is_feedback: bool) -> "PersonaPerformance":
        """The same with one more score in its records."""
        known = self.proven if is_feedback else self.seen
        record = known.get(score.kind, _NOTHING).fade(_FADE).observe(score.score)
        changed = {**known, score.kind: record}
        return replace(self, proven=changed) if is_feedback else replace(self, seen=changed)

    def retract(self, score: PersonaScore) -> "PersonaPerformance":
        """The same without a piece of feedback that was taken back."""
        record = self.proven.get(score.kind, _NOTHING).retract(score.score)
        return replace(self, proven={**self.proven, score.kind: record})


Performances = Mapping[str, PersonaPerformance]


def describe_performance(performance: PersonaPerformance, thresholds: PersonaThresholds) -> JsonObject:
    """What is kept of a persona, in figures for a reader; {} for nothing."""
    if not (performance.weight or performance.proven or performance.shared):
        return {}
    shared: dict[str, TrackRecord] = {}
    for records in performance.shared.values():
        for kind, record in records.items():
            shared[kind] = shared.get(kind, _NOTHING).join(record)
    told: JsonObject = {
        "tier_score": round(performance.stand(Tier.ACTIVE).estimate(thresholds), 4),
        "since_move": performance.since_move,
        "feedback": _describe_records(performance.proven),
    }
    return {**told, "shared": _describe_records(shared)} if shared else told


def _describe_records(records: Records) -> JsonObject:
    return {
        kind: {"score": round(one.good / (one.good + one.bad), 4), "observations": round(one.good + one.bad, 1)}
        for kind, one in sorted(records.items())
        if one.good + one.bad
    }


def load_performances(path: Path) -> dict[str, PersonaPerformance]:
    """What is kept, by persona; nothing where there is no file, or none that can be read: it was put there whole.

    Raises:
        OSError: It cannot be read.
    """
    try:
        return decode_json(dict[str, PersonaPerformance], path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}


def is_damaged(path: Path, holds: Any = dict[str, PersonaPerformance]) -> bool:
    """Whether there is a file, and it does not hold what it should.

    Args:
        path: Of the file.
        holds: The type of that.

    Raises:
        OSError: It cannot be read.
    """
    try:
        decode_json(holds, path.read_bytes())
    except FileNotFoundError:
        return False
    except ValueError:
        return True
    return False


def list_set_aside(path: Path) -> list[Path]:
    """The damaged files that were kept beside that one, by name."""
    return sorted(path.parent.glob(f"{path.name}{_DAMAGED}*"))


def set_aside(path: Path) -> Path:
    """Keep a damaged file under a name that is free, which is returned; the caller is the only writer.

    Raises:
        OSError: It cannot be moved.
    """
    names = (path.with_name(f"{path.name}{_DAMAGED}{number}") for number in itertools.count(1))
    kept = next(name for name in names if not os.path.lexists(name))
    path.rename(kept)
    return kept


def write_performances(path: Path, performances: Performances) -> None:
    """Put it in place whole; the caller is the only writer.

    Raises:
        OSError: It cannot be written.
    """
    pending = path.with_suffix(".pending")
    pending.write_bytes(encode_json(dict(performances)))
    os.replace(pending, path)


def read_proven(performances: Performances) -> TrackRecords:
    """The records by feedback, here and in the workspaces whose learning was taken in."""
    own = _join(performances, lambda one: one.proven)
    for source in {source for one in performances.values() for source in one.shared}:
        own = own.join(_join(performances, partial(_read_shared, source)))
    return own


def read_seen(performances: Performances) -> TrackRecords:
    """The records by the experts' own evaluation."""
    return _join(performances, lambda one: one.seen)


def _read_shared(source: str, performance: PersonaPerformance) -> Records:
    return performance.shared.get(source, {})


def _join(performances: Performances, read: Callable[[PersonaPerformance], Records]) -> TrackRecords:
    by_kind = {(name, kind): record for name, one in performances.items() for kind, record in read(one).items()}
    return TrackRecords(by_kind=by_kind, overall={name: _sum(read(one).values()) for name, one in performances.items()})


def _sum(records: Iterable[TrackRecord]) -> TrackRecord:
    whole = _NOTHING
    for record in records:
        whole = whole.join(record)
    return whole
