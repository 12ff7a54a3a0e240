import pytest

from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Purpose
from moe_kit.extraction.statements import extract_statements


def ask(question: str, text: str) -> tuple[str, ...]:
    evidence = Evidence(evidence_id="e", document="d.txt", passage_id="e", start=0, end=len(text), text=text, score=1.0)
    grounding = Grounding(purpose=Purpose.SYNTHESISE, question=question, instruction=question, evidence=(evidence,))
    return extract_statements(grounding).notes


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("When was the tower built, and who painted the bridge?", "who painted the bridge"),
        ("When was the tower built and how much did the organ cost?", "how much did the organ cost"),
    ],
)
def test_the_part_that_is_not_answered_is_named(question: str, part: str) -> None:
    assert ask(question, "The tower was built in 1806. It stands on the quay.") == (
        f'not found in the documents: "{part}"',
    )


@pytest.mark.parametrize(
    "question",
    ["When was the tower built?", "When was the tower built and who designed the tower?"],
)
def test_nothing_is_named_when_all_is_answered(question: str) -> None:
    assert ask(question, "The tower was built in 1806. Ada Brook designed the tower.") == ()
