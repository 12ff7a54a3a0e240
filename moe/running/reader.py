"""Reader mode: the model writes the answer once, from the sentences that rules have found; they stand below it."""

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from moe.running.claims import ask_claims
from moe.running.context import Assignment, RunContext
from moe.running.formats import Claim, Claims
from moe.running.rules import decide_claims
from moe_core.contracts.errors import DeadlineError, ModelError
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.messages import Grounding, Purpose
from moe_core.text.tokens import find_terms, iterate_tokens

_DENIALS = frozenset(
    "no not never none nobody nothing neither nor without nicht kein keine keinen nie niemand ohne".split()
)
MODEL_LEFT_OUT = "What the model wrote does not stand in the documents, and was left out."
MODEL_FAILED = "The model gave no usable answer; the documents' own sentences stand in its place."


async def read_answer(context: RunContext, assignment: Assignment, grounding: Grounding) -> Claims:
    """The quotes that rules take from a grounding, below what the model makes of them.

    An answer with a word, name or number that neither the sentences it cites nor the question have is left out: with a
    weak model there are the quotes, and never less.
    """
    quoted = decide_claims(grounding, context.agent(assignment.member).response_schema)
    sentences = _take_sentences(quoted.statements, grounding.evidence)
    if not sentences:
        return quoted
    short = replace(grounding, purpose=Purpose.READ, evidence=sentences, findings=())
    try:
        read = await ask_claims(context, assignment, short, is_whole=False)
    except (ModelError, DeadlineError):
        return msgspec.structs.replace(quoted, notes=(*quoted.notes, MODEL_FAILED))
    known = {item.evidence_id: item for item in sentences}
    said = [claim for claim in read.statements[:1] if _is_said(claim, known, grounding.question)]
    if not said:
        return msgspec.structs.replace(quoted, notes=(*quoted.notes, *([MODEL_LEFT_OUT] if read.statements else [])))
    places = [quoted.statements[int(name.removeprefix("s"))] for name in said[0].evidence if name in known]
    answer = Claim(
        text=said[0].text,
        evidence=tuple(dict.fromkeys(name for place in places for name in place.evidence)),
        spans=tuple(span for place in places for span in place.spans),
    )
    return msgspec.structs.replace(
        quoted, statements=(answer, *(one for one in quoted.statements if one.text != answer.text))
    )


def _take_sentences(quotes: Sequence[Claim], evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """The quotes as evidence of their own."""
    known = {item.evidence_id: item for item in evidence}
    return tuple(
        replace(known[quote.evidence[0]], evidence_id=f"s{number}", text=quote.text)
        for number, quote in enumerate(quotes)
        if quote.evidence and quote.evidence[0] in known
    )


def _is_said(claim: Claim, known: dict[str, Evidence], question: str) -> bool:
    cited = [known[name].text for name in claim.evidence if name in known]
    there = set(find_terms(" ".join(cited)))
    terms = set(find_terms(claim.text))
    asked = set(find_terms(question))
    denies = [bool(_DENIALS & {token.folded for token in iterate_tokens(text)}) for text in (claim.text, *cited)]
    return bool(cited) and terms <= there | asked and bool(terms & there - asked) and denies[0] == any(denies[1:])
