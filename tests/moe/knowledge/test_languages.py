"""In languages that moe has no word lists of, a question's own words find the sentence that answers it."""

from pathlib import Path

import pytest

from moe.configuration import Config
from moe.knowledge.library import make_library
from moe.knowledge.search_setup import build_search_setup
from moe_core.contracts.evidence import Document, Evidence
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.selection import select
from moe_kit.extraction.units import split_evidence

LANGUAGES = Path(__file__).parent / "languages"


def read_pairs(language: str) -> list[tuple[str, str]]:
    """Questions, and the sentence that answers each; all are made up."""
    lines = (LANGUAGES / f"{language}.tsv").read_text(encoding="utf-8").splitlines()
    return [(question, sentence) for question, sentence in (line.split("\t") for line in lines)]


@pytest.fixture(params=sorted(path.stem for path in LANGUAGES.glob("*.tsv")))
def pairs(request) -> list[tuple[str, str]]:
    return read_pairs(request.param)


def test_there_are_six_languages_of_twenty_questions():
    assert [len(read_pairs(path.stem)) for path in sorted(LANGUAGES.glob("*.tsv"))] == [20] * 6


def test_the_passage_of_a_question_is_found_first(pairs, bundled):
    documents = [
        Document(document_id=f"d{number}", title="", text=sentence, source="", is_atomic=True)
        for number, (_, sentence) in enumerate(pairs)
    ]
    library = make_library(documents, setup=build_search_setup(bundled, Config()))
    found = [library.search(question, k=1)[0].passage.text for question, _ in pairs]
    assert found == [sentence for _, sentence in pairs]


def test_the_sentence_of_a_question_is_chosen_first_out_of_one_text(pairs):
    text = " ".join(sentence for _, sentence in pairs)
    evidence = Evidence(evidence_id="e1", document="d.md", passage_id="d", start=0, end=len(text), text=text, score=1.0)
    units = split_evidence([evidence])
    chosen = [select(rank_units(parse_query(question), units), limit=1)[0].unit.text for question, _ in pairs]
    assert chosen == [sentence for _, sentence in pairs]
