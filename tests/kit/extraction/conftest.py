"""Evidence to extract from."""

from collections.abc import Callable

import pytest

from moe_core.contracts.evidence import Evidence

LIGHTHOUSE = (
    "# The Skarn light\n\n"
    "The Skarn lighthouse was built in 1871 by Ada Thorne. She was the daughter of a cooper. "
    "It stands 31 metres above the sea.\n\n"
    "Who paid for it? The harbour board paid 4,200 pounds.\n"
)
KEEPERS = "| Keeper | From | To |\n|---|---|---|\n| Jon Marsh | 1871 | 1889 |\n| Ida Quist | 1889 | 1910 |\n"
FISH = "Herring were landed at the quay all summer. Home » Fish » Contact\n\nThe smokehouse closed in 1933."


@pytest.fixture
def make_evidence() -> Callable[..., Evidence]:
    def make(text: str, *, name: str = "e1", start: int = 0, score: float = 1.0, title: str = "") -> Evidence:
        return Evidence(
            evidence_id=name,
            document=f"{name}.md",
            passage_id=name,
            start=start,
            end=start + len(text),
            text=text,
            score=score,
            title=title,
        )

    return make


@pytest.fixture
def harbour(make_evidence: Callable[..., Evidence]) -> tuple[Evidence, ...]:
    return (
        make_evidence(LIGHTHOUSE, name="light", title="The Skarn light"),
        make_evidence(KEEPERS, name="keepers", start=500, score=0.7, title="Keepers"),
        make_evidence(FISH, name="fish", start=40, score=0.4, title="Fish"),
    )
