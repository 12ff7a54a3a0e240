"""Variants of experts that did well."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.contracts.personas import StandingPersona
from moe.experts.breeding import GENERATION, breed, describe_changes, find_parents
from moe.experts.track_records import TrackRecord, TrackRecords
from moe_core import Persona, Tier, Traits
from moe_core.contracts.plugin import PluginSource

STRATEGIES = ("beam", "bridge", "order")
ANN = Persona(name="ann", traits=Traits(depth=9, further={"dates": 7}), traversal="bridge", tier=Tier.STABLE)
BOB = Persona(name="bob", traversal="order", tier=Tier.ACTIVE)
CID = Persona(name="cid", traversal="beam", tier=Tier.EXPERIMENTAL)


def stand(*personas: Persona) -> list[StandingPersona]:
    source = PluginSource(plugin="two.json", origin="bundled")
    return [StandingPersona(persona=one, source=source, is_stored=False) for one in personas]


def records(**known: tuple[float, float]) -> TrackRecords:
    overall = {name: TrackRecord(good=good, bad=bad) for name, (good, bad) in known.items()}
    return TrackRecords(by_kind={}, overall=overall)


GOOD = records(ann=(9, 1), bob=(6, 4), cid=(20, 0))


def test_parents_stand_well_and_have_done_well_often_enough() -> None:
    everybody = stand(ANN, BOB, CID)
    assert [one.name for one in find_parents(everybody, GOOD)] == ["ann", "bob"]
    assert [one.name for one in find_parents(everybody, records(ann=(7, 0), bob=(8, 0)))] == ["bob"]
    assert find_parents(everybody, records(cid=(50, 0))) == []


@given(st.integers(), st.integers(1, 12))
def test_variants_are_new_on_trial_and_name_their_parent(seed: int, most: int) -> None:
    everybody = stand(ANN, BOB, CID)
    bred = breed(everybody, GOOD, strategies=STRATEGIES, most=most, seed=seed)
    assert len(bred) == most
    ways = {(one.traversal, *sorted(one.traits.as_mapping().items())) for one in (ANN, BOB, CID, *bred)}
    assert len(ways) == 3 + most
    assert len({one.name for one in (ANN, BOB, CID, *bred)}) == 3 + most
    for one in bred:
        parent = {"ann": ANN, "bob": BOB}[str(one.metadata["parent"])]
        assert (one.tier, one.historical_performance, one.metadata[GENERATION]) == (Tier.EXPERIMENTAL, {}, 1)
        before, after = parent.traits.as_mapping(), one.traits.as_mapping()
        assert before.keys() == after.keys()
        assert sum(before[name] != after[name] for name in before) <= 2
        assert one.traversal in STRATEGIES
        assert describe_changes(one, parent)


@given(st.integers())
def test_the_same_seed_draws_alike(seed: int) -> None:
    everybody = stand(ANN, BOB)
    first = breed(everybody, GOOD, strategies=STRATEGIES, most=4, seed=seed)
    assert breed(everybody, GOOD, strategies=STRATEGIES, most=4, seed=seed) == first


def test_those_on_trial_count_and_those_that_have_risen_do_not() -> None:
    variant = replace(CID, name="ann-2", metadata={"parent": "ann", GENERATION: 1})
    assert len(breed(stand(ANN, variant), GOOD, strategies=STRATEGIES, most=2, seed=1)) == 1
    risen = replace(variant, tier=Tier.ACTIVE)
    bred = breed(stand(ANN, risen), GOOD, strategies=STRATEGIES, most=2, seed=1)
    assert [one.name for one in bred] == ["ann-3", "ann-4"]


def test_a_variant_of_a_variant_is_of_the_next_generation_and_keeps_the_root_of_its_name() -> None:
    variant = replace(ANN, name="ann-7", metadata={"parent": "ann", GENERATION: 2})
    (bred,) = breed(stand(variant), records(**{"ann-7": (9, 1)}), strategies=STRATEGIES, most=1, seed=1)
    assert (bred.name, bred.metadata["parent"], bred.metadata[GENERATION]) == ("ann-2", "ann-7", 3)


@pytest.mark.parametrize("known", [records(), records(ann=(3, 1))])
def test_without_anybody_who_has_done_well_there_is_none(known: TrackRecords) -> None:
    assert breed(stand(ANN, BOB), known, strategies=STRATEGIES, most=3, seed=1) == []
