import pytest
from msgspec.structs import fields

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.text.sentences import split_sentences
from moe_kit.extraction.answerability import AnswerSigns
from moe_kit.extraction.refusal import RefusalWeights, load_weights
from moe_kit.extraction.statements import extract_statements

ABOUT_THE_SIGNING = "The club signed the keeper Rolf Aune in 1998 for 2 million crowns."
BESIDE = (
    "Rolf Aune greeted the crowd at the opening of the new stand.",
    "The crowd sang for Rolf Aune and the team on the last day.",
    "The club plays in blue and white since its first season.",
    "A new stand was opened beside the river by the mayor.",
    "The keeper of the museum shows the cups of the club.",
    "The team trains on the field behind the school.",
    "Tickets are sold at the gate and in the bakery.",
    "The coach of the team lives in the village.",
)


def ask(question: str, *texts: str, purpose: Purpose = Purpose.SYNTHESISE, fall: float = 0.02) -> str:
    evidence = tuple(
        Evidence(
            evidence_id=f"e{n}", document=f"d{n}", passage_id=f"e{n}", start=0, end=len(t), text=t, score=1 - fall * n
        )
        for n, t in enumerate(texts)
    )
    grounding = Grounding(purpose=purpose, question=question, instruction=question, evidence=evidence)
    return " ".join(quote.text for quote in extract_statements(grounding).quotes)


def test_a_sentence_with_the_name_but_not_the_relation_is_no_answer() -> None:
    assert ask("Which agent had signed Rolf Aune up?", *BESIDE) == ""


def test_the_sentence_with_the_relation_is_one() -> None:
    said = ask("When had the club signed Rolf Aune?", ABOUT_THE_SIGNING, *BESIDE, fall=0.08)
    assert "1998" in said


def test_a_few_small_notes_are_never_judged_by_how_scores_fall() -> None:
    assert ask("How heavy is the car?", "The car weighs 1,240 kg.") == "The car weighs 1,240 kg."


def test_there_is_a_weight_for_each_sign() -> None:
    assert len(load_weights().weights) == len(fields(AnswerSigns))


@pytest.mark.parametrize("name", ["first_covered", "unit_covered", "phrase"])
def test_more_of_the_question_said_never_speaks_for_refusal(name: str) -> None:
    weights = dict(zip((field.name for field in fields(AnswerSigns)), load_weights().weights, strict=True))
    assert weights[name] > 0
    assert weights["level"] < 0


def test_the_rating_is_linear_in_the_signs() -> None:
    signs = AnswerSigns(
        level=1.0, first_covered=0.5, unit_covered=0.0, phrase=0.0, asks_kind=0.0, has_names=1.0, is_thin=0.0
    )
    weights = RefusalWeights(bias=0.25, weights=(-2.0, 4.0, 8.0, 8.0, 8.0, 0.5, 8.0))
    assert weights.rate(signs) == 0.75


def test_passages_of_one_document_are_judged_by_their_words_alone() -> None:
    """The mill is in all of them: how steeply their scores fall says nothing there."""
    text = " ".join(f"The mill's floor {n} holds sacks." for n in range(8)) + " The mill was restored in 1990."
    evidence = tuple(
        Evidence(
            evidence_id=f"e{n}", document="mill.txt", passage_id=f"e{n}", start=s, end=e, text=text[s:e], score=1.0
        )
        for n, (s, e) in enumerate(split_sentences(text))
    )
    question = "When was the mill restored?"
    grounding = Grounding(purpose=Purpose.SYNTHESISE, question=question, instruction=question, evidence=evidence)
    assert extract_statements(grounding).quotes[0].text == "The mill was restored in 1990."
