"""How personas rise and fall: pure functions from recorded scores to moves."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from msgspec.structs import replace

from moe.contracts.personas import TIERS, PersonaScore
from moe.experts.settings import PersonaThresholds
from moe_core.contracts.persona import Tier
from moe_core.contracts.persona_payloads import PersonaChanged

_PRIOR = 0.5  # neither good nor bad
_QUANTILES = {"pruning": 0.1, "demotion": 0.25, "activation": 0.5, "promotion": 0.9}
_CROWD_MIN = 8  # personas with enough scores below which quantiles say nothing


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a persona stands, and all that decides whether it moves.

    Attributes:
        tier: Now.
        weight: What its scores weigh together, decayed.
        total: The scores times their weights.
        since_move: Scores since its last move.
        direction: Of that move: 1 up, -1 down, 0 for none.
    """

    tier: Tier
    weight: float = 0.0
    total: float = 0.0
    since_move: int = 0
    direction: int = 0

    def observe(self, score: float, thresholds: PersonaThresholds) -> "Standing":
        """The standing after one more score."""
        return replace(
            self,
            weight=self.weight * thresholds.decay + 1,
            total=self.total * thresholds.decay + score,
            since_move=self.since_move + 1,
        )

    def estimate(self, thresholds: PersonaThresholds) -> float:
        """How good the persona is held to be, in [0, 1].

        The mean of its scores, the latest weighing most, with `prior_weight` scores of 0.5 among them: a beta-like
        prior that keeps few scores from saying much.
        """
        weight = self.weight + thresholds.prior_weight
        return (self.total + _PRIOR * thresholds.prior_weight) / weight if weight else _PRIOR


def decide_move(name: str, standing: Standing, thresholds: PersonaThresholds) -> PersonaChanged | None:
    """Whether a persona moves by a tier now, with the numbers that decide it; a pruned one stays.

    To turn its last move round a score has to go further, by the hysteresis.
    """
    if standing.tier is Tier.PRUNED or standing.since_move < thresholds.observations_min:
        return None
    score = standing.estimate(thresholds)
    is_new = standing.tier is Tier.EXPERIMENTAL
    floor = "pruning" if is_new else "demotion"
    lowest = getattr(thresholds, floor) - (thresholds.hysteresis if standing.direction > 0 else 0)
    if score < lowest:
        return _tell(name, standing, thresholds, score, (floor, lowest), by=-1)
    if standing.tier is Tier.STABLE:
        return None
    ceiling = "activation" if is_new else "promotion"
    highest = getattr(thresholds, ceiling) + (thresholds.hysteresis if standing.direction < 0 else 0)
    return _tell(name, standing, thresholds, score, (ceiling, highest), by=1) if score >= highest else None


def adapt_thresholds(thresholds: PersonaThresholds, standings: Iterable[Standing]) -> PersonaThresholds:
    """The thresholds as quantiles of how all personas do, each at most `dynamic_span` from where it is set.

    They stay as set unless `dynamic` is on and at least eight personas have enough scores.
    """
    enough = [one for one in standings if one.weight >= 1 and one.tier is not Tier.PRUNED]
    found = sorted(one.estimate(thresholds) for one in enough)
    if not thresholds.dynamic or len(found) < _CROWD_MIN:
        return thresholds
    moved: dict[str, float] = {}
    least = 0.0
    for name, share in _QUANTILES.items():  # rising, and kept so
        fixed, span = getattr(thresholds, name), thresholds.dynamic_span
        quantile = found[round(share * (len(found) - 1))]
        least = moved[name] = max(least, min(max(quantile, fixed - span), fixed + span))
    return thresholds.model_copy(update=moved)


def replay(
    scores: Iterable[PersonaScore], tiers: Mapping[str, Tier], thresholds: PersonaThresholds
) -> tuple[list[PersonaChanged], dict[str, Standing]]:
    """Who would have moved: the moves in their order, and where everybody stands in the end.

    Args:
        scores: Recorded ones, oldest first; those of personas without a tier count for nothing.
        tiers: Where each stood before the first score.
        thresholds: To hold them against.
    """
    return pruning_phase(scores, {name: Standing(tier=tier) for name, tier in tiers.items()}, thresholds)


def pruning_phase(
    scores: Iterable[PersonaScore], standings: Mapping[str, Standing], thresholds: PersonaThresholds
) -> tuple[list[PersonaChanged], dict[str, Standing]]:
    """Who moves by new scores: the moves in their order, and where everybody stands afterwards.

    Args:
        scores: Oldest first; those of personas without a standing count for nothing.
        standings: Where each stood before.
        thresholds: To hold them against.
    """
    standings = dict(standings)
    moves: list[PersonaChanged] = []
    for one in scores:
        if one.persona not in standings:
            continue
        standing = standings[one.persona].observe(one.score, thresholds)
        adapted = adapt_thresholds(thresholds, standings.values()) if thresholds.dynamic else thresholds
        move = decide_move(one.persona, standing, adapted)
        if move is not None:
            moves.append(move)
            direction = TIERS.index(Tier(move.after)) - TIERS.index(standing.tier)
            standing = replace(standing, tier=Tier(move.after), since_move=0, direction=direction)
        standings[one.persona] = standing
    return moves, standings


def join_moves(moves: Sequence[PersonaChanged]) -> list[PersonaChanged]:
    """One move a persona, from where it stood first to where it stands last; none for one that came back."""
    last: dict[str, PersonaChanged] = {}
    first: dict[str, str] = {}
    for move in moves:
        first.setdefault(move.persona, move.before)
        last[move.persona] = move
    return [
        PersonaChanged(
            persona=name,
            action="moved",
            before=first[name],
            after=move.after,
            reason=move.reason,
            numbers=move.numbers,
        )
        for name, move in last.items()
        if first[name] != move.after
    ]


def _tell(
    name: str,
    standing: Standing,
    thresholds: PersonaThresholds,
    score: float,
    held_against: tuple[str, float],
    *,
    by: int,
) -> PersonaChanged:
    what, threshold = held_against
    side = "below" if by < 0 else "at or above"
    return PersonaChanged(
        persona=name,
        action="moved",
        before=str(standing.tier),
        after=str(TIERS[TIERS.index(standing.tier) + by]),
        reason=f"its score is {side} the threshold of {what}",
        numbers={
            "score": round(score, 4),
            what: round(threshold, 4),
            "observations": standing.since_move,
            "observations_min": thresholds.observations_min,
        },
    )
