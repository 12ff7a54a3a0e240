"""What a walk brought, as those see it who judge it."""

from moe.configuration import Config
from moe.knowledge.graph.walking.finding import make_finding
from moe.knowledge.library import make_library
from moe.knowledge.search_setup import build_search_setup
from moe_core import Document

TEXTS = ("The tidal mill grinds rye.", "The mill was restored in 1871.", "Gulls nest there.")


def test_a_finding_tells_how_much_of_the_question_its_passages_hold(bundled):
    documents = [Document(document_id=text, title="", text=text, source="", is_atomic=True) for text in TEXTS]
    library = make_library(documents, setup=build_search_setup(bundled, Config()))
    for question, covered in (("When was the tidal mill restored?", 1.0), ("When was the tidal mill sold?", 0.5)):
        exploration = library.explore(question)
        finding = make_finding(exploration.graph, exploration.walks[0], is_decided=False)
        assert [finding.read(node_id).text for node_id in finding.node_ids][:2] != []
        terms = exploration.graph.question.terms
        held = {terms[place] for places in finding.covers for place in places}
        assert held == set(terms) & {"tidal", "mill", "restor"}
        assert (finding.covered == 1.0) == (covered == 1.0)


def test_a_question_without_words_covers_nothing(bundled):
    library = make_library([], setup=build_search_setup(bundled, Config()))
    exploration = library.explore("the of")
    finding = make_finding(exploration.graph, exploration.walks[0], is_decided=False)
    assert (finding.node_ids, finding.covered) == ((), 0.0)
