from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.spelling import READ_AS_NOTE
from moe_kit.extraction.statements import NOT_FOUND_NOTE, extract_statements


def _extract(question, evidence, *, purpose=Purpose.EXECUTE, findings=(), **options):
    grounding = Grounding(purpose=purpose, question=question, evidence=tuple(evidence), findings=tuple(findings))
    return extract_statements(grounding, **options)


def test_the_sentence_that_answers_comes_first(harbour):
    extract = _extract("Who built the Skarn lighthouse?", harbour)
    assert extract.quotes[0].text == "The Skarn lighthouse was built in 1871 by Ada Thorne."


def test_a_row_answers_by_its_header(harbour):
    extract = _extract("From what year was Ida Quist keeper?", harbour)
    assert extract.quotes[0].text == "| Ida Quist | 1889 | 1910 |"
    assert extract.quotes[0].spans == (("keepers", 565, 592),)


def test_a_question_answered_below_itself_finds_the_answer(harbour):
    texts = [quote.text for quote in _extract("Who paid for the Skarn lighthouse?", harbour).quotes]
    assert "The harbour board paid 4,200 pounds." in texts
    assert "Who paid for it?" not in texts


def test_nothing_is_said_about_what_the_documents_do_not_hold(harbour):
    extract = _extract("Which minister signed the Treaty of Lisbon?", harbour)
    assert extract.quotes == ()
    assert extract.notes == (NOT_FOUND_NOTE,)
    assert extract.coverage == 0.0


def test_a_name_that_occurs_nowhere_needs_better_support(harbour):
    assert _extract("When was the Morvane lighthouse built?", harbour).quotes == ()
    assert _extract("When was the Skarn lighthouse built?", harbour).quotes != ()


def test_the_threshold_is_a_parameter(harbour):
    question = "Which minister visited the lighthouse at Morvane?"
    assert _extract(question, harbour).quotes == ()
    assert _extract(question, harbour, coverage_min=0.0).quotes != ()


def test_the_limit_is_kept(make_evidence):
    evidence = [make_evidence(f"The Skarn quay number {n} holds boat {n * 7}.", name=f"e{n}") for n in range(20)]
    assert len(_extract("Which boats does the Skarn quay hold?", evidence, limit=3).quotes) <= 3


def test_the_same_sentence_in_two_documents_is_said_once(make_evidence):
    text = "The Skarn lighthouse was built in 1871."
    extract = _extract(
        "When was the Skarn lighthouse built?", [make_evidence(text, name="a"), make_evidence(text, name="b")]
    )
    assert len(extract.quotes) == 1


def test_an_answer_chooses_among_the_findings(harbour):
    text = "It stands 31 metres above the sea."
    extract = _extract(
        "How high does the Skarn lighthouse stand above the sea?",
        harbour,
        purpose=Purpose.SYNTHESISE,
        findings=[{"text": text, "evidence": ["light"]}, {"text": "An unsupported claim.", "evidence": ["gone"]}],
    )
    assert [quote.text for quote in extract.quotes] == [text]
    (name, start, end) = extract.quotes[0].spans[0]
    assert (name, harbour[0].text[start:end]) == ("light", text)


def test_a_finding_in_other_words_keeps_its_words_and_its_support(harbour):
    finding = {
        "text": "Thorne put it up.",
        "evidence": ["light"],
        "spans": [{"evidence_id": "light", "start": 20, "end": 40}],
    }
    extract = _extract("Who built it?", harbour, purpose=Purpose.MERGE, findings=[finding])
    assert extract.quotes[0].to_wire() == finding


def test_spans_outside_their_evidence_are_dropped(harbour):
    finding = {
        "text": "Thorne put it up.",
        "evidence": ["light"],
        "spans": [{"evidence_id": "light", "start": 0, "end": 9999}],
    }
    extract = _extract("Who built it?", harbour, purpose=Purpose.MERGE, findings=[finding])
    assert extract.quotes[0].spans == ()


def test_a_pronoun_brings_the_sentence_that_names_whom_it_means(make_evidence):
    text = "Ada Thorne came from Skarn. She drew the plans of the tower in the winter of 1869."
    texts = [q.text for q in _extract("When did Ada Thorne draw the plans of the tower?", [make_evidence(text)]).quotes]
    assert texts == ["Ada Thorne came from Skarn.", "She drew the plans of the tower in the winter of 1869."]


