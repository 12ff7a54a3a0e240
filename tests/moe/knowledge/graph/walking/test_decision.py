"""Questions that need no walk. Everything named is made up."""

import pytest

from moe.configuration import Config
from moe.knowledge.graph.walking.decision import SIGNS, is_decided, read_signs
from moe.knowledge.library import make_library
from moe.knowledge.search_setup import build_search_setup
from moe_core.contracts.evidence import Document

NOTES = (
    "The boiler in the cellar is serviced every spring by the fitter from the valley.",
    "Rain water is collected in two barrels behind the shed and used for the beans.",
    "Visitors leave their boots on the rack under the stairs.",
    "The spare fuse for the pump hangs beside the meter.",
    "Bread is baked on Fridays, and the oven cools until evening.",
    "The gate squeaks when it freezes, and a drop of oil helps.",
    "Apples are stored on straw in the loft.",
    "Orla Finch built the Sorrel Light.",
    "Orla Finch took up her trade at Bremholm.",
)
PLAIN = "Where is rain water collected and used for the beans?"
TWO_STEPS = "Where did the maker of the Sorrel Light take up her trade?"


@pytest.fixture(scope="module")
def library(bundled):
    documents = [
        Document(document_id=f"d{number}", title="", text=text, source="", is_atomic=True)
        for number, text in enumerate(NOTES)
    ]
    return make_library(documents, setup=build_search_setup(bundled, Config()))


def test_a_question_whose_words_stand_in_one_passage_is_not_walked_for(library):
    exploration = library.explore(PLAIN, k=3)
    assert is_decided(exploration.graph.growth)
    assert [walked.rounds for walked in exploration.walks] == [0]
    assert exploration.hits[0].passage.text == NOTES[1]
    assert exploration.walks[0].find_path(exploration.walks[0].ranking[0][0])


def test_a_question_over_a_name_is_walked_for(library):
    exploration = library.explore(TWO_STEPS, k=3)
    assert not is_decided(exploration.graph.growth)
    assert exploration.walks[0].rounds > 0
    assert NOTES[8] in [hit.passage.text for hit in exploration.hits]


def test_there_is_a_number_for_each_sign(library):
    assert read_signs(library.explore(PLAIN).graph.growth).shape == (len(SIGNS),)


def test_a_question_that_finds_nothing_is_not_decided(library):
    assert not is_decided(library.explore("zzyzx").graph.growth)
