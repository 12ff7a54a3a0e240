"""What recorded searches come to for each expert."""

import pytest

from moe.contracts.persona_report import Rivalry
from moe.experts.performance import PersonaPerformance
from moe.experts.reporting import UseTally, list_kinds, make_rate
from moe.experts.track_records import TrackRecord
from moe_core.contracts.event import Event
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored


def make_event(run_id, data):
    return Event(run_id=run_id, correlation_id="c", sequence=1, at=1.0, kind=data.kind, data=data)


def scored(run_id, persona, score, *, leads=False, query="q"):
    return make_event(
        run_id,
        ExpertScored(
            persona=persona,
            query=query,
            question_kind="when",
            score=score,
            parts={},
            is_leading=leads,
            added=0,
            counts=True,
        ),
    )


def chosen(run_id, persona, *, query="q", failure=""):
    return make_event(run_id, ExpertChosen(persona=persona, query=query, cost=1.0, reason="r", failure=failure))


EVENTS = [
    *(chosen("r1", name) for name in ("ann", "bob")),
    *(chosen("r1", "ann", query="other"), chosen("r2", "ann", failure="it broke")),
    *(
        scored("r1", "ann", 0.1),
        scored("r1", "ann", 0.9, leads=True),  # told twice: the last word counts
        scored("r1", "bob", 0.4),
        scored("r1", "ann", 0.2, query="other"),
    ),
]


def test_searches_are_counted_once_however_many_were_woken():
    tally = UseTally().take(EVENTS)
    ann, bob = tally.describe("ann", None), tally.describe("bob", None)
    assert (ann.chosen, ann.share, ann.failed) == (3, 1.0, 1)
    assert (bob.chosen, bob.share) == (1, pytest.approx(1 / 3, abs=1e-4))
    assert (ann.led.mean, ann.led.n, ann.score.mean) == (0.5, 2, 0.55)
    assert (tally.describe("nobody", None).score.mean, tally.describe("nobody", None).share) == (None, 0.0)


def test_the_best_the_worst_and_the_rivals_are_told():
    tally = UseTally().take(EVENTS)
    best, worst = tally.list_extremes("ann")
    assert ([one.score for one in best], [one.score for one in worst]) == ([0.9, 0.2], [0.2, 0.9])
    assert tally.list_rivals("ann") == [Rivalry(name="bob", together=1, ahead=1)]
    assert tally.list_rivals("bob") == [Rivalry(name="ann", together=1, ahead=0)]


def test_a_rate_has_the_interval_of_wilson():
    rate = make_rate(8, 10)
    assert (rate.mean, rate.low, rate.high) == (0.8, 0.4902, 0.9433)  # of tables of that interval
    assert (make_rate(3, 3).high, make_rate(0, 3).low) == (1.0, 0.0)
    assert make_rate(0, 0) == make_rate(5, 0)


def test_kinds_of_question_come_with_most_scores_first():
    known = PersonaPerformance(
        proven={"when": TrackRecord(good=1.0, bad=1.0)},
        seen={"when": TrackRecord(good=1.0), "count": TrackRecord(good=4.0, bad=4.0)},
    )
    found = list_kinds(known)
    assert [(one.kind, one.feedback.n, one.seen.n) for one in found] == [("count", 0.0, 8.0), ("when", 2.0, 1.0)]
    assert found[1].feedback.mean == 0.5
