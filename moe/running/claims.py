"""Asking a model for claims: the evidence goes by short names, which are ids again in what comes back."""

from msgspec.structs import replace

from moe.running.context import Assignment, RunContext
from moe.running.formats import Claim, Claims, claims_format
from moe_core.contracts.evidence import name_evidence
from moe_core.contracts.messages import Grounding


async def ask_claims(
    context: RunContext, assignment: Assignment, grounding: Grounding, *, is_whole: bool = True
) -> Claims:
    """The claims that the model of whoever works on the task makes from a grounding.

    Args:
        context: The run's.
        assignment: The task.
        grounding: What the claims rest on.
        is_whole: The agent's own response format is wanted too.
    """
    schema = context.agent(assignment.member).response_schema if is_whole else None
    claims = await context.ask(assignment, grounding, claims_format(schema, evidence=len(grounding.evidence)))
    if not claims.statements:
        return claims
    ids = {name_evidence(place): item.evidence_id for place, item in enumerate(grounding.evidence)}
    known = set(ids.values())

    def restore(claim: Claim) -> Claim:
        named = [name if name in known else ids.get(name.strip("[] "), name) for name in claim.evidence]
        return replace(claim, evidence=tuple(named))

    return replace(claims, statements=tuple(map(restore, claims.statements)))
