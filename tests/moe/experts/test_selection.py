"""Who is woken for a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.contracts.personas import PersonaScore
from moe.experts.selection import choose_first, choose_personas, make_bench
from moe.experts.track_records import build_records, find_kind
from moe_core import Persona, Tier, Traits

WHEN = "When was the mill restored?"
NOBODY = build_records([])


def make(name: str, cost: float = 0.2, tier: Tier = Tier.ACTIVE, **more) -> Persona:
    return Persona(name=name, activation_cost=cost, tier=tier, **more)


def score(persona: str, value: float, times: int, kind: str = "when") -> list[PersonaScore]:
    return [PersonaScore(persona=persona, score=value, kind=kind)] * times


def names(question, personas, records=NOBODY, *, budget=1.0, most=1, seed=0):
    chosen = choose_personas(question, make_bench(personas), records, budget=budget, most=most, seed=seed)
    return [one.persona for one in chosen]


def share_of(persona: str, personas, records, question=WHEN) -> float:
    """How often it is chosen, over 200 seeds."""
    return sum(names(question, personas, records, seed=seed) == [persona] for seed in range(200)) / 200


@given(
    costs=st.lists(st.floats(0, 2), max_size=8),
    tiers=st.lists(st.sampled_from(list(Tier)), min_size=8, max_size=8),
    budget=st.floats(0, 4),
    most=st.integers(0, 5),
    question=st.text(max_size=20),
    seed=st.integers(-5, 2**70),
)
def test_a_choice_keeps_to_budget_and_number_wakes_nobody_pruned_and_is_the_same_again(
    costs, tiers, budget, most, question, seed
):
    personas = [make(f"p{at}", cost, tier) for at, (cost, tier) in enumerate(zip(costs, tiers, strict=False))]
    bench = make_bench(personas)
    chosen = choose_personas(question, bench, NOBODY, budget=budget, most=most, seed=seed)
    assert sum(one.cost for one in chosen) <= budget + 1e-6
    assert len({one.persona for one in chosen}) == len(chosen) <= most
    assert [one.cost for one in chosen] == sorted(one.cost for one in chosen)
    assert not {one.persona for one in chosen} & {one.name for one in personas if one.tier is Tier.PRUNED}
    assert choose_personas(question, bench, NOBODY, budget=budget, most=most, seed=seed) == chosen


def test_who_did_well_at_a_kind_of_question_is_chosen_for_it_and_another_for_another():
    personas = [make("ann"), make("bob")]
    ann = [*score("ann", 0.9, 60), *score("ann", 0.2, 60, "money")]
    bob = [*score("bob", 0.2, 60), *score("bob", 0.9, 60, "money")]
    records = build_records([*ann, *bob])
    assert (find_kind(WHEN), find_kind("What does it cost?")) == ("when", "money")
    assert share_of("ann", personas, records) > 0.95
    assert share_of("bob", personas, records, "What does it cost?") > 0.95


def test_the_less_is_known_the_more_is_tried():
    personas = [make("ann"), make("bob")]
    few = share_of("bob", personas, build_records([*score("ann", 0.6, 40), *score("bob", 0.3, 2)]))
    many = share_of("bob", personas, build_records([*score("ann", 0.6, 40), *score("bob", 0.3, 40)]))
    assert few > 0.15 > many


def test_scores_of_other_kinds_say_a_little():
    personas = [make("ann"), make("bob")]
    assert (
        share_of("ann", personas, build_records([*score("ann", 1, 50, "money"), *score("bob", 0, 50, "money")])) > 0.9
    )


def test_experimental_ones_have_their_share_and_stand_in_where_nobody_else_can():
    personas = [make("ann"), make("new", tier=Tier.EXPERIMENTAL)]
    records = build_records([*score("ann", 1, 99), *score("new", 0, 99)])
    assert 0.05 < share_of("new", personas, records) < 0.25
    assert names(WHEN, [make("dear", 5), make("new", tier=Tier.EXPERIMENTAL)]) == ["new"]


def test_expertise_decides_between_equals():
    personas = [make("ann", expertise=("mills", "restoration")), make("bob", expertise=("ferries",))]
    records = build_records([*score("ann", 0.5, 200), *score("bob", 0.5, 200)])
    assert share_of("ann", personas, records, "When was the mill restored?") > 0.9


def test_the_second_one_differs_from_the_first():
    alike = {"traits": Traits(depth=9), "traversal": "beam"}
    personas = [make("ann", **alike), make("ann2", **alike), make("bob", traits=Traits(breadth=9), traversal="order")]
    records = build_records(
        [one for name in ("ann", "ann2") for one in score(name, 0.9, 300)] + score("bob", 0.75, 300)
    )
    pairs = [set(names(WHEN, personas, records, most=2, seed=seed)) for seed in range(20)]
    assert all("bob" in pair for pair in pairs)


@pytest.mark.parametrize("question", ["", "?", "\ud800"])
def test_any_question_is_answered(question):
    assert names(question, [make("ann")]) == ["ann"]
    assert names(question, []) == []


def first(personas, records=NOBODY, *, budget=1.0) -> str:
    return choose_first(WHEN, make_bench(personas), records, budget=budget).persona


def test_the_first_is_whom_feedback_has_shown_to_be_good_and_of_equals_the_cheapest():
    ann, bob = make("ann", 0.2), make("bob", 0.1)
    assert first([ann, bob]) == "bob"
    assert first([ann, bob], build_records(score("ann", 0.9, 9))) == "ann"


def test_another_takes_the_place_only_where_it_is_surely_better_and_only_at_that_kind():
    ann, bob = make("ann"), make("bob")
    known = score("ann", 0.6, 60)
    assert first([ann, bob], build_records([*known, *score("bob", 0.65, 40)])) == "ann"
    better = build_records([*known, *score("bob", 0.95, 40)])
    assert first([ann, bob], better) == "bob"
    elsewhere = build_records([*known, *score("bob", 0.95, 40, kind="count")])
    assert first([ann, bob], elsewhere) == "ann"


def test_few_good_scores_do_not_take_the_place_of_many():
    records = build_records([*score("ann", 0.85, 30), *score("bob", 1.0, 2)])
    assert first([make("ann"), make("bob")], records) == "ann"


def test_nobody_on_trial_or_too_expensive_is_first_unless_there_is_nobody_else():
    eve = make("eve", 0.1, Tier.EXPERIMENTAL)
    records = build_records(score("eve", 1.0, 50))
    assert first([eve, make("ann", 0.4)], records) == "ann"
    assert first([eve], records) == "eve"
    assert first([make("ann", 0.4), make("bob", 0.9)], build_records(score("bob", 1.0, 50)), budget=0.5) == "ann"
    assert first([make("ann", 0.4)], budget=0.1) == "ann"


def test_after_somebody_others_are_chosen():
    chosen = choose_personas(WHEN, make_bench([make("ann"), make("bob")]), NOBODY, budget=1.0, most=3, after="ann")
    assert [one.persona for one in chosen] == ["bob"]


def test_the_workspaces_own_newcomer_is_tried_until_it_is_known_and_one_trial_ends_before_the_next():
    personas = [make("ann"), make("bob", tier=Tier.EXPERIMENTAL)]
    personas += [make(name, tier=Tier.EXPERIMENTAL) for name in ("cat", "dan")]

    def tried(*known: PersonaScore) -> set[str]:
        bench = make_bench([make("eve", traversal="beam"), *personas], own=["cat", "dan", "eve"])
        records = build_records(known)
        return {
            one.persona
            for seed in range(20)
            for one in choose_personas(WHEN, bench, records, budget=1.0, most=1, seed=seed, after="eve")
        }

    assert tried() == {"cat", "dan"}
    assert tried(*score("dan", 0.1, 2)) == {"dan"} == tried(*score("dan", 0.4, 20))
    assert tried(*score("dan", 0.1, 24)) == {"cat"}
    assert tried(*score("dan", 0.1, 24), *score("cat", 0.1, 24)) > {"ann"}
