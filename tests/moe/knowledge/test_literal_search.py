"""A question of nothing but words that stand everywhere finds what goes by them, and what writes them as a name."""

import pytest
from msgspec.structs import replace

from moe.configuration import Config
from moe.knowledge.library import make_library
from moe.knowledge.search import SearchSetup
from moe.knowledge.search_setup import build_search_setup
from moe_core import Document

TEXTS = {
    "The Who": "A band from a shed in Wexmouth, four players loud.",
    "Lamp makers": "Nobody knows the who and the why of it.",
    "Loud nights": "On that night The Who played with Ida Vane. Later The Who left.",
    "Harbour hall": "The hall has seen The Who once.",
    "Who": "A small word.",
}


@pytest.fixture(scope="module")
def setup_(bundled) -> SearchSetup:
    return build_search_setup(bundled, Config())


def find(setup: SearchSetup, question: str, *, is_walked: bool = True) -> list[str]:
    documents = [
        Document(document_id=title, title=title, text=text, source="", is_atomic=True) for title, text in TEXTS.items()
    ]
    setup = setup if is_walked else replace(setup, walkers=())
    return [hit.passage.title for hit in make_library(documents, setup=setup).search(question, k=4)]


@pytest.mark.parametrize("is_walked", [True, False])
@pytest.mark.parametrize("question", ["The Who", "Who are The Who?"])
def test_a_name_of_stop_words_is_found_by_those_who_have_it_then_by_those_who_write_it(
    setup_, question: str, is_walked: bool
) -> None:
    assert find(setup_, question, is_walked=is_walked) == ["The Who", "Loud nights", "Harbour hall"]


def test_a_name_is_also_found_when_it_is_written_small(setup_) -> None:
    assert find(setup_, "the who?") == ["The Who"]


@pytest.mark.parametrize("question", ["What is it?", "who", "?", ""])
def test_a_question_that_names_nothing_finds_nothing(setup_, question: str) -> None:
    assert find(setup_, question) == []
