"""Statements and their support: what a model claims is held against the evidence it was given."""

from collections.abc import Iterable, Mapping, Sequence

from moe.running.formats import Claim, ClaimedSpan
from moe_core.contracts.evidence import Evidence
from moe_core.contracts.task import Span, Statement, TaskResult
from moe_core.contracts.wire import JsonObject, to_wire
from moe_core.text.sentences import split_sentences
from moe_core.text.tokens import find_terms

UNSUPPORTED = "A statement without support in the documents was left out."


def check_claims(claims: Iterable[Claim], evidence: Iterable[Evidence]) -> tuple[Statement, ...]:
    """The claims of a model that rest on evidence that exists, as statements.

    Ids that were never given and spans that lie outside their evidence are dropped; so is a statement that cites
    nothing else. A supported statement without spans gets the sentence of its evidence that is most like it. A value
    that is not in the statement's own words is none.
    """
    known = {item.evidence_id: item for item in evidence}
    kept = []
    for claim in claims:
        ids = tuple(dict.fromkeys(name for name in claim.evidence if name in known))
        text = claim.text.strip()
        if not ids or not text:
            continue
        spans = tuple(
            Span(evidence_id=span.evidence_id, start=span.start, end=span.end)
            for span in claim.spans
            if _is_inside(span, known)
        )
        if not spans:
            spans = tuple(find_closest_span(text, known[name]) for name in ids)
        value = claim.value if claim.value in text else ""
        kept.append(
            Statement(
                text=text,
                evidence=tuple(dict.fromkeys(s.evidence_id for s in spans)),
                spans=spans,
                value=value,
                confidence=claim.confidence if value else 0.0,
            )
        )
    return tuple(kept)


def find_closest_span(statement: str, evidence: Evidence) -> Span:
    """The sentence of the evidence that shares most with the statement; all of it when none shares a word."""
    wanted = set(find_terms(statement))
    best, best_share = (0, len(evidence.text)), 0.0
    for start, end in split_sentences(evidence.text):
        terms = set(find_terms(evidence.text[start:end]))
        share = len(terms & wanted) / (len(terms | wanted) or 1)
        if share > best_share:
            best, best_share = (start, end), share
    return Span(evidence_id=evidence.evidence_id, start=evidence.start + best[0], end=evidence.start + best[1])


def merge_evidence(results: Iterable[TaskResult]) -> tuple[Evidence, ...]:
    """The evidence of several results, each id once with its best score, best first, ties in order."""
    return unite_evidence([item for result in results for item in result.evidence])


def unite_evidence(items: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Each id once with its best score, best first, ties in order."""
    best: dict[str, Evidence] = {}
    for item in items:
        held = best.get(item.evidence_id)
        if held is None or item.score > held.score:
            best[item.evidence_id] = item
    return tuple(sorted(best.values(), key=lambda item: -item.score))


def choose_evidence(results: Sequence[TaskResult], *, most: int) -> tuple[Evidence, ...]:
    """What whoever joins results reads: what they cite, and what nobody has read yet, best first.

    Args:
        most: Pieces at most of what nobody has read.
    """
    cited = {name for result in results for statement in result.statements for name in statement.evidence}
    unread = {item.evidence_id for item in merge_evidence(result for result in results if not result.is_read)[:most]}
    return tuple(item for item in merge_evidence(results) if item.evidence_id in cited | unread)


EXPERTS = "experts"
"""In the data of a result that nobody has read: what experts said of its evidence."""


def as_findings(results: Sequence[TaskResult]) -> tuple[JsonObject, ...]:
    """What results say, as the layer above reads it."""
    said = [{"agent": result.agent, **to_wire(statement)} for result in results for statement in result.statements]
    comments = [one for result in results if not result.is_read for one in (result.data or {}).get(EXPERTS, ())]
    return (*said, *comments)


def unite_statements(results: Sequence[TaskResult]) -> tuple[Statement, ...]:
    """All statements of several results, each text once, in order."""
    return tuple({s.text: s for result in results for s in result.statements}.values())


def _is_inside(span: ClaimedSpan, known: Mapping[str, Evidence]) -> bool:
    item = known.get(span.evidence_id)
    return item is not None and item.start <= span.start < span.end <= item.end
