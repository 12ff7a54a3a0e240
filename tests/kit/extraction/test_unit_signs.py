"""Signs tell what a unit says of a question, and what it lacks."""

from moe_core.contracts.evidence import Evidence
from moe_kit.extraction.query import parse_query
from moe_kit.extraction.ranking import rank_units
from moe_kit.extraction.unit_signs import SIGN_NAMES, sign_units
from moe_kit.extraction.units import split_evidence

SHED = "# Shed\n\nThe boat shed was tarred by Olaf. It holds nine boats.\n\n# Slip\n\nThe slip is 40 m long.\n"


def _sign(question: str, text: str) -> dict[str, dict[str, float]]:
    evidence = Evidence(evidence_id="e", document="a.md", passage_id="e", start=0, end=len(text), text=text, score=1.0)
    units = split_evidence([evidence])
    query = parse_query(question)
    signed = sign_units(query, rank_units(query, units), units)
    return {item.candidate.unit.text: dict(zip(SIGN_NAMES, item.signs, strict=True)) for item in signed}


def test_the_unit_that_says_more_of_the_question_covers_more():
    signs = _sign("How long is the slip?", SHED)
    assert signs["The slip is 40 m long."]["cover"] > signs["It holds nine boats."]["cover"]


def test_a_unit_without_the_kind_asked_for_lacks_it():
    signs = _sign("How long is the slip?", SHED)
    assert signs["The slip is 40 m long."]["lacks"] == 0.0
    assert signs["The boat shed was tarred by Olaf."]["lacks"] == 1.0


def test_the_deed_asked_after_is_missed_where_another_one_is_told():
    signs = _sign("Who insured the boat shed?", SHED)
    assert signs["The boat shed was tarred by Olaf."]["misses_deed"] == 1.0
    assert _sign("Who tarred the boat shed?", SHED)["The boat shed was tarred by Olaf."]["misses_deed"] == 0.0


def test_a_word_that_is_nowhere_counts_apart_from_one_that_stands_elsewhere():
    signs = _sign("How many boats does the slip hold?", SHED)["The slip is 40 m long."]
    assert signs["missing_elsewhere"] > 0.0
    assert signs["missing_nowhere"] == 0.0
    assert _sign("How many anchors are on the slip?", SHED)["The slip is 40 m long."]["missing_nowhere"] > 0.0


def test_a_name_that_is_nowhere_leaves_nothing_to_sign():
    assert not _sign("How long is the slip at Morvane?", SHED)
    assert _sign("How long is the slip by the shed?", SHED)


def test_a_question_without_words_has_no_signs():
    assert not _sign("Who is it?", SHED)
