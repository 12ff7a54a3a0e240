"""`moe runs rate`: what the user thinks of an answer."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def run_id(moe) -> str:
    run_id = json.loads(moe("run", "Who restored the mill?", "--docs", "docs", "--json").stdout)["run_id"]
    return str(run_id)


def test_a_run_is_rated_again_shown_and_listed(moe, run_id: str) -> None:
    assert "RATED" not in moe("runs", "list").stdout
    rated = moe("runs", "rate", run_id[:-3], "--bad", "--note", " the year\n\x1b[31mis wrong ")
    assert rated.stdout == f"{run_id} is rated bad: Who restored the mill?\n", rated.stderr
    shown = moe("runs", "show", run_id).stdout.splitlines()
    assert shown[2].startswith("rated bad: the year")
    assert "\x1b" not in shown[2]
    assert json.loads(moe("runs", "show", run_id, "--json").stdout)["rating"]["verdict"] == "bad"
    again = json.loads(moe("runs", "rate", "last", "--good", "--json").stdout)
    assert (again["run_id"], again["rating"]["verdict"], again["rating"]["note"]) == (run_id, "good", "")
    heading, row = moe("runs", "list").stdout.splitlines()
    assert "RATED" in heading
    assert "good" in row
    assert [one["rating"]["verdict"] for one in json.loads(moe("runs", "list", "--json").stdout)] == ["good"]


@pytest.mark.parametrize("words", [[], ["--good", "--bad"]])
def test_a_rating_is_one_of_two(moe, run_id: str, words: list[str]) -> None:
    result = moe("runs", "rate", run_id, *words)
    assert result.exit_code == 2
    assert "say either --good or --bad" in result.stderr


def test_an_unknown_run_is_not_rated_and_near_ones_are_named(moe, run_id: str) -> None:
    result = moe("runs", "rate", run_id[:-1] + "?", "--good")
    assert result.exit_code == 2
    assert run_id in result.stderr


def test_nothing_is_rated_where_nothing_was_recorded(moe) -> None:
    result = moe("runs", "rate", "last", "--good")
    assert result.exit_code == 2
    assert "no run is recorded here yet" in result.stderr


def test_what_the_experts_learned_is_not_written_over_once_it_is_damaged(moe, project: Path, run_id: str) -> None:
    kept = project / ".moe" / "personas" / "performance.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text('{"sceptic": {"weight": 12.0, "total', encoding="utf-8")
    rated = moe("runs", "rate", "last", "--good")
    assert rated.exit_code == 0
    assert rated.stderr.count("\n") == 1
    assert "performance.json is damaged, and kept as performance.json.damaged-1 beside it" in rated.stderr
    assert "12.0" in kept.with_name("performance.json.damaged-1").read_text(encoding="utf-8")
    assert moe("runs", "rate", "last", "--bad").stderr == ""
