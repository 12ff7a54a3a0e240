"""What experts learn of a run and of what is said of it."""

import json

QUESTION = "Who restored the tidal mill, and what did it cost?"


def learned(moe) -> dict:
    return json.loads(moe("personas", "show", "generalist", "--json").stdout)["learned"]


def test_a_run_and_a_word_on_it_are_kept_and_another_word_takes_its_place(moe) -> None:
    assert learned(moe) == {}
    moe("run", QUESTION, "--docs", "docs", "--belter", "research")
    after_run = learned(moe)
    assert (after_run["since_move"], after_run["feedback"]) == (1, {})
    for _ in range(2):
        moe("runs", "rate", "last", "--bad")
        assert learned(moe)["feedback"] == {"money": {"score": 0.0, "observations": 1.0}}
    moe("runs", "rate", "last", "--good")
    assert learned(moe)["feedback"] == {"money": {"score": 1.0, "observations": 1.0}}
    assert "feedback: money 1 of 1" in moe("personas", "show", "generalist").stdout


def test_a_run_that_is_not_recorded_teaches_nothing(moe) -> None:
    moe("--set", "system.record=false", "run", QUESTION, "--docs", "docs", "--belter", "research")
    assert learned(moe) == {}
