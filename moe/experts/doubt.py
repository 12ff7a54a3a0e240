"""Whether what an expert brought is doubtful, so that others are woken."""

import msgspec

from moe.contracts.experts import ExpertFinding
from moe.contracts.search import FIRST_PASSAGES
from moe.experts.settings import DoubtSettings


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Why others are woken.

    Attributes:
        reason: In a few words.
        numbers: What was measured, and what it was held against.
    """

    reason: str
    numbers: dict[str, float]


def find_doubt(finding: ExpertFinding, settings: DoubtSettings) -> Doubt | None:
    """What is doubtful in a finding; None where it is sure, or where there is nothing to find.

    Low confidence: the sixth passage is held for nearly as likely as the best one, so that chance decides who is among
    the first five. Thin: those hold little of the question. One-sided: all of them are of one document, and hold not
    all of the question.
    """
    if finding.is_decided or not finding.node_ids:
        return None
    if finding.covered < settings.thin:
        numbers = {"covered": round(finding.covered, 4), "thin": settings.thin}
        return Doubt(reason="the evidence is thin", numbers=numbers)
    sixth = finding.ratings[FIRST_PASSAGES] if len(finding.ratings) > FIRST_PASSAGES else 0.0
    if sixth >= settings.crowded:
        numbers = {"sixth": round(sixth, 4), "crowded": settings.crowded}
        return Doubt(reason="many passages are held for about as likely", numbers=numbers)
    if finding.covered < settings.one_sided and len(finding.node_ids) >= FIRST_PASSAGES:
        documents = {finding.read(node_id).document_id for node_id in finding.node_ids[:FIRST_PASSAGES]}
        if len(documents) == 1:
            numbers = {"covered": round(finding.covered, 4), "one_sided": settings.one_sided}
            return Doubt(reason="the evidence is of one document only", numbers=numbers)
    return None
