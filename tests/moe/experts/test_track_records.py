"""How personas did at each kind of question."""

import pytest

from moe.contracts.personas import PersonaScore
from moe.experts.track_records import build_records, find_kind, read_bundled
from moe_core import Persona


def test_other_kinds_lend_four_scores_at_most_at_their_own_rate():
    scores = [PersonaScore(persona="ann", score=0.75, kind="money")] * 40 + [
        PersonaScore(persona="ann", score=1, kind="when")
    ] * 2
    good, bad, observed = build_records(scores).read_columns(["ann", "bob"], "when")
    assert good.tolist() == pytest.approx([2 + 3, 0])
    assert bad.tolist() == pytest.approx([1, 0])
    assert observed.tolist() == [2, 0]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("When was it built?", "when"),
        ("How many doors are there?", "count"),
        ("How heavy is it?", "weight"),
        ("Tell me of it.", "other"),
        ("", "other"),
    ],
)
def test_a_kind_is_what_is_asked_for(question, kind):
    assert find_kind(question) == kind


def test_a_persona_brings_its_record_as_far_as_it_is_one():
    brought = {
        "ann": {"score": 0.75, "observations": 4},
        "bob": {"score": "good", "observations": 4},
        "eve": {"score": 1, "observations": 10_000},
        "joe": {},
    }
    records = read_bundled([Persona(name=name, historical_performance=data) for name, data in brought.items()])
    assert {name: (one.good, one.bad) for name, one in records.overall.items()} == {
        "ann": (3.0, 1.0),
        "eve": (50.0, 0.0),
    }
    assert records.read_columns(["ann"], "when")[0].tolist() == [3.0]
