"""When what an expert brought is doubtful."""

from moe.experts.doubt import find_doubt
from moe.experts.settings import DoubtSettings

SURE = (1.0, 0.6, 0.4, 0.3, 0.2, 0.1)


def doubt(finding) -> str:
    found = find_doubt(finding, DoubtSettings())
    return "" if found is None else found.reason


def test_a_clear_lead_over_evidence_that_holds_the_question_is_sure(make_finding):
    assert doubt(make_finding("ann", SURE, covered=0.9)) == ""


def test_many_passages_that_are_about_as_likely_are_doubtful(make_finding):
    assert doubt(make_finding("ann", (1.0, 0.9, 0.9, 0.8, 0.7, 0.6), covered=0.9)).startswith("many passages")
    assert doubt(make_finding("ann", (1.0, 0.9, 0.9, 0.8, 0.7), covered=0.9)) == ""


def test_evidence_that_holds_little_of_the_question_is_thin(make_finding):
    assert doubt(make_finding("ann", SURE, covered=0.4)) == "the evidence is thin"


def test_evidence_of_one_document_is_one_sided_unless_it_holds_the_whole_question(make_finding):
    alone = make_finding("ann", SURE, covered=0.7, document="a.txt")
    assert doubt(alone) == "the evidence is of one document only"
    assert doubt(make_finding("ann", SURE, covered=0.9, document="a.txt")) == ""
    assert doubt(make_finding("ann", SURE, covered=0.7)) == ""


def test_what_is_decided_or_finds_nothing_wakes_nobody(make_finding):
    assert doubt(make_finding("ann", SURE, covered=0.1, is_decided=True)) == ""
    assert doubt(make_finding("ann", (), covered=0.0)) == ""
