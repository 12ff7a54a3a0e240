"""The graph of a question: where it begins, how it grows, and where it stops. People and places are made up."""

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moe.knowledge.graph.builder import GraphBuilder
from moe.knowledge.graph.features.features import LINK_FEATURES, PASSAGE_FEATURES
from moe.knowledge.graph.features.weights import load_weights
from moe_core import Edge

DOCUMENTS = {
    "Sorrel Light": "Sorrel Light is a tower in Wexmouth. Its lamp was designed by Orla Finch.",
    "Orla Finch": "Orla Finch learned her trade at Bremholm.",
    "Wexmouth": "Wexmouth is a port on the east coast.",
    "-letter": "The oil that Ida Vane sold to Jory Pell was thin.",
    "-ledger": "Paid to Jory Pell for ropes.",
    "Old study": "A study of the lamps of the coast. It says who designed each tower.",
    "***": "***",
}


def edges_from(query, source: str, kind: str) -> dict[str, Edge]:
    """By the number of the target."""
    graph = query.graph
    found = [edge for edge in graph.edges_of(source) if edge.source == source and edge.kind == kind]
    return {graph.get_node(edge.target).attributes["number"]: edge for edge in found}


@pytest.fixture(scope="module")
def builder(make_builder) -> GraphBuilder:
    return make_builder(DOCUMENTS)


def test_the_question_is_a_node_with_terms_weights_and_names(builder):
    node = builder.build("Where did the designer of Sorrel Light learn?").graph.get_node("question")
    assert node.kind == "question"
    assert node.attributes["names"] == ["Sorrel Light"]
    assert node.attributes["terms"] == ["design", "sorrel", "light", "learn"]
    assert sum(node.attributes["weights"]) == pytest.approx(1)


def test_walks_begin_at_what_a_name_means(builder):
    named = edges_from(builder.build("Who lit Sorrel Light?"), "question", "named")
    assert list(named) == [0]
    assert named[0].attributes["via"] == "Sorrel Light"
    assert 0 < named[0].weight <= 1


def test_walks_begin_at_what_holds_a_phrase(builder):
    holding = edges_from(builder.build("What did Ida Vane like?"), "question", "contains")
    assert list(holding) == [3]
    assert holding[3].attributes["via"] == "Ida Vane"


def test_walks_begin_at_what_search_finds(builder):
    found = edges_from(builder.build("a study of lamps"), "question", "found")
    assert 5 in found
    assert max(edge.weight for edge in found.values()) == 1.0


def test_a_name_in_a_passage_leads_to_the_one_that_goes_by_it(builder):
    query = builder.build("Who lit Sorrel Light?")
    mentions = edges_from(query, "passage:0", "mentions")
    assert {1, 2} <= mentions.keys()
    assert mentions[1].attributes["via"] == "orla finch"
    assert mentions[1].attributes["strength"] >= 0


def test_a_rare_phrase_leads_to_others_that_write_it(builder):
    query = builder.build("What did Ida Vane sell?")
    shares = edges_from(query, "passage:3", "shares")
    assert shares[4].attributes["via"] == "jory pell"
    assert 0 < shares[4].weight <= 1


def test_a_phrase_of_the_question_joins_nothing_that_search_has_not_found(make_builder):
    texts = {"-a": "Sorrel Bay is deep.", "-b": "In Sorrel Bay lies a wreck.", "-c": "Sorrel Bay again, by night."}
    query = make_builder(texts).build("How deep is Sorrel Bay?")
    assert not any(edges_from(query, f"passage:{number}", "shares") for number in range(3))


def test_no_passage_leads_to_itself(builder, grow):
    query = builder.build("Who lit Sorrel Light in Wexmouth and paid Jory Pell?")
    grow(query)
    assert all(edge.source != edge.target for edge in query.graph.edges())


def test_passages_say_which_terms_they_hold(builder):
    graph = builder.build("Who designed the lamp of Sorrel Light?").graph
    terms = graph.get_node("question").attributes["terms"]
    covered = {terms[place] for place in graph.get_node("passage:0").attributes["covers"]}
    assert covered == {"design", "lamp", "sorrel", "light"}
    assert graph.get_node("passage:0").text == DOCUMENTS["Sorrel Light"]


def test_nodes_are_passages_of_the_index(builder, grow):
    query = builder.build("Who lit Sorrel Light?")
    nodes = grow(query)[1:]
    assert query.get_passage(nodes[0]).title == "Sorrel Light"
    assert sorted(query.numbers) == sorted(query.graph.get_node(node).attributes["number"] for node in nodes)


