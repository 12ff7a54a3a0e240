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


@pytest.fixture
def ask(store, make_finding):
    """Asks thirty doubtful questions, as runs do; where a newcomer stands afterwards, and who led."""
    ledger = PersonaLedger(store=store, thresholds=PersonaThresholds())

    def ask_all(nodes_of) -> tuple[Tier, set[str]]:
        store.add([Persona(name="newcomer", activation_cost=0.1, tier=Tier.EXPERIMENTAL)], reason="wanted")
        leads = set()
        for number in range(30):
            cycle = ExpertCycle(
                personas=store.join(),
                scorers=Catalog(Kind.SCORER, []),
                settings=ExpertSettings(weights={}),
                load=ledger.load,
            )

            def walk(name: str, question: str = "", number: int = number):
                nodes = nodes_of(number) if name == "newcomer" else SAME
                return make_finding(name, (0.9,) * 5, nodes=nodes, covered=0.45)  # the same words, whatever they say

            consultation = cycle.consult(f"Who digs number {number}?", walk, ExpertWish())
            leads.add(consultation.lead)
            events = [from_wire(ExpertScored, {"query": "q", **to_wire(one)}) for one in consultation.scores]
            ledger.learn(list_scores(events), is_feedback=False)
        return store.get("newcomer").persona.tier, leads

    return ask_all


def test_one_whose_walks_nobody_vouches_for_is_pruned_within_thirty_questions_and_never_leads(ask):
    tier, leads = ask(lambda number: NONE)
    assert tier is Tier.PRUNED
    assert leads == {"ann"}


@pytest.mark.parametrize("first", [0, 3, 8, 15])
def test_a_good_one_that_is_unlucky_five_times_is_not(ask, first):
    tier, _ = ask(lambda number: NONE if first <= number < first + 5 else SAME)
    assert tier in (Tier.EXPERIMENTAL, Tier.ACTIVE, Tier.STABLE)
