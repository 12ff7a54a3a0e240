"""How what experts brought is judged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.contracts.experts import ExpertScore
from moe.experts.evaluation import WeightedScorer, aggregate, evaluation_phase, find_lead, vouching_phase
from moe_core import Scorer
from moe_core.contracts.errors import PluginError

QUESTION = "When was the mill restored?"
SHARES = st.floats(0, 1)


def make_scorer(label: str, rate) -> WeightedScorer:
    class Fixed(Scorer):
        name = label
        summary = "as it is told"

        async def score(self, subject):
            return rate(subject)

    return WeightedScorer(scorer=Fixed(), weight=1.0)


def judge(findings, *scorers):
    return evaluation_phase(QUESTION, "when", findings, scorers)


def test_one_that_walked_alone_is_rated_by_what_its_evidence_holds(make_finding):
    (one,) = judge([make_finding("ann", (1.0,), covered=0.75)], make_scorer("relevance", lambda _: 0.1))
    assert (one.score, one.parts, one.question_kind, one.counts) == (0.75, {"coverage": 0.75}, "when", True)


def test_each_is_rated_on_its_own_output_beside_the_others(make_finding):
    texts = {"a": "The mill was restored in 1871.", "b": "Gulls nest there."}
    seen = []

    def rate(subject):
        seen.append((subject.output, subject.others, [item.text for item in subject.evidence]))
        return 1.0 if "mill" in subject.output else 0.2

    scores = judge(
        [make_finding("ann", (1.0,), nodes=name, texts=texts) for name in "ab"], make_scorer("relevance", rate)
    )
    assert [one.score for one in scores] == [1.0, 0.2]
    assert seen == [(texts["a"], [texts["b"]], [texts["a"]]), (texts["b"], [texts["a"]], [texts["b"]])]


@pytest.mark.parametrize(("relevance", "counts"), [(0.39, False), (0.4, True)])
def test_where_nothing_speaks_to_the_question_nobody_is_to_blame(make_finding, relevance, counts):
    findings = [make_finding(name, (1.0,)) for name in ("ann", "bob")]
    scores = judge(findings, make_scorer("relevance", lambda _: relevance), make_scorer("novelty", lambda _: 1.0))
    assert {one.counts for one in scores} == {counts}


def test_a_scorer_that_breaks_its_contract_is_named_with_a_remedy(make_finding):
    for rate, words in ((lambda _: 2.0, "not from 0 to 1"), (lambda _: 1 / 0, "ZeroDivisionError")):
        with pytest.raises(PluginError, match=words) as caught:
            judge([make_finding(name, (1.0,)) for name in ("ann", "bob")], make_scorer("odd", rate))
        assert "experts.weights" in caught.value.hint


@given(st.dictionaries(st.sampled_from("abc"), SHARES, min_size=1), st.sampled_from("abc"), SHARES)
def test_the_mean_lies_between_its_parts_and_never_falls_when_one_rises(parts, name, more):
    weights = {"a": 0.6, "b": 0.3, "c": 0.1}
    found = aggregate(parts, weights)
    assert min(0.05, *parts.values()) - 1e-9 <= found <= max(0.05, *parts.values()) + 1e-9
    if name in parts:
        assert aggregate({**parts, name: max(more, parts[name])}, weights) >= found - 1e-9


def test_nothing_to_do_with_the_question_stays_low_however_well_grounded():
    weights = {"relevance": 0.6, "entity_grounding": 0.15, "consistency": 0.15, "novelty": 0.1}
    off = {"relevance": 0.1, "entity_grounding": 1.0, "consistency": 1.0, "novelty": 1.0}
    assert aggregate(off, weights) < 0.3
    assert aggregate({**off, "relevance": 0.8, "novelty": 0.0}, weights) > 0.6
    assert aggregate({}, weights) == 0.0


def test_the_better_one_leads_as_far_as_feedback_does_not_say_otherwise():
    scores = [ExpertScore(persona="ann", question_kind="when", score=score) for score in (0.6, 0.8)]
    assert find_lead(scores, [0.5, 0.5]) == 1
    assert find_lead(scores, [0.8, 0.5]) == 0
    assert find_lead([scores[0], scores[0]], [0.5, 0.5]) == 0


@pytest.mark.parametrize(
    ("nodes", "added", "vouched"),
    [
        ("vwxyz", "", 0.0),
        ("axxyz", "", 0.5),
        ("abxyz", "", 1.0),
        ("abcde", "", 1.0),
        ("vwxyz", "vw", 1.0),
        ("", "", 0.0),
    ],
)
def test_what_leads_vouches_for_what_the_others_brought(make_finding, nodes, added, vouched):
    names = [*dict.fromkeys(nodes)] if nodes != "axxyz" else ["a", "v", "x", "y", "z"]
    findings = [make_finding("ann", (1.0,) * 5, nodes="abcde"), make_finding("bob", (1.0,) * len(names), nodes=names)]
    scores = [ExpertScore(persona=name, question_kind="when", score=0.8, parts={"r": 0.8}) for name in ("ann", "bob")]
    lead, other = vouching_phase(scores, findings, 0, added)
    assert lead == scores[0]
    assert other.score == pytest.approx(0.8 * vouched, abs=1e-4)
    assert other.parts == {"r": 0.8, "vouched": vouched}


@pytest.mark.parametrize(
    ("reached", "nodes", "vouched", "counts"),
    [(10, "avxyz", 0.0, True), (10, "abcvw", 0.5, True), (100, "abvwx", 0.9211, True), (9, "vwxyz", 1.0, False)],
)
def test_only_what_chance_would_not_have_is_vouched_for_and_little_to_choose_from_tells_nothing(
    make_finding, reached, nodes, vouched, counts
):
    findings = [
        make_finding("ann", (1.0,) * 5, nodes="abcde"),
        make_finding("bob", (1.0,) * 5, nodes=nodes, reached=reached),
    ]
    scores = [ExpertScore(persona=name, question_kind="when", score=0.8) for name in ("ann", "bob")]
    lead, other = vouching_phase(scores, findings, 0, ())
    assert (lead.counts, other.counts, other.parts) == (True, counts, {"vouched": vouched})
