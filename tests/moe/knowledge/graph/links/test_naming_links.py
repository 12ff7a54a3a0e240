"""Links by name: from what writes a name to what goes by it. People and places are made up."""

import pytest


@pytest.fixture
def lead(make_builder):
    """By title, where the names in a passage lead, with the weight of each link."""

    def run(texts, source, question):
        graph = make_builder(texts).build(question).graph
        titles = [title.lstrip("-") for title in texts]
        edges = graph.edges_of(f"passage:{list(texts).index(source)}")
        return {
            titles[graph.get_node(edge.target).attributes["number"]]: edge.weight
            for edge in edges
            if edge.kind == "mentions" and edge.source == f"passage:{list(texts).index(source)}"
        }

    return run


LIGHT = "Sorrel Light is a tower. Its lamp was designed by Orla Finch."


def test_a_name_leads_to_the_passage_that_goes_by_it(lead):
    texts = {"Sorrel Light": LIGHT, "Orla Finch": "Orla Finch was a smith.", "Ida Vane": "Ida Vane kept bees."}
    assert lead(texts, "Sorrel Light", "Who designed Sorrel Light?").keys() == {"Orla Finch"}


def test_a_passage_does_not_lead_to_itself_however_often_it_writes_its_own_name(lead):
    texts = {"Sorrel Light": f"{LIGHT} Sorrel Light again.", "Orla Finch": "Orla Finch was a smith."}
    assert "Sorrel Light" not in lead(texts, "Sorrel Light", "Who designed Sorrel Light?")


def test_a_rare_word_in_small_letters_is_meant_less_surely_than_a_name(lead):
    texts = {
        "Sorrel Light": f"{LIGHT} An astrolabe was kept there.",
        "Astrolabe": "An astrolabe measures heights.",
        "Orla Finch": "Orla Finch was a smith.",
        **{f"-{number}": f"Entry {number}: rain." for number in range(30)},
    }
    links = lead(texts, "Sorrel Light", "Who designed Sorrel Light?")
    assert 0 < links["Astrolabe"] < links["Orla Finch"]


def test_of_namesakes_each_is_meant_less_surely_than_one_that_has_the_name_alone(lead):
    alone = lead(
        {"Sorrel Light": LIGHT, "Orla Finch": "Orla Finch was a smith."}, "Sorrel Light", "Who designed Sorrel Light?"
    )
    shared = lead(
        {
            "Sorrel Light": LIGHT,
            "Orla Finch (smith)": "Orla Finch was a smith.",
            "Orla Finch (singer)": "Orla Finch was a singer.",
        },
        "Sorrel Light",
        "Who designed Sorrel Light?",
    )
    assert shared.keys() == {"Orla Finch (smith)", "Orla Finch (singer)"}
    assert max(shared.values()) < alone["Orla Finch"]
