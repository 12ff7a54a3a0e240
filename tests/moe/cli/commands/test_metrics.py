"""`moe metrics`: what the calls of models in recorded runs come to."""

import json
import sqlite3
from pathlib import Path

import pytest

QUESTION = ("run", "Who restored the mill?", "--docs", "docs", "--json")
SUMMARY = {
    "total_requests",
    "json_validity_rate",
    "avg_retry_rate",
    "avg_tokens_per_persona",
    "avg_latency_per_provider",
    "provider_usage",
}


@pytest.fixture
def read(moe):
    def call(*arguments: str) -> dict:
        result = moe("metrics", *arguments, "--json")
        assert result.exit_code == 0, result.stderr
        found = json.loads(result.stdout)
        assert set(found["summary"]) == SUMMARY
        return found

    return call


@pytest.fixture
def mumbled(moe, project: Path, add) -> str:
    """The id of a run whose model was asked again after its first reply."""
    add(project, "mumbler.py", "models")
    done = moe("--set", "system.provider=mumbler", "--set", "system.remarks=false", *QUESTION)
    assert done.exit_code == 0, done.stderr
    return str(json.loads(done.stdout)["run_id"])


def test_nothing_recorded_is_told_and_leaves_every_rate_open(moe, read, project: Path) -> None:
    assert moe("metrics").stdout == f"no run is recorded in {project / '.moe'}\n"
    found = read()
    assert found["summary"] == {
        "total_requests": 0,
        "json_validity_rate": None,
        "avg_retry_rate": None,
        "avg_tokens_per_persona": {},
        "avg_latency_per_provider": {},
        "provider_usage": {},
    }
    assert found["runs"] == {"total": 0, "good": 0, "bad": 0}
    assert not (project / ".moe").exists()


def test_a_reply_that_was_no_json_and_its_retry_are_counted(read, mumbled: str) -> None:
    found = read("--run", mumbled[:-2])
    summary, requests = found["summary"], found["summary"]["total_requests"]
    assert requests >= 2
    assert summary["provider_usage"] == {"mumbler": requests}
    assert summary["json_validity_rate"] == pytest.approx((requests - 1) / requests)
    assert summary["avg_retry_rate"] == pytest.approx(1 / requests)
    assert set(summary["avg_tokens_per_persona"].values()) == {15.0}
    assert summary["avg_latency_per_provider"]["mumbler"] >= 0
    personas = found["personas"]
    assert set(personas) == set(summary["avg_tokens_per_persona"])
    assert sum(one["requests"] for one in personas.values()) == requests
    assert sum(one["retries"] for one in personas.values()) == 1


def test_prose_is_no_json(moe, read, project: Path, add) -> None:
    add(project, "mumbler.py", "models")
    assert moe("--set", "system.provider=mumbler", "camina", "hello there").exit_code == 0
    summary = read()["summary"]
    assert summary["total_requests"] == 1
    assert summary["json_validity_rate"] is None
    assert summary["avg_retry_rate"] == 0


def test_one_run_is_told_apart_from_all_and_from_those_since_then(moe, read, mumbled: str, project: Path) -> None:
    second = json.loads(moe(*QUESTION).stdout)["run_id"]
    moe("runs", "rate", mumbled, "--bad")
    moe("runs", "rate", second, "--good")
    assert read()["runs"] == {"total": 2, "good": 1, "bad": 1}
    assert set(read()["summary"]["provider_usage"]) == {"mumbler", "parrot"}
    assert set(read("--run", "last")["summary"]["provider_usage"]) == {"parrot"}
    connection = sqlite3.connect(project / ".moe" / "runs.db")
    with connection:
        connection.execute("UPDATE runs SET started = started - 9 * 86400 WHERE run_id = ?", (mumbled,))
    connection.close()
    recent = read("--since", "7d")
    assert recent["runs"] == {"total": 1, "good": 1, "bad": 0}
    assert set(recent["providers"]) == {"parrot"}
    assert read("--since", "2w")["runs"]["total"] == 2
    assert read("--since", "2020-01-01")["runs"]["total"] == 2
    assert moe("metrics", "--since", "0m").stdout.startswith("no run of that time is recorded in")


def test_tables_show_who_was_asked_and_who_asked(moe, mumbled: str) -> None:
    moe("runs", "rate", "last", "--good")
    lines = moe("metrics").stdout.splitlines()
    assert lines[0].startswith("1 run, ")
    assert "% of JSON valid" in lines[0]
    assert lines[1] == "rated: 1 good, 0 bad, 0 not rated"
    assert any(line.startswith("mumbler") for line in lines)
    assert any(line.startswith(("camina", "knowledge")) for line in lines)


def test_a_run_that_asked_no_model_says_so(moe, read, mumbled: str, project: Path) -> None:
    connection = sqlite3.connect(project / ".moe" / "runs.db")
    with connection:
        connection.execute("DELETE FROM events WHERE kind LIKE 'model.%'")
    connection.close()
    assert moe("metrics").stdout == "1 run, 0 requests\nno model was asked\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--run", "nobody"), "no run is named 'nobody'"),
        (("--run", "last", "--since", "7d"), "exclude each other"),
        (("--run", ""), "needs the id of a run"),
        (("--since", "soon"), "neither a length of time nor a date"),
        (("--since", "9999-01-01"), "lies ahead"),
    ],
)
def test_what_cannot_be_meant_is_told(moe, mumbled: str, words: tuple[str, ...], told: str) -> None:
    result = moe("metrics", *words)
    assert result.exit_code == 2
    assert told in result.stderr
