"""Judging what experts brought: scorers rate each output, a weighted mean joins them, and the best one leads."""

from collections.abc import Collection, Coroutine, Mapping, Sequence
from math import exp, log
from typing import Any

import msgspec
from msgspec.structs import replace

from moe.contracts.experts import ExpertFinding, ExpertScore
from moe.contracts.search import FIRST_PASSAGES
from moe.experts.commentary import comment_by_rule, list_evidence
from moe_core.contracts.errors import MoeError, PluginError
from moe_core.contracts.scorer import Scorer, ScorerInput

_FLOOR = 0.05  # chosen: of a score within the mean, so that nothing is lost for one thing it lacks
_SPEAKS = 0.4  # chosen: relevance from which an output speaks to the question
_VOUCHED_ENOUGH = 0.4  # chosen: of what chance leaves open, from which all is well: others need not find the same
_CHANCE_MAX = 0.5  # chosen: above it few passages were reached, and whoever prefers whatever would be vouched for
_COVERAGE = "coverage"
_RELEVANCE = "relevance"


class WeightedScorer(msgspec.Struct, frozen=True, kw_only=True):
    """A scorer, and how much it counts.

    Attributes:
        scorer: Rates an output.
        weight: Above 0.
    """

    scorer: Scorer
    weight: float


def evaluation_phase(
    question: str, kind: str, findings: Sequence[ExpertFinding], scorers: Sequence[WeightedScorer]
) -> tuple[ExpertScore, ...]:
    """Rate what each expert brought to a question.

    One that walked alone is rated by how much of the question its evidence holds: there is nobody to hold
    it against. Of several each is rated by all scorers, over the sentences that speak for its evidence. Where
    nothing that was brought speaks to the question, it is not the experts' fault: the scores do not count.

    Args:
        question: What was asked.
        kind: Of the question.
        findings: One an expert.
        scorers: Deterministic ones.
    """
    if len(findings) == 1 or not scorers:
        rated = [{_COVERAGE: finding.covered} for finding in findings]
    else:
        evidence = [list_evidence(finding) for finding in findings]
        outputs = [comment_by_rule(question, items).commentary for items in evidence]
        subjects = [
            ScorerInput(
                question=question,
                output=output,
                evidence=items,
                others=[*outputs[:place], *outputs[place + 1 :]],
            )
            for place, (output, items) in enumerate(zip(outputs, evidence, strict=True))
        ]
        rated = [{one.scorer.name: _rate(one.scorer, subject) for one in scorers} for subject in subjects]
    weights = {one.scorer.name: one.weight for one in scorers}
    counts = any(parts.get(_RELEVANCE, parts.get(_COVERAGE, 1.0)) >= _SPEAKS for parts in rated)
    return tuple(
        ExpertScore(
            persona=finding.persona,
            question_kind=kind,
            score=round(aggregate(parts, weights), 4),
            parts={name: round(value, 4) for name, value in parts.items()},
            counts=counts,
        )
        for finding, parts in zip(findings, rated, strict=True)
    )


def aggregate(parts: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The weighted geometric mean of scores, each 0.05 at least; 0 of none.

    Geometric, so that an output that has nothing to do with the question stays low however well it is grounded.
    """
    known = {name: weights.get(name, 1.0) for name in parts}
    total = sum(known.values())
    if not total:
        return 0.0
    return exp(sum(weight * log(max(_FLOOR, parts[name])) for name, weight in known.items()) / total)


def find_lead(scores: Sequence[ExpertScore], means: Sequence[float]) -> int:
    """The place of the expert whose evidence leads: by its score times what feedback has shown of it so far.

    Args:
        scores: Of one question, in the order of waking; of equals the first.
        means: Each expert's mean score by feedback, 0.5 for nothing known.
    """
    merits = [one.score * mean for one, mean in zip(scores, means, strict=True)]
    return merits.index(max(merits))


def vouching_phase(
    scores: Sequence[ExpertScore], findings: Sequence[ExpertFinding], lead: int, added: Collection[str]
) -> tuple[ExpertScore, ...]:
    """Hold what each of the others brought against what leads: `vouched`, which its score is multiplied by.

    It is the share of an expert's own first five passages that the leading one has among its own or takes in, beyond
    the share that five drawn by chance from all that the expert reached would have; 0.4 of what chance leaves open is
    enough for 1. The words of any passage that search brings speak to the question a little; whether it is the passage,
    somebody with a record has to say. Where so few were reached that chance would have half, the expert's score does
    not count.

    Args:
        scores: One an expert.
        findings: Theirs.
        lead: The place of the expert whose evidence leads; its score stays.
        added: Nodes that the others add to it.
    """
    accepted = {*findings[lead].node_ids[:FIRST_PASSAGES], *added}
    held = []
    for place, (score, finding) in enumerate(zip(scores, findings, strict=True)):
        if place != lead:
            first = finding.node_ids[:FIRST_PASSAGES]
            share = sum(name in accepted for name in first) / len(first) if first else 0.0
            chance = _find_chance(len(accepted), finding)
            tells = chance <= _CHANCE_MAX
            vouched = min(1.0, max(0.0, share - chance) / (1 - chance) / _VOUCHED_ENOUGH) if tells else 1.0
            parts = {**score.parts, "vouched": round(vouched, 4)}
            counts = score.counts and tells
            score = replace(score, score=round(score.score * vouched, 4), parts=parts, counts=counts)
        held.append(score)
    return tuple(held)


def is_telling(lead: ExpertFinding) -> bool:
    """Whether what another brings can be held against a finding: enough passages were reached for a choice to show."""
    return _find_chance(len(lead.node_ids[:FIRST_PASSAGES]), lead) <= _CHANCE_MAX


def _find_chance(accepted: int, finding: ExpertFinding) -> float:
    """The share of passages, drawn by chance from what an expert reached, that would be among so many accepted ones."""
    return min(1.0, accepted / finding.reached) if finding.reached else 0.0


def _rate(scorer: Scorer, subject: ScorerInput) -> float:
    """A scorer's word, at once.

    Raises:
        PluginError: It failed, said no number from 0 to 1, or waits for something.
    """
    try:
        value = float(_finish_now(scorer.score(subject)))
    except MoeError:
        raise
    except Exception as error:  # a plugin's own fault must end as one line
        raise _blame(scorer, f"{type(error).__name__}: {error}") from error
    if not 0 <= value <= 1:
        raise _blame(scorer, f"it says {value}, which is not from 0 to 1")
    return value


def _finish_now(work: Coroutine[Any, Any, float]) -> float:
    try:
        work.send(None)
    except StopIteration as done:
        return float(done.value)
    work.close()
    raise ValueError("it waits for something, which no search does")


def _blame(scorer: Scorer, what: str) -> PluginError:
    return PluginError(
        f"scorer {scorer.name} failed: {what}",
        plugin=scorer.name,
        reason="contract",
        hint="take it out of experts.weights in config/experts.yaml",
    )
