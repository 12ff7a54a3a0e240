"""The cycle of a question."""

import pytest

from moe.contracts.experts import ExpertWish
from moe.experts.cycle import ExpertCycle
from moe.experts.settings import ExpertSettings
from moe.experts.words_leaning import WordsLeaning
from moe_core import Persona, Tier
from moe_core.contracts.plugin import Kind
from moe_core.loading.registry import Catalog


def test_the_first_one_leads_and_another_adds_what_is_new(seeds, make_finding):
    found = {
        "ann": make_finding("ann", (1.0, 0.9), nodes="ab", covers=[{0}, {1}], covered=0.4),
        "bob": make_finding("bob", (1.0,), nodes="c", covers=[{2}], covered=0.4),
    }
    cycle = ExpertCycle(
        personas=seeds, scorers=Catalog(Kind.SCORER, []), settings=ExpertSettings(weights={}, doubt={"share": 1})
    )
    consultation = cycle.consult("Who digs?", found.__getitem__, ExpertWish())
    assert [choice.persona for choice in consultation.choices] == ["ann", "bob"]
    assert (consultation.lead, consultation.added) == ("ann", (("c", 1.0),))
    assert [(one.persona, one.is_leading, one.added) for one in consultation.scores] == [
        ("ann", True, 0),
        ("bob", False, 1),
    ]
    assert cycle.consult("Who digs?", found.__getitem__, ExpertWish()) == consultation


@pytest.mark.parametrize(("covered", "counts"), [(0.45, False), (0.9, True)])
def test_a_lone_experts_score_counts_where_it_is_sure(seeds, make_finding, covered, counts):
    cycle = ExpertCycle(personas=seeds, scorers=Catalog(Kind.SCORER, []), settings=ExpertSettings(doubt={"share": 0}))
    consultation = cycle.consult(
        "Who digs?", lambda name: make_finding(name, (1.0, 0.2), covered=covered), ExpertWish()
    )
    (score,) = consultation.scores
    assert (score.persona, score.score, score.counts) == ("ann", covered, counts)


def test_nobody_need_be_woken_unless_the_settings_or_the_request_want_it(seeds):
    def may_rest(wish=None, **settings) -> bool:
        cycle = ExpertCycle(personas=seeds, scorers=Catalog(Kind.SCORER, []), settings=ExpertSettings(**settings))
        return cycle.may_rest("Who digs?", wish or ExpertWish())

    assert may_rest()
    assert not may_rest(words_first=False)
    assert not may_rest(ExpertWish(personas=("bob",)))
    assert not may_rest(ExpertWish(most=1))


def test_what_feedback_says_of_words_is_read_when_it_is_asked_for(seeds):
    def make(**more) -> ExpertCycle:
        return ExpertCycle(personas=seeds, scorers=Catalog(Kind.SCORER, []), settings=ExpertSettings(), **more)

    assert make().words_shift == 0.0
    assert make(load_leaning=lambda: WordsLeaning(shift=-1.5)).words_shift == -1.5


def test_somebody_is_woken_while_a_newcomer_of_the_workspace_is_on_trial(store):
    def may_rest(**settings) -> bool:
        cycle = ExpertCycle(
            personas=store.join(), scorers=Catalog(Kind.SCORER, []), settings=ExpertSettings(**settings)
        )
        return cycle.may_rest("Who digs?", ExpertWish())

    assert may_rest()  # bob is experimental, and a plugin's
    store.add([Persona(name="newcomer", activation_cost=0.4, tier=Tier.EXPERIMENTAL)], reason="wanted")
    assert not may_rest()
    assert may_rest(most=1)  # it would not look
    assert may_rest(budget=0.5)
