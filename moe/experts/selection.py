"""Who is woken for a question: under a budget of cost, by what personas know, how they did, and how they differ."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from moe.contracts.experts import ExpertChoice
from moe.contracts.personas import PersonaChoice
from moe.experts.track_records import TrackRecords, find_kind
from moe_core.contracts.errors import RequestError
from moe_core.contracts.persona import NEUTRAL, Persona, Tier
from moe_core.text.tokens import find_terms

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_EXPERTISE_WORTH = 0.5  # chosen: to know all of a question's words is worth as much as to do better by half
_SAMENESS_COST = 0.3  # chosen: what a persona loses that is the same as one chosen before
_SURE = 2.0  # deviations; with 1, chance changed places: benchmarks/experts/learning.py
_EXPLORED_SHARE = 0.125  # chosen: of questions, those that wake an experimental persona
_TRIAL = 24  # chosen: scores, three times as many as a persona is judged by at the soonest; most are judged by then
_TRIED_AFTER = 1.0  # chosen: of doubtful questions, while somebody is on trial
_EXPLORED_AFTER = 0.5  # chosen: the same where a proven one was woken before, so that trying costs no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonaBench:
    """The personas that can be woken, made ready once for many questions.

    Attributes:
        names: Without pruned ones.
        costs: Shape (personas,).
        is_new: Which are experimental. Shape (personas,).
        is_own: Which the workspace has of its own. Shape (personas,).
        profiles: Traits and strategies. Shape (personas, features), rows of length 1.
        knowers: By term, the places of the personas whose expertise has it.
    """

    names: tuple[str, ...]
    costs: Floats
    is_new: Flags
    is_own: Flags
    profiles: Floats = field(repr=False)
    knowers: Mapping[str, tuple[int, ...]] = field(repr=False)


def make_bench(personas: Sequence[Persona], *, own: Collection[str] = ()) -> PersonaBench:
    """Make personas ready to be chosen from; pruned ones are left aside.

    Args:
        personas: Who there is.
        own: Those of them that the workspace has of its own: made, bred or taken in, not brought by a plugin.
    """
    kept = tuple(one for one in personas if one.tier is not Tier.PRUNED)
    knowers: dict[str, list[int]] = {}
    for place, one in enumerate(kept):
        for term in sorted(set(find_terms(" ".join(one.expertise)))):
            knowers.setdefault(term, []).append(place)
    return PersonaBench(
        names=tuple(one.name for one in kept),
        costs=np.array([one.activation_cost for one in kept], dtype=np.float64),
        is_new=np.array([one.tier is Tier.EXPERIMENTAL for one in kept], dtype=np.bool_),
        is_own=np.array([one.name in own for one in kept], dtype=np.bool_),
        profiles=_profile(kept),
        knowers={term: tuple(found) for term, found in knowers.items()},
    )


def choose_personas(
    question: str,
    bench: PersonaBench,
    records: TrackRecords,
    *,
    budget: float,
    most: int,
    seed: int = 0,
    after: str = "",
) -> tuple[PersonaChoice, ...]:
    """Choose who is woken, the cheapest first.

    A rate of good scores is drawn for each persona from what is known of it at this kind of question (a beta
    distribution: the less is known, the wider), what it knows about is added, and the best that the budget has room for
    are taken one after the other, each losing by its likeness to those before. One question in eight begins with an
    experimental persona, one in two after a proven one; else they are taken only when nobody else can be. While one
    that the workspace has of its own is new to it, that one is tried, after a proven one each time, and a trial that is
    begun is ended first: so it is soon known what it is worth. Equal questions and seeds choose alike.

    Args:
        question: What is asked.
        bench: Who can be woken.
        records: How they did so far.
        budget: The most that their activation costs may add up to.
        most: Personas at most.
        seed: Another one draws otherwise.
        after: Who was woken before, and is not chosen again; likeness to it counts as well.

    Source: Thompson sampling (Thompson, "On the Likelihood that One Unknown Probability Exceeds Another", 1933) with
    the kind of question as context; the choice among similar ones as in maximal marginal relevance (Carbonell and
    Goldstein, 1998).
    """
    digest = blake2b(question.encode("utf-8", "replace"), digest_size=8).digest()
    rng = np.random.default_rng([seed % 2**63, int.from_bytes(digest, "big")])
    kind = find_kind(question)
    good, bad, observed = records.read_columns(bench.names, kind)
    trial = _find_trial(bench, records)
    explores = rng.random() < ((_TRIED_AFTER if trial is not None else _EXPLORED_AFTER) if after else _EXPLORED_SHARE)
    drawn = rng.beta(1 + good, 1 + bad)
    expertise = _measure_expertise(question, bench)
    sameness = np.zeros(len(bench.names))
    chosen: list[PersonaChoice] = []
    is_open = np.ones(len(bench.names), dtype=np.bool_)
    left = budget
    if after in bench.names:
        before = bench.names.index(after)
        is_open[before] = False
        sameness = bench.profiles @ bench.profiles[before]
    while len(chosen) < most:
        can_be = is_open & (bench.costs <= left + 1e-9)
        tried = bench.is_new if trial is None else trial
        wanted = can_be & (tried if explores and not chosen else ~bench.is_new)
        can_be = wanted if wanted.any() else can_be if not chosen else wanted
        if not can_be.any():
            break
        worth = drawn + _EXPERTISE_WORTH * expertise - _SAMENESS_COST * sameness
        place = int(np.argmax(np.where(can_be, worth, -np.inf)))
        chosen.append(
            PersonaChoice(
                persona=bench.names[place],
                cost=float(bench.costs[place]),
                kind=kind,
                drawn=round(float(drawn[place]), 4),
                observations=round(float(observed[place]), 4),
                expertise=round(float(expertise[place]), 4),
                sameness=round(float(sameness[place]), 4),
                is_exploration=bool(bench.is_new[place]),
            )
        )
        left -= float(bench.costs[place])
        is_open[place] = False
        sameness = np.maximum(sameness, bench.profiles @ bench.profiles[place])
    return tuple(sorted(chosen, key=lambda one: one.cost))


def choose_first(question: str, bench: PersonaBench, proven: TrackRecords, *, budget: float) -> ExpertChoice:
    """Choose who is woken first: whom feedback knows best, unless another is all but certainly better.

    Among those that stand in active or stable, the one with the most feedback holds the place (of equals the one with
    the best record, then the cheapest). Another takes it at a kind of question when its record there is better even two
    deviations below its mean, of a beta distribution, than the holder's mean. Nobody is drawn, and nobody on trial is
    taken, so that no question pays for finding out; whom doubt wakes is drawn (`choose_personas`).

    Args:
        question: What is asked.
        bench: Who can be woken.
        proven: Their records by feedback.
        budget: The most that it may cost, where anybody costs so little.

    Raises:
        RequestError: Nobody is left.

    Source: conservative bandits (Wu et al., 2016), which leave the proven choice only for what is surely no worse.
    Taking the best lower bound alone was measured as well: over seven sets it lost 0.6 points of recall@5 by chance.
    """
    if not bench.names:
        raise RequestError("all personas are pruned", hint="moe personas restore generalist")
    kind = find_kind(question)
    good, bad, observed = proven.read_columns(bench.names, kind)
    one, other = 1 + good, 1 + bad
    sums = one + other
    means = one / sums
    bounds = np.round(means - _SURE * np.sqrt(one * other / (sums**2 * (sums + 1))), 6)
    can_be = _narrow(_narrow(~bench.is_new, np.ones_like(bench.is_new)), bench.costs <= budget + 1e-9)
    known = np.where(can_be, proven.count(bench.names), -np.inf)
    holder = int(np.lexsort((bench.costs, -bounds, -known))[0])
    best = int(np.lexsort((bench.costs, -np.where(can_be, bounds, -np.inf)))[0])
    place = best if bounds[best] > means[holder] else holder
    held = "feedback knows it best" if place == holder else f"it is surely better than {bench.names[holder]}"
    numbers = {
        "mean": round(float(means[place]), 4),
        "at_least": round(float(bounds[place]), 4),
        "observations": round(float(observed[place]), 4),
    }
    return ExpertChoice(
        persona=bench.names[place],
        cost=float(bench.costs[place]),
        reason=f"{held} at questions of the kind {kind!r}",
        numbers=numbers,
    )


def draw_share(question: str, share: float, *, seed: int = 0) -> bool:
    """Whether a question is among the share of them that is drawn; the same for equal questions and seeds."""
    named = f"{seed}\n{question}".encode("utf-8", "replace")
    drawn = int.from_bytes(blake2b(named, digest_size=8, person=b"doubt").digest(), "big")
    return drawn < share * 2.0**64


def choose_trial(
    question: str, bench: PersonaBench, records: TrackRecords, *, budget: float, seed: int = 0, after: str = ""
) -> PersonaChoice | None:
    """Choose who looks without a say, to be judged: one of the workspace's own that is on trial; None for nobody.

    Args:
        question: What is asked.
        bench: Who can be woken.
        records: How they did so far.
        budget: The most that it may cost.
        seed: Another one draws otherwise.
        after: Who was woken before.
    """
    if not (bench.is_new & bench.is_own).any():
        return None
    trial = _find_trial(bench, records)
    if trial is None:
        return None
    can_be = trial & (bench.costs <= budget + 1e-9)
    if not any(name != after for name, is_open in zip(bench.names, can_be.tolist(), strict=True) if is_open):
        return None
    return choose_personas(question, bench, records, budget=budget, most=1, seed=seed, after=after)[0]


def _find_trial(bench: PersonaBench, records: TrackRecords) -> Flags | None:
    """Who is on trial; None for nobody: experimental, the workspace's own, and not scored too often yet."""
    observed = records.count(bench.names)
    tried = bench.is_new & bench.is_own & (np.round(observed) < _TRIAL)
    return tried & (observed >= observed[tried].max() - 1e-9) if tried.any() else None


def _narrow(wanted: Flags, among: Flags) -> Flags:
    """Those of both; of the first alone where that would leave nobody, of the second where the first has nobody."""
    both = wanted & among
    return both if both.any() else wanted if wanted.any() else among


def _measure_expertise(question: str, bench: PersonaBench) -> Floats:
    """The share of the question's terms that each persona knows about."""
    terms = set(find_terms(question))
    share = np.zeros(len(bench.names))
    for term in sorted(terms & bench.knowers.keys()):
        share[list(bench.knowers[term])] += 1 / len(terms)
    return share


def _profile(personas: Sequence[Persona]) -> Floats:
    """Each persona's traits, by how far from neutral, and its strategy, as one row of length 1."""
    names = sorted({name for one in personas for name in one.traits.as_mapping()})
    ways = sorted({one.traversal for one in personas})
    rows = np.zeros((len(personas), len(names) + len(ways)))
    for place, one in enumerate(personas):
        rows[place, : len(names)] = [(one.traits.find(name) - NEUTRAL) / 4 for name in names]
        rows[place, len(names) + ways.index(one.traversal)] = 1.0
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 0, lengths, 1.0)
