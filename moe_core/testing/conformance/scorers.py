"""What every scorer must hold to."""

from moe_core.contracts.scorer import Scorer, ScorerInput
from moe_core.testing.conformance.verdict import refusing, require, require_introduction, require_score
from moe_core.testing.values import make_evidence

_EVIDENCE = (
    make_evidence("The lighthouse was built in 1887."),
    make_evidence("It guards Port Sable.", evidence_id="e2"),
)
_SUBJECTS = (
    ScorerInput(question="When was the lighthouse built?", output="It was built in 1887.", evidence=_EVIDENCE),
    ScorerInput(
        question="When was the lighthouse built?", output="Bananas are yellow.", others=("It was built in 1887.",)
    ),
    ScorerInput(question="When was the lighthouse built?", output="", evidence=_EVIDENCE),
    ScorerInput(question="", output="", others=("", "")),
    ScorerInput(question="¿Cuándo?", output="\x00 1887 " * 2000, evidence=_EVIDENCE, others=("1887",)),
)


async def check_scorer(scorer: type[Scorer]) -> None:
    """Check that a scorer stays in [0, 1], takes empty and odd outputs, and is deterministic.

    Raises:
        ConformanceError: It breaks the contract.
    """
    name = require_introduction(scorer)
    with refusing(f"{name} cannot be made without arguments"):
        first, second = scorer(), scorer()
    for subject in _SUBJECTS:
        what = f"the score of {name} for the output {subject.output[:30]!r}"
        with refusing(f"{name} raised on the output {subject.output[:30]!r}"):
            scores = [await first.score(subject), await first.score(subject), await second.score(subject)]
        for score in scores:
            require_score(score, what)
        require(len(set(scores)) == 1, f"{what} differs from call to call: {scores}")
