"""What a run teaches of its experts."""

from types import SimpleNamespace

import pytest

from moe.contracts.personas import PersonaScore
from moe.running.learning import ExpertWatch
from moe_core.contracts.errors import StorageError
from moe_core.contracts.event import Event
from moe_core.contracts.persona_payloads import ExpertChosen, ExpertScored

SCORED = ExpertScored(
    persona="ann", query="q", question_kind="when", score=0.5, parts={}, is_leading=True, added=0, counts=True
)


@pytest.fixture
def watch() -> ExpertWatch:
    watch = ExpertWatch()
    watch(Event(run_id="r", correlation_id="c", sequence=1, at=0.0, kind=SCORED.kind, data=SCORED))
    return watch


def test_what_was_seen_is_kept_once_the_run_is_over(watch):
    learned = []
    ledger = SimpleNamespace(keep_damaged=str, learn=lambda scores, **how: [learned.append((scores, how))][:0])
    assert watch.conclude(ledger) == []
    assert learned == [([PersonaScore(persona="ann", score=0.5, kind="when")], {"is_feedback": False})]
    assert ExpertWatch().conclude(ledger) == []
    assert watch.conclude(None) == []
    assert len(learned) == 1


def test_that_it_could_not_be_kept_is_told_and_fails_nothing(watch):
    def fail(*_, **__):
        raise StorageError("the disk is full", hint="")

    (note,) = watch.conclude(SimpleNamespace(keep_damaged=str, learn=fail))
    assert (note.severity, note.text) == ("info", "How the experts did could not be kept: the disk is full.")


def test_an_expert_whose_walk_failed_has_a_score_of_nothing_at_that_kind_of_question():
    watch, learned = ExpertWatch(), []
    failed = ExpertChosen(persona="bob", query="When was it restored?", cost=0.1, reason="", failure="it raised")
    for sequence in (1, 2):
        watch(Event(run_id="r", correlation_id="c", sequence=sequence, at=0.0, kind=failed.kind, data=failed))
    assert watch.has_seen
    watch.conclude(SimpleNamespace(keep_damaged=str, learn=lambda scores, **how: [learned.append(scores)][:0]))
    assert learned == [[PersonaScore(persona="bob", score=0.0, kind="when")]]


def test_that_what_was_learned_before_is_damaged_is_a_warning_of_the_run(watch):
    ledger = SimpleNamespace(keep_damaged=lambda: "it is damaged", learn=lambda *_, **__: [])
    (note,) = watch.conclude(ledger)
    assert (note.severity, note.text) == ("warning", "it is damaged.")
