import pytest

from moe_core import ScorerInput
from moe_core.testing.values import make_evidence
from plugins.scorers.entity_grounding import EntityGrounding

pytestmark = pytest.mark.anyio

EVIDENCE = (make_evidence("The mill was restored in 1990 by Ada Brook."),)


@pytest.mark.parametrize(
    ("output", "score"),
    [
        ("Ada Brook restored the mill in 1990.", 1.0),
        ("The mill was restored in 1990. Napoleon paid for it.", 0.5),
        ("The mill was restored in 1492.", 0.0),
        ("", 0.0),
    ],
)
async def test_it_is_the_share_of_supported_sentences(output: str, score: float) -> None:
    subject = ScorerInput(question="Who restored the mill?", output=output, evidence=EVIDENCE)
    assert await EntityGrounding().score(subject) == score


async def test_without_evidence_nothing_is_grounded() -> None:
    assert await EntityGrounding().score(ScorerInput(question="", output="The mill stands.")) == 0.0
