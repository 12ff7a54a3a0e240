"""What an expert says of its evidence, put together by rule: the sentences that hold most of the question."""

from collections.abc import Iterator, Sequence

from moe.contracts.experts import Commentary, ExpertFinding
from moe_core.contracts.evidence import Evidence
from moe_core.text.sentences import split_sentences
from moe_core.text.tokens import find_terms

_TOLD = 3  # chosen: passages that are told of; more of them make every output alike


def list_evidence(finding: ExpertFinding) -> tuple[Evidence, ...]:
    """The best passages of a finding, as evidence."""
    rated = zip(finding.node_ids[:_TOLD], finding.ratings[:_TOLD], strict=True)
    return tuple(finding.read(node_id).as_evidence(rating) for node_id, rating in rated)


def comment_by_rule(question: str, evidence: Sequence[Evidence]) -> Commentary:
    """The best sentence of each piece of evidence, in their order.

    The relevance is the share of the question's words that these sentences hold.
    """
    wanted = set(find_terms(question))
    sentences = [max(_split(item.text), key=lambda text: len(wanted & set(find_terms(text)))) for item in evidence]
    told = list(dict.fromkeys(sentences))
    held = wanted & {term for text in told for term in find_terms(text)}
    return Commentary(
        commentary=" ".join(told),
        relevance_score=len(held) / len(wanted) if wanted else 0.0,
        key_insights=tuple(told),
    )


def _split(text: str) -> Iterator[str]:
    """The sentences of a text, the text itself where there are none."""
    spans = split_sentences(text)
    yield from (text[start:end] for start, end in spans)
    if not spans:
        yield text
