"""Who is woken, and when."""

import pytest

from moe.contracts.experts import ExpertWish
from moe.experts.expansion import ExpertPanel, expansion_phase
from moe.experts.selection import make_bench
from moe.experts.settings import ExpertSettings
from moe.experts.track_records import read_bundled
from moe_core import Persona, Tier
from moe_core.contracts.errors import PluginError, RequestError

QUESTION = "When was the mill restored?"
SURE = (1.0, 0.4, 0.1)
CROWD = (1.0, 0.9, 0.9, 0.9, 0.9, 0.9)
ANN = Persona(
    name="ann", tier=Tier.STABLE, activation_cost=0.2, historical_performance={"score": 0.9, "observations": 9}
)
BOB = Persona(name="bob", tier=Tier.ACTIVE, activation_cost=0.1, traversal="beam")
EVE = Persona(name="eve", tier=Tier.EXPERIMENTAL, activation_cost=0.1, traversal="lens")


def make_panel(*personas: Persona, own=(), share=1.0, **settings) -> ExpertPanel:
    records = read_bundled(personas)
    bench = make_bench(personas, own=own)
    return ExpertPanel(
        bench=bench, proven=records, records=records, settings=ExpertSettings(doubt={"share": share}, **settings)
    )


@pytest.fixture
def walk(make_finding):
    """Walks in which somebody finds what, and others fail."""

    def make(ratings=SURE, failing=()):
        def walk(name: str):
            if name in failing:
                raise PluginError(f"{name} broke", plugin=name, reason="contract", hint="")
            return make_finding(name, ratings, covered=0.9)

        return walk

    return make


def woken(expansion) -> list[str]:
    return [choice.persona for choice in expansion.choices]


def test_the_one_with_the_best_record_walks_alone_when_it_is_sure(walk):
    expansion = expansion_phase(QUESTION, walk(), make_panel(ANN, BOB, EVE))
    assert woken(expansion) == ["ann"]
    assert "'when'" in expansion.choices[0].reason
    assert 0.3 < expansion.choices[0].numbers["at_least"] < expansion.choices[0].numbers["mean"]


def test_doubt_wakes_one_more_and_says_why(walk):
    expansion = expansion_phase(QUESTION, walk(CROWD), make_panel(ANN, BOB))
    assert woken(expansion) == ["ann", "bob"]
    assert [finding.persona for finding in expansion.findings] == ["ann", "bob"]
    assert expansion.choices[1].reason.startswith("many passages are held for about as likely")
    assert expansion.choices[1].numbers["sixth"] == 0.9


def test_the_budget_and_the_number_hold_also_in_doubt(walk):
    assert woken(expansion_phase(QUESTION, walk(CROWD), make_panel(ANN, BOB, budget=0.25))) == ["ann"]
    assert woken(expansion_phase(QUESTION, walk(CROWD), make_panel(ANN, BOB, most=1))) == ["ann"]


def test_a_number_that_is_asked_for_is_woken_without_doubt(walk):
    panel = make_panel(ANN, BOB, EVE)
    assert len(expansion_phase(QUESTION, walk(), panel, ExpertWish(most=2)).findings) == 2
    assert woken(expansion_phase(QUESTION, walk(CROWD), panel, ExpertWish(most=1))) == ["ann"]


def test_those_that_are_named_walk_and_nobody_else(walk):
    expansion = expansion_phase(QUESTION, walk(CROWD), make_panel(ANN, BOB), ExpertWish(personas=("eve", "bob", "eve")))
    assert woken(expansion) == ["eve", "bob"]
    assert {choice.reason for choice in expansion.choices} == {"it was asked for"}


def test_another_takes_the_place_of_one_that_fails(walk):
    expansion = expansion_phase(QUESTION, walk(failing=["ann"]), make_panel(ANN, BOB))
    assert [(choice.persona, choice.failure) for choice in expansion.choices] == [("ann", "ann broke"), ("bob", "")]
    assert [finding.persona for finding in expansion.findings] == ["bob"]


def test_where_all_fail_the_first_failure_is_told(walk):
    with pytest.raises(PluginError, match="ann broke"):
        expansion_phase(QUESTION, walk(failing=["ann", "bob"]), make_panel(ANN, BOB))


