import pytest

from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.schema_filler import fill_schema
from moe_kit.extraction.statements import extract_statements


@pytest.fixture
def fill(harbour):
    def run(properties, question="Who built the Skarn lighthouse?", evidence=harbour):
        extract = extract_statements(Grounding(purpose=Purpose.EXECUTE, question=question, evidence=evidence))
        schema = {"type": "object", "properties": properties, "required": list(properties)}
        return fill_schema(schema, extract)

    return run


def test_a_string_is_the_best_sentence(fill):
    assert fill({"builder": {"type": "string"}}).value == {
        "builder": "The Skarn lighthouse was built in 1871 by Ada Thorne."
    }


def test_a_number_stands_near_the_words_of_its_property(fill):
    filled = fill({"metres": {"type": "number"}}, "How many metres above the sea does the Skarn lighthouse stand?")
    assert filled.value == {"metres": 31}


def test_a_year_lies_within_its_bounds(fill):
    year = {"type": "integer", "minimum": 1800, "maximum": 1900}
    assert fill({"year": year}, "When was the Skarn lighthouse built?").value == {"year": 1871}


def test_what_the_evidence_does_not_say_is_null_where_it_may_be_and_reported(fill):
    filled = fill({"cost_of_paint": {"type": ["number", "null"]}})
    assert filled.value == {"cost_of_paint": None}
    assert filled.open_paths == ("cost_of_paint",)


def test_without_null_the_least_value_stands_and_is_reported(fill):
    filled = fill({"depth": {"type": "integer", "minimum": 5}, "is_listed": {"type": "boolean"}})
    assert filled.value == {"depth": 5, "is_listed": False}
    assert filled.open_paths == ("depth", "is_listed")


def test_a_listed_value_is_the_one_spoken_of(fill):
    assert fill({"kind": {"enum": ["smokehouse", "lighthouse"]}}).value == {"kind": "lighthouse"}


def test_lists_hold_what_is_quoted(fill):
    filled = fill({"points": {"type": "array", "items": {"type": "string"}, "maxItems": 2}})
    assert filled.value["points"][0] == "The Skarn lighthouse was built in 1871 by Ada Thorne."
    assert len(filled.value["points"]) <= 2


def test_sources_are_the_documents_quoted(fill):
    assert fill({"sources": {"type": "array", "items": {"type": "string"}}}).value["sources"][0] == "light.md"


def test_dates_are_written_in_one_form(fill, make_evidence):
    evidence = (make_evidence("The Skarn lighthouse was lit on 4 March 1872."),)
    filled = fill({"lit": {"type": "string", "format": "date"}}, "When was the Skarn lighthouse lit?", evidence)
    assert filled.value == {"lit": "1872-03-04"}


def test_confidence_is_the_share_of_the_question_that_is_covered(fill):
    rating = {"type": "number", "minimum": 0, "maximum": 1}
    good = fill({"confidence": rating}).value["confidence"]
    poor = fill({"confidence": rating}, "Who built the Skarn lighthouse before the war with Prussia ended?").value[
        "confidence"
    ]
    assert 0 <= poor < good <= 1


def test_nothing_at_all_leaves_everything_open(fill):
    filled = fill({"answer": {"type": "string"}, "n": {"type": "number"}}, evidence=())
    assert filled.value == {"answer": "", "n": 0}
    assert filled.open_paths == ("answer", "n")
