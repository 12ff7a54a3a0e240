"""Links by phrase: two passages write the same rare phrase. People and places are made up."""

import pytest

LETTER = "The oil that Ida Vane sold to Jory Pell was thin."


@pytest.fixture
def share(make_builder):
    """By number of the passage that it leads to, the phrase and the weight of each link out of the first passage."""

    def run(*texts, question="What did Ida Vane sell?", titles=()):
        names = dict(enumerate(titles))
        graph = make_builder({names.get(n, f"-{n}"): text for n, text in enumerate(texts)}).build(question).graph
        edges = [edge for edge in graph.edges_of("passage:0") if edge.kind == "shares" and edge.source == "passage:0"]
        return {
            graph.get_node(edge.target).attributes["number"]: (edge.attributes["via"], edge.weight) for edge in edges
        }

    return run


def test_a_rare_phrase_leads_to_others_that_write_it(share):
    links = share(LETTER, "Paid to Jory Pell for ropes.", "Nothing of the kind.")
    assert {number: via for number, (via, _) in links.items()} == {1: "jory pell"}


def test_the_question_s_own_names_lead_nowhere(share):
    assert share(LETTER, "Ida Vane was born inland.", "Ida Vane kept bees.") == {}


def test_the_rarer_of_two_phrases_weighs_more(share):
    others = [f"Entry {number}: the quay of Lower Bremholm." for number in range(6)]
    first = "Ida Vane sold oil to Jory Pell in Lower Bremholm."
    links = share(first, "Paid to Jory Pell for ropes.", *others, *["Rain."] * 4)
    assert links[1][0] == "jory pell"
    assert all(links[1][1] > weight for number, (_, weight) in links.items() if number != 1)


def test_what_a_name_leads_to_is_not_joined_by_a_phrase_as_well(share):
    assert share(LETTER, "Jory Pell is a trader.", titles=("-letter", "Jory Pell")) == {}