def test_nobody_to_be_woken_is_told_with_a_remedy(walk):
    with pytest.raises(RequestError, match="pruned"):
        expansion_phase(QUESTION, walk(), make_panel())


def test_experimental_ones_never_walk_first_and_are_tried_in_doubt(walk):
    panels = [
        ExpertPanel(
            bench=(base := make_panel(ANN, BOB, EVE)).bench,
            proven=base.proven,
            records=base.records,
            settings=base.settings,
            seed=seed,
        )
        for seed in range(40)
    ]
    found = [woken(expansion_phase(QUESTION, walk(CROWD), panel)) for panel in panels]
    assert {names[0] for names in found} == {"ann"}
    assert {names[1] for names in found} == {"bob", "eve"}
    assert found == [woken(expansion_phase(QUESTION, walk(CROWD), panel)) for panel in panels]


def test_a_newcomer_of_the_workspace_looks_beside_a_sure_one_without_a_say(walk):
    expansion = expansion_phase(QUESTION, walk(), make_panel(ANN, BOB, EVE, own=["eve"]))
    assert woken(expansion) == ["ann", "eve"]
    assert [finding.persona for finding in expansion.findings] == ["ann"]
    assert [finding.persona for finding in expansion.trial] == ["eve"]
    assert "without a say" in expansion.choices[1].reason


def test_a_newcomer_that_fails_beside_a_sure_one_is_told_of_and_harms_nothing(walk):
    expansion = expansion_phase(QUESTION, walk(failing=["eve"]), make_panel(ANN, BOB, EVE, own=["eve"]))
    assert [(choice.persona, choice.failure) for choice in expansion.choices] == [("ann", ""), ("eve", "eve broke")]
    assert ([finding.persona for finding in expansion.findings], expansion.trial) == (["ann"], ())


@pytest.mark.parametrize(
    ("wish", "settings"),
    [(ExpertWish(personas=("ann",)), {}), (ExpertWish(most=1), {}), (None, {"most": 1}), (None, {"budget": 0.25})],
)
def test_no_newcomer_looks_where_one_was_asked_for_or_the_budget_is_spent(walk, wish, settings):
    expansion = expansion_phase(QUESTION, walk(), make_panel(ANN, BOB, EVE, own=["eve"], **settings), wish)
    assert (woken(expansion), expansion.trial) == (["ann"], ())


@pytest.mark.parametrize(("reached", "names"), [(40, ["ann", "eve"]), (5, ["ann"])])
def test_no_newcomer_looks_where_too_little_was_found_to_tell_it_from_others(make_finding, reached, names):
    expansion = expansion_phase(
        QUESTION,
        lambda name: make_finding(name, SURE, covered=0.9, reached=reached),
        make_panel(ANN, BOB, EVE, own=["eve"]),
    )
    assert woken(expansion) == names


def test_doubt_wakes_others_in_its_share_of_the_questions_and_always_in_the_same_ones(walk):
    def list_woken(share: float) -> list[int]:
        panel = make_panel(ANN, BOB, share=share)
        return [
            at for at in range(200) if len(woken(expansion_phase(f"Who restored mill {at}?", walk(CROWD), panel))) > 1
        ]

    few = list_woken(0.25)
    assert 30 <= len(few) <= 70
    assert few == list_woken(0.25)
    assert set(few) < set(list_woken(0.5))
    assert (list_woken(0.0), list_woken(1.0)) == ([], [*range(200)])


def test_where_doubt_wakes_nobody_a_newcomer_looks_without_a_say(walk):
    expansion = expansion_phase(QUESTION, walk(CROWD), make_panel(ANN, BOB, EVE, own=["eve"], share=0.0))
    assert woken(expansion) == ["ann", "eve"]
    assert (len(expansion.findings), len(expansion.trial)) == (1, 1)


def test_doubt_that_wakes_nobody_is_told_with_its_numbers(walk):
    (choice,) = expansion_phase(QUESTION, walk(CROWD), make_panel(ANN, BOB, share=0.0)).choices
    assert choice.reason.endswith("; many passages are held for about as likely, and nobody else was woken")
    assert choice.numbers["sixth"] == 0.9
    (sure,) = expansion_phase(QUESTION, walk(), make_panel(ANN, BOB, share=0.0)).choices
    assert "woken" not in sure.reason