MILL = "Pell Mill is driven by the tide. It was restored by Ada Brook in 1990."
BROOK = "Ada Brook (born 1951) is an engineer from Skerry. She likes eels."


def test_a_passage_that_the_answer_leads_to_by_name_is_quoted_too(make_evidence):
    evidence = [
        make_evidence(MILL, name="mill", title="Pell Mill"),
        make_evidence(BROOK, name="brook", title="Ada Brook"),
    ]
    quotes = _extract("Where does the restorer of Pell Mill come from?", evidence).quotes
    assert [quote.evidence_ids for quote in quotes][-1] == ("brook",)
    assert quotes[-1].text == "Ada Brook (born 1951) is an engineer from Skerry."


def test_without_a_title_the_first_sentence_tells_whom_a_passage_is_about(make_evidence):
    evidence = [make_evidence(MILL, name="mill"), make_evidence(BROOK, name="brook")]
    quotes = _extract("Where does the restorer of Pell Mill come from?", evidence).quotes
    assert ("brook",) in [quote.evidence_ids for quote in quotes]


def test_a_passage_that_nothing_leads_to_is_not_quoted(make_evidence):
    other = "Jon Vane (born 1950) is a baker from Torrell. He likes bread."
    evidence = [
        make_evidence(MILL, name="mill", title="Pell Mill"),
        make_evidence(other, name="vane", title="Jon Vane"),
    ]
    quotes = _extract("Where does the restorer of Pell Mill come from?", evidence).quotes
    assert {quote.evidence_ids for quote in quotes} == {("mill",)}


def test_hops_keep_the_limit(make_evidence):
    evidence = [
        make_evidence(MILL, name="mill", title="Pell Mill"),
        make_evidence(BROOK, name="brook", title="Ada Brook"),
    ]
    quotes = _extract("Where does the restorer of Pell Mill come from?", evidence, limit=1).quotes
    assert [quote.evidence_ids for quote in quotes] == [("mill",)]


def _answer(question, make_evidence, text):
    return _extract(question, [make_evidence(text)], purpose=Purpose.SYNTHESISE)


def test_what_became_of_a_rule_is_quoted_behind_what_it_was(make_evidence):
    text = "Dogs used to be allowed on the pier. Since May this has to stop. The pier is of oak."
    quotes = _answer("Are dogs allowed on the pier?", make_evidence, text).quotes
    assert [quote.text for quote in quotes] == ["Dogs used to be allowed on the pier.", "Since May this has to stop."]


def test_a_misspelt_question_is_answered_and_told_how_it_was_read(make_evidence):
    text = "The safety officer is Ms Rask. The boats lie at the quay. Nobody swims here."
    extract = _answer("who is the saftey officer", make_evidence, text)
    assert [quote.text for quote in extract.quotes] == ["The safety officer is Ms Rask."]
    assert READ_AS_NOTE.format(question="who is the safety officer") in extract.notes
    assert not _answer("who is the safety officer", make_evidence, text).notes


def test_of_a_version_only_what_says_its_number_tells_when_it_came(make_evidence):
    log = (
        "# Changes\n\n## 3.0.0 (2024-06-18)\n\n- The first version to come out for Windows.\n\n"
        "## 2.0.3 (2023-03-22)\n\n- The last version to come out with a compass.\n"
    )
    assert _answer("When will version 4.0 come out?", make_evidence, log).quotes == ()
    quotes = _answer("When did version 2.0.3 come out?", make_evidence, log).quotes
    assert any("2.0.3" in quote.text for quote in quotes)
    assert not any("3.0.0" in quote.text for quote in quotes)


def test_what_one_thing_cost_in_all_is_told_by_its_sentence(make_evidence):
    text = (
        "The dressing rooms cost £84,000. The pitch was mown. The mayor came. The referee was late. The cup is of tin."
    )
    quotes = _answer("How much did the dressing rooms cost altogether?", make_evidence, text).quotes
    assert [quote.text for quote in quotes] == ["The dressing rooms cost £84,000."]
