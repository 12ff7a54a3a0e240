"""One that prefers what is irrelevant, among others: how soon it is pruned; and one that is good, and unlucky."""

import pytest

from moe.contracts.experts import ExpertWish
from moe.experts.cycle import ExpertCycle
from moe.experts.ledger import PersonaLedger, list_scores
from moe.experts.settings import ExpertSettings, PersonaThresholds
from moe_core import Persona, Tier
from moe_core.contracts.persona_payloads import ExpertScored
from moe_core.contracts.plugin import Kind
from moe_core.contracts.wire import from_wire, to_wire
from moe_core.loading.registry import Catalog

SAME, NONE = "abcde", "vwxyz"
DOUBTFUL = (0.9,) * 5
SURE = (1.0, 0.2, 0.1, 0.1, 0.1)


@pytest.fixture
def ask(store, make_finding):
    """Asks thirty questions, as runs do; where a newcomer stands afterwards, who led, and in how many it looked."""
    ledger = PersonaLedger(store=store, thresholds=PersonaThresholds())

    def ask_all(nodes_of, ratings=DOUBTFUL, share=1.0) -> tuple[Tier, set[str], int]:
        store.add([Persona(name="newcomer", activation_cost=0.4, tier=Tier.EXPERIMENTAL)], reason="wanted")
        leads, looked = set(), 0
        for number in range(30):
            cycle = ExpertCycle(
                personas=store.join(),
                scorers=Catalog(Kind.SCORER, []),
                settings=ExpertSettings(weights={}, doubt={"share": share}),
                load=ledger.load,
            )

            def walk(name: str, question: str = "", number: int = number):
                nodes = nodes_of(number) if name == "newcomer" else SAME
                covered = 0.45 if ratings is DOUBTFUL else 0.9  # the same words, whatever they say
                return make_finding(name, ratings, nodes=nodes, covered=covered)

            consultation = cycle.consult(f"Who digs number {number}?", walk, ExpertWish())
            leads.add(consultation.lead)
            looked += any(choice.persona == "newcomer" for choice in consultation.choices)
            assert not (consultation.trial and consultation.added)
            events = [from_wire(ExpertScored, {"query": "q", **to_wire(one)}) for one in consultation.scores]
            ledger.learn(list_scores(events), is_feedback=False)
        return store.get("newcomer").persona.tier, leads, looked

    return ask_all


@pytest.mark.parametrize(("ratings", "share"), [(DOUBTFUL, 1.0), (DOUBTFUL, 0.25), (SURE, 0.25)])
def test_one_whose_walks_nobody_vouches_for_is_pruned_within_thirty_questions_and_never_leads(ask, ratings, share):
    tier, leads, looked = ask(lambda number: NONE, ratings, share)
    assert tier is Tier.PRUNED
    assert leads == {"ann"}
    assert looked == 8  # not once more than it takes


@pytest.mark.parametrize("ratings", [DOUBTFUL, SURE])
@pytest.mark.parametrize("first", [0, 3, 8, 15])
def test_a_good_one_that_is_unlucky_five_times_is_not(ask, first, ratings):
    tier, _, looked = ask(lambda number: NONE if first <= number < first + 5 else SAME, ratings)
    assert tier in (Tier.EXPERIMENTAL, Tier.ACTIVE, Tier.STABLE)
    assert looked >= 8


def test_where_the_first_is_sure_a_newcomer_looks_no_longer_than_its_trial(ask):
    tier, leads, looked = ask(lambda number: SAME, SURE)
    assert (tier, leads, looked) == (Tier.ACTIVE, {"ann"}, 8)