def test_a_question_that_finds_nothing_has_a_graph_of_itself(builder):
    for text in ("", "the of", "zeppelin", "\U0001f600"):
        query = builder.build(text)
        assert list(query.graph.node_ids()) == ["question"]
        assert query.rows is None


def test_an_empty_index_has_nothing_to_find(make_builder, grow):
    query = make_builder({}).build("Who designed Sorrel Light in 1880?")
    assert grow(query) == ["question"]


def test_passages_without_words_are_harmless(make_builder, grow):
    query = make_builder({"-a": "***", "-b": "...", "-c": "Sorrel Light is lit.", "-d": "—"}).build("Sorrel Light?")
    assert grow(query) == ["question", "passage:2"]


def test_equal_texts_are_all_found(make_builder, grow):
    query = make_builder({f"-{name}": "Sorrel Light was lit by Ida Vane." for name in "abc"}).build("Who lit it?")
    assert sorted(grow(query)) == ["passage:0", "passage:1", "passage:2", "question"]


def test_the_passages_of_a_long_document_are_nodes_of_their_own(make_builder, grow):
    text = "\n\n".join(f"Keeper number {number} kept a lamp. " + "Oil was dear that year. " * 40 for number in range(4))
    query = make_builder({"Wexmouth log": text}, is_atomic=False).build("Who kept the lamp?")
    nodes = grow(query)[1:]
    assert len(nodes) > 1
    assert {query.get_passage(node).document_id for node in nodes} == {"Wexmouth log"}


def test_weights_are_for_exactly_the_features_there_are():
    stored = json.loads(files("moe.knowledge.graph.features").joinpath("weights.json").read_text(encoding="utf-8"))
    assert set(stored["passage"]) == set(PASSAGE_FEATURES)
    assert set(stored["link"]) == set(LINK_FEATURES)
    weights = load_weights()
    assert weights.passage.tolist() == [stored["passage"][name] for name in PASSAGE_FEATURES]
    assert weights.link.tolist() == [stored["link"][name] for name in LINK_FEATURES]


def test_the_best_link_out_of_a_passage_takes_from_the_others():
    weights = load_weights()
    values = np.zeros((2, len(weights.link)))
    values[0, 0] = 1.0
    together = weights.measure_strengths(values, np.array([0, 0]))
    apart = weights.measure_strengths(values, np.array([0, 1]))
    assert together[0] == apart[0]
    assert 0 <= together[1] < apart[1]


NAMES = ("Orla Finch", "Ida Vane", "Jory Pell", "Sorrel Light", "Wexmouth", "Tern Rock")
SENTENCES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["met", "built", "left"]), st.sampled_from(NAMES)),
    min_size=1,
    max_size=3,
).map(lambda rows: " ".join(f"{a} {verb} {b}." for a, verb, b in rows))


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(("", *NAMES)), SENTENCES), max_size=8), st.sampled_from(NAMES), st.data())
def test_the_order_of_looking_does_not_change_what_is_found(make_builder, grow, rows, name, data):
    texts = {f"{title or '-'}{number}": text for number, (title, text) in enumerate(rows)}
    builder = make_builder(texts)
    question = f"Who built what {name} left?"
    first, second = builder.build(question), make_builder(texts).build(question)
    nodes = grow(first)
    for node in data.draw(st.permutations(list(second.graph.node_ids()))):
        second.graph.expand([node])
    assert sorted(grow(second)) == sorted(nodes)
    for node in nodes:
        assert first.graph.get_node(node) == second.graph.get_node(node)
        outgoing = [[edge for edge in query.graph.edges_of(node) if edge.source == node] for query in (first, second)]
        assert outgoing[0] == outgoing[1]


def test_how_a_name_is_written_elsewhere_does_not_change_a_link(make_builder, grow):
    """Several given names may begin like a person's; each is as rare as it is itself."""
    texts = {
        "-a": "Jonah Merrow (born 1880) kept the lamp.",
        "-b": "Years later Jo Merrow came to the lamp again.",
        "-c": "That year John Merrow saw the lamp and left.",
        "-d": "By then John Stroud, John Ash and John Velk had the lamp.",
        "-e": "And so John Tamm sold the lamp.",
    }
    alone, after = make_builder(texts), make_builder(texts)
    question = "Who had the lamp?"
    for number in (0, 1, 2, 3, 4):
        after.build(question).graph.expand([f"passage:{number}"])
    links = [edges_from(builder.build(question), "passage:2", "mentions") for builder in (alone, after)]
    together = make_builder(texts).build(question)
    together.graph.expand([f"passage:{number}" for number in range(5)])
    assert links[0] == links[1] == edges_from(together, "passage:2", "mentions")
    assert 0 in links[0]
