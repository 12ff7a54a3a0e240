"""Passages analysed by several processes at once."""

import os
import signal
from contextlib import closing
from io import BytesIO

import pytest

from moe.knowledge.index.update.builder import IndexBuilder
from moe.knowledge.index.update.helpers.helper import AnalysisHelper
from moe.knowledge.index.update.helpers.team import AnalysisTeam
from moe_core import Document

WORDS = "Orla Finch Wexmouth mill river Sorrel lamp built rope Tern Rock bees 1902 the of and was".split()


def make_documents(count: int) -> list[Document]:
    """Documents that differ, each a few sentences long; one is longer than a batch."""
    documents = []
    for number in range(count):
        words = [WORDS[(number * 7 + place * place) % len(WORDS)] for place in range(30 + number % 17)]
        text = f"Item {number} was {' '.join(words)}. It is near {WORDS[number % 9]} Hall {number % 5}."
        documents.append(Document(document_id=f"d{number}", title="", text=text, source="", is_atomic=True))
    long = Document(document_id="long", title="Long", text="Orla Finch kept bees by the mill. " * 24_000, source="")
    return [*documents[: count // 2], long, *documents[count // 2 :]]


def build(team: AnalysisTeam, documents: list[Document], *, disturb=None) -> dict[str, bytes]:
    with closing(team):
        builder = IndexBuilder(BytesIO(), team)
        for number, document in enumerate(documents):
            builder.add(document)
            if disturb is not None and number == 2 * len(documents) // 3:
                disturb(team)
        return {name: array.tobytes() for name, array in builder.finish().items()}


@pytest.fixture(scope="module")
def documents():
    return make_documents(4200)


@pytest.fixture(scope="module")
def alone(documents):
    return build(AnalysisTeam(helpers_max=0), documents)


@pytest.mark.parametrize("expected_bytes", [0, 1 << 30])
def test_helpers_make_the_index_that_one_process_makes(documents, alone, expected_bytes):
    team = AnalysisTeam(helpers_max=2, expected_bytes=expected_bytes)
    teams: list[str] = []
    assert build(team, documents, disturb=lambda team: teams.append(repr(team))) == alone
    assert "AnalysisTeam of 1," not in teams[0]


def test_a_helper_that_is_killed_costs_nothing_but_its_help(documents, alone):
    def kill(team: AnalysisTeam) -> None:
        for helper in team._helpers:
            os.kill(helper._process.pid, signal.SIGKILL)

    assert build(AnalysisTeam(helpers_max=1, expected_bytes=1 << 30), documents, disturb=kill) == alone


def test_little_text_starts_no_process():
    team = AnalysisTeam(helpers_max=3, expected_bytes=1000)
    build(team, make_documents(20)[:10], disturb=lambda team: None)
    assert repr(team) == "<AnalysisTeam of 1, 0 batches begun>"


def test_a_helper_that_is_gone_answers_nothing_instead_of_never():
    helper = AnalysisHelper()
    helper.close()
    assert helper.submit([]).result(timeout=60) is None
