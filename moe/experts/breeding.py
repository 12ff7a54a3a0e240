"""Variants of experts that did well: they begin as experimental, and rise and fall by what they bring."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from random import Random

from moe.contracts.personas import StandingPersona
from moe.experts.track_records import TrackRecord, TrackRecords
from moe_core.contracts.persona import MAIN_TRAITS, Persona, Tier, Traits

GENERATION = "generation"
"""In the metadata of those that were bred: how many steps it is from one that was not."""

_SCORES_MIN = 8.0  # of feedback, for a parent; as many as move a persona
_PARENTS_MAX = 3  # chosen: the best ones, by turns
_STEPS = (-3, -2, -1, 1, 2, 3)  # of a trait from 1 to 9
_CHANGED_MAX = 2  # traits of one variant
_OTHER_STRATEGY = 0.3  # chosen: how often a variant walks otherwise too
_TRIES = 40  # until a variant is none that there is already
_NUMBER = re.compile(r"-\d+\Z")


def find_parents(standing: Sequence[StandingPersona], records: TrackRecords) -> list[Persona]:
    """Who has done best by feedback of those that are active or stable, best first; few, and with enough of it."""
    whole = [
        (record, one.persona)
        for one in standing
        if one.persona.tier in (Tier.ACTIVE, Tier.STABLE)
        and (record := records.overall.get(one.persona.name)) is not None
        and record.good + record.bad >= _SCORES_MIN
    ]
    ranked = sorted(whole, key=lambda pair: (-_mean(pair[0]), pair[1].name))
    return [persona for _, persona in ranked[:_PARENTS_MAX]]


def breed(
    standing: Sequence[StandingPersona], records: TrackRecords, *, strategies: Sequence[str], most: int, seed: int
) -> list[Persona]:
    """New variants, so that at most so many are on trial at once; none without somebody who has done well.

    A variant has one or two traits of its parent's moved by up to three, and sometimes another strategy. It has no
    record, and its metadata name its parent.

    Args:
        standing: Who there is.
        records: How they did, by feedback.
        strategies: Those that can be walked by.
        most: Variants that are experimental at once.
        seed: Another one draws otherwise.
    """
    personas = [one.persona for one in standing]
    on_trial = sum(one.tier is Tier.EXPERIMENTAL and GENERATION in one.metadata for one in personas)
    parents = find_parents(standing, records)
    random = Random(f"{seed}/{len(personas)}")
    taken = {_read_way(one) for one in personas}
    names = {one.name.lower() for one in personas}
    bred: list[Persona] = []
    for number in range(max(0, most - on_trial) if parents else 0):
        parent = parents[number % len(parents)]
        for _ in range(_TRIES):
            variant = _vary(parent, strategies, random)
            if _read_way(variant) not in taken:
                named = replace(variant, name=_find_name(parent.name, names))
                taken.add(_read_way(named))
                names.add(named.name.lower())
                bred.append(named)
                break
    return bred


def describe_changes(variant: Persona, parent: Persona) -> str:
    """What a variant has otherwise than its parent: "depth 7 to 9, walks by beam"."""
    before, after = parent.traits.as_mapping(), variant.traits.as_mapping()
    changes = [f"{name} {before[name]} to {value}" for name, value in after.items() if before[name] != value]
    if variant.traversal != parent.traversal:
        changes.append(f"walks by {variant.traversal}")
    return ", ".join(changes)


def _vary(parent: Persona, strategies: Sequence[str], random: Random) -> Persona:
    traits = parent.traits.as_mapping()
    for name in random.sample(sorted(traits), random.randint(1, _CHANGED_MAX)):
        traits[name] = min(9, max(1, traits[name] + random.choice(_STEPS)))
    own = {name: traits.pop(name) for name in MAIN_TRAITS}
    others = sorted(set(strategies) - {parent.traversal})
    traversal = random.choice(others) if others and random.random() < _OTHER_STRATEGY else parent.traversal
    generation = parent.metadata.get(GENERATION, 0)
    return replace(
        parent,
        traits=Traits(**own, further=traits),
        traversal=traversal,
        tier=Tier.EXPERIMENTAL,
        historical_performance={},
        metadata={
            **parent.metadata,
            "parent": parent.name,
            GENERATION: (generation if isinstance(generation, int) else 0) + 1,
        },
    )


def _read_way(persona: Persona) -> tuple[object, ...]:
    """What tells how it walks: two of one way find the same."""
    return (persona.traversal, *sorted(persona.traits.as_mapping().items()))


def _find_name(parent: str, taken: Iterable[str]) -> str:
    """ "connector-2" of connector and of connector-7: the first number that is free."""
    root, known = _NUMBER.sub("", parent), set(taken)
    number = 2
    while f"{root}-{number}".lower() in known:
        number += 1
    return f"{root}-{number}"


def _mean(record: TrackRecord) -> float:
    return record.good / (record.good + record.bad)
