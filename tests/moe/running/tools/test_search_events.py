"""What events tell of a search."""

from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from moe.configuration import Config
from moe.contracts.experts import Consultation, ExpertChoice, ExpertRound, ExpertScore, ExpertWish
from moe.knowledge.library import make_library
from moe.knowledge.search_setup import build_search_setup
from moe.running.tools.search_events import tell_search
from moe.running.tools.watched_library import WatchedLibrary
from moe_core import Document, Persona
from moe_core.contracts.payloads import DocumentsExplored
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored, SearchDecided
from moe_core.testing.registries import memory_registry
from plugins.traversals.belief import BeliefTraversal

MILL = Document(document_id="mill", title="", text="The mill was restored in 1871.", source="", is_atomic=True)


@pytest.fixture
def registry(retriever):
    personas = [Persona(name=name) for name in ("surveyor", "auditor")]
    return memory_registry(traversals=[BeliefTraversal], retrievers=[type(retriever)], personas=personas)


class OneExpert:
    """Wakes whom is wished for, else the surveyor."""

    words_shift = 0.0

    def consult(self, question, walk, wish):
        finding = walk((wish.personas or ("surveyor",))[0])
        choice = ExpertChoice(persona=finding.persona, cost=0.4, reason="it is there", numbers={"at_least": 0.5})
        score = ExpertScore(persona=finding.persona, question_kind="other", score=0.5, parts={"coverage": 0.5})
        return Consultation(choices=(choice,), scores=(score,), lead=finding.persona)


def test_who_was_woken_and_why_is_told_and_the_paths_where_the_run_explains_itself(registry):
    library = make_library([MILL], setup=build_search_setup(registry, Config(), guide=OneExpert()))
    found, told = [], []
    watched = WatchedLibrary(library, found.append)
    assert [hit.passage.document_id for hit in watched.search("the mill", k=3)] == ["mill"]
    tell_search("look", found[0], told.append, is_explained=False)
    chosen, scored = told
    assert scored.describe() == "surveyor adds 0: 0.50 (coverage 0.50)"
    assert (chosen.persona, chosen.query, chosen.numbers) == ("surveyor", "the mill", {"at_least": 0.5})
    assert chosen.describe() == "surveyor: it is there"
    tell_search("look", found[0], told.append, is_explained=True)
    assert [type(one) for one in told[2:]] == [ExpertChosen, ExpertScored, DocumentsExplored]
    assert told[-1].experts[0]["reason"] == "it is there"


class Rests(OneExpert):
    """Wakes nobody where words do."""

    def may_rest(self, question, wish):
        return True


def test_that_nobody_was_woken_is_told_with_what_decided_it(registry):
    notes = [f"The lamp of house {number} is used at dusk." for number in range(120)]
    texts = [*notes, "Rain water is collected behind the greenhouse and used for the beans."]
    documents = [
        Document(document_id=f"d{number}", title="", text=text, source="", is_atomic=True)
        for number, text in enumerate(texts)
    ]
    library = make_library(documents, setup=build_search_setup(registry, Config(), guide=Rests()))
    query = "Where is rain water collected and used for the beans?"
    exploration = library.explore(query, k=5)
    told = []
    tell_search("look", exploration, told.append, is_explained=True)
    decided, explored = told
    assert isinstance(decided, SearchDecided)
    assert (decided.tool, decided.query) == ("look", query)
    assert decided.numbers["chance"] < decided.numbers["most"]
    assert decided.describe() == f"nobody walked, as {decided.reason}: {query}"
    assert (explored.walks, explored.experts, explored.passages) == ((), (), 0)
    assert explored.verdict == {"reason": decided.reason, "numbers": dict(decided.numbers)}
    assert explored.describe() == f"5 passages by words; nobody walked: {query}"


class GoesOn(OneExpert):
    """The same in two rounds."""

    def consult(self, question, walk, wish):
        further = walk("surveyor", "its wheel")
        one = ExpertRound(persona="surveyor", question="its wheel", supported=((further.node_ids[0], 0.6),))
        return replace(super().consult(question, walk, wish), rounds=(one,))


def test_a_further_round_is_told_with_what_it_looked_for_and_with_its_own_paths(registry):
    wheel = Document(document_id="wheel", title="", text="Its wheel is of oak.", source="", is_atomic=True)
    library = make_library([MILL, wheel], setup=build_search_setup(registry, Config(), guide=GoesOn()))
    told = []
    tell_search("look", library.explore("the mill", k=3), told.append, is_explained=True)
    assert [one.query for one in told if isinstance(one, ExpertChosen)] == ["the mill", "its wheel"]
    assert told[2].describe() == "surveyor: round 2 goes on from what it found and adds 1"
    assert [one.found for one in told if isinstance(one, DocumentsExplored)] == [("mill", "wheel"), ("wheel",)]


def test_a_wish_is_heeded_where_walkers_are_fixed_as_well(registry):
    fixed = Config.model_validate({"system": {"walkers": []}})
    library = make_library([MILL], setup=build_search_setup(registry, fixed, guide=OneExpert()))
    assert library.is_walked is False
    found = []
    WatchedLibrary(library, found.append, wish=ExpertWish(personas=("auditor",))).search("the mill", k=3)
    WatchedLibrary(library, found.append).search("the mill", k=3)
    assert [[walk.persona.name for walk in one.walks] for one in found] == [["auditor"], []]


def test_fixed_walkers_are_no_choice():
    told = []
    graph = SimpleNamespace(question=SimpleNamespace(text="the mill"))
    tell_search("look", SimpleNamespace(graph=graph, consultation=None, verdict=None), told.append, is_explained=False)
    assert told == []
