from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.statements import extract_statements

TOWER = (
    "The Signal Tower was built in 1806 against an invasion. It is seventeen metres high. "
    "The Signal Tower on the hill holds a weather station.\n\n"
    "The harbourmaster receives visitors in the tower's office. The old boat house cost 4,200 pounds."
)


def _quote(question, make_evidence, text=TOWER):
    grounding = Grounding(purpose=Purpose.EXECUTE, question=question, evidence=(make_evidence(text),))
    return [quote.text for quote in extract_statements(grounding).quotes]


def test_a_short_question_after_a_thing_that_nothing_mentions_is_not_answered(make_evidence):
    assert _quote("What salary does the harbourmaster receive?", make_evidence) == []
    assert _quote("How many pupils visit the Signal Tower?", make_evidence) == []


def test_a_price_is_not_answered_by_sentences_without_a_figure(make_evidence):
    text = "The Signal Tower stands on the hill. Nobody knows who built the Signal Tower."
    assert _quote("What did the Signal Tower cost to build?", make_evidence, text) == []


def test_words_are_figures_but_no_prices(make_evidence):
    text = "The Signal Tower is seventeen metres high."
    assert _quote("How high is the Signal Tower?", make_evidence, text) == [text]
    assert _quote("What did the Signal Tower cost?", make_evidence, text) == []
    assert _quote("What did the Signal Tower cost?", make_evidence, "The Signal Tower cost ninety pounds.")


def test_what_is_free_has_a_price(make_evidence):
    assert _quote("What is the bicycle fare?", make_evidence, "Bicycle fare: free on all boats.")


def test_what_the_documents_say_is_still_answered(make_evidence):
    assert _quote("What did the boat house cost?", make_evidence)[0] == "The old boat house cost 4,200 pounds."
    assert _quote("When was the Signal Tower built?", make_evidence)[0].startswith("The Signal Tower was built in 1806")


def test_a_question_with_words_to_spare_may_miss_some(make_evidence):
    question = (
        "In which year was the Signal Tower built against the invasion that everybody along the coast was afraid of?"
    )
    assert _quote(question, make_evidence)[0].startswith("The Signal Tower was built in 1806")


def test_a_long_question_after_somebody_whom_nothing_names_is_not_answered(make_evidence):
    question = "Which governor had the Signal Tower built on the hill against an invasion, with a weather station?"
    assert _quote(question, make_evidence) == []
