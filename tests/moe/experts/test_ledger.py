"""Learning from scores."""

import pytest

from moe.contracts.personas import PersonaScore
from moe.contracts.search import WordsTrial
from moe.experts.ledger import PersonaLedger, list_feedback, list_scores
from moe.experts.performance import read_proven, read_seen
from moe.experts.settings import PersonaThresholds
from moe_core import Persona, Tier
from moe_core.contracts.persona_payloads import ExpertScored


@pytest.fixture
def ledger(store) -> PersonaLedger:
    return PersonaLedger(store=store, thresholds=PersonaThresholds())


def scores(persona: str, score: float, times: int = 1) -> list[PersonaScore]:
    return [PersonaScore(persona=persona, score=score, kind="when")] * times


def tier_of(ledger: PersonaLedger, name: str) -> Tier:
    return ledger.store.get(name).persona.tier


def scored(persona: str, score: float, **more) -> ExpertScored:
    facts = {"query": "q", "question_kind": "when", "parts": {}, "is_leading": True, "added": 0, "counts": True, **more}
    return ExpertScored(persona=persona, score=score, **facts)


def test_an_adversarial_one_is_pruned_within_thirty_runs_and_it_is_told_with_its_numbers(ledger):
    moves = []
    for _ in range(30):
        moves += ledger.learn(scores("bob", 0.1), is_feedback=False)
    (move,) = moves
    assert (move.persona, move.before, move.after) == ("bob", "experimental", "pruned")
    assert move.numbers["score"] < move.numbers["pruning"]
    assert tier_of(ledger, "bob") is Tier.PRUNED
    assert ledger.store.read_history("bob")[-1].data == move


def test_a_good_one_that_is_unlucky_five_times_is_not_pruned(ledger):
    for score in (*[0.9] * 8, *[0.0] * 5, *[0.9] * 8):
        ledger.learn(scores("bob", score), is_feedback=False)
    assert tier_of(ledger, "bob") is not Tier.PRUNED


def test_feedback_decides_who_is_first_and_own_evaluation_does_not(ledger):
    ledger.learn(scores("bob", 0.9), is_feedback=False)
    assert read_proven(ledger.load()).read_means(["bob"], "when") == [0.5]
    ledger.learn(scores("bob", 0.9), is_feedback=True)
    assert read_proven(ledger.load()).read_means(["bob"], "when")[0] > 0.6
    assert read_seen(ledger.load()).read_means(["bob"], "when")[0] > 0.6


def test_feedback_that_is_taken_back_leaves_the_record(ledger):
    ledger.learn(scores("bob", 1.0), is_feedback=True)
    ledger.learn(scores("bob", 0.0), is_feedback=True, retracted=scores("bob", 1.0))
    assert read_proven(ledger.load()).read_means(["bob"], "when")[0] < 0.4


def test_scores_of_nobody_count_for_nothing(ledger):
    assert ledger.learn(scores("joe", 0.0, 40), is_feedback=True) == []
    assert ledger.load() == {}


def test_dynamic_thresholds_know_everybody(store):
    store.add([Persona(name=f"p{number}") for number in range(9)], reason="for the test")
    ledger = PersonaLedger(store=store, thresholds=PersonaThresholds(dynamic=True))
    for number in range(9):
        ledger.learn(scores(f"p{number}", 0.5 + number / 100, 8), is_feedback=False)
    assert tier_of(ledger, "p8") is Tier.ACTIVE  # which takes 0.6 where thresholds are fixed


def test_a_run_is_one_score_a_persona_and_what_does_not_count_is_left_out():
    events = [
        scored("ann", 0.4, query="a"),
        scored("ann", 0.8, query="b"),
        scored("bob", 0.9, query="b", counts=False),
        scored("bob", 0.5, query="c", is_leading=False),
    ]
    assert [(one.persona, round(one.score, 4)) for one in list_scores(events)] == [("ann", 0.6), ("bob", 0.5)]
    assert list_feedback([events[3], scored("ann", 0.1)], is_good=False) == scores("ann", 0.0)


def test_of_several_each_is_held_against_the_best_so_that_a_hard_question_is_nobodys_fault():
    events = [scored("ann", 0.4), scored("bob", 0.3), scored("eve", 0.05), scored("ann", 0.4)]
    shares = {one.persona: round(one.score, 4) for one in list_scores(events)}
    assert shares == {"ann": 1.0, "bob": 0.75, "eve": 0.125}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_a_judging_model_said_counts_whichever_search_for_the_same_is_told_of_last(order):
    told = [scored("ann", 0.9, parts={"relevance": 0.9}), scored("ann", 0.2, parts={"relevance": 0.9, "judge": 0.1})]
    assert [one.score for one in list_scores([told[at] for at in order])] == [0.2]


def test_a_damaged_file_is_kept_aside_each_time_and_never_written_over(ledger):
    path = ledger.store.workspace.personas_path / "performance.json"
    assert ledger.keep_damaged() == ""
    for number in (1, 2):
        ledger.learn(scores("bob", 0.9), is_feedback=True)
        assert (ledger.keep_damaged(), ledger.find_damaged()[0]) == ("", None)
        cut = path.read_bytes()[: 40 + number]
        path.write_bytes(cut)
        assert ledger.find_damaged()[0] == path
        if number == 1:
            ledger.learn(scores("bob", 0.9), is_feedback=True)
        else:
            assert "kept as performance.json.damaged-2 beside it" in ledger.keep_damaged()
        assert path.with_name(f"performance.json.damaged-{number}").read_bytes() == cut
    assert [one.name for one in ledger.find_damaged()[1]] == [
        "performance.json.damaged-1",
        "performance.json.damaged-2",
    ]


def test_a_damaged_file_outlives_learning_that_is_shared(ledger, tmp_path):
    path = ledger.store.workspace.personas_path / "performance.json"
    ledger.learn(scores("bob", 0.9), is_feedback=True)
    path.write_bytes(path.read_bytes()[:60])
    ledger.take([], is_dry=True)
    assert ledger.find_damaged() == (path, [])
    ledger.take([])
    assert len(ledger.find_damaged()[1]) == 1


def test_what_words_alone_came_to_adds_up_and_a_damaged_file_of_it_is_kept_aside(ledger):
    trials = [WordsTrial(chance=0.2, words=1.0, walk=1.0)] * 5
    once = ledger.learn_leaning(trials)
    assert (once.questions, once.shift < 0) == (5, True)
    twice = ledger.learn_leaning(trials)
    assert (twice.questions, twice.shift < once.shift, ledger.load_leaning()) == (10, True, twice)
    folder = ledger.store.workspace.personas_path
    (folder / "words.json").write_text("{")
    assert ledger.load_leaning().questions == 0
    assert ledger.learn_leaning(trials) == once
    assert (folder / "words.json.damaged-1").read_text() == "{"
