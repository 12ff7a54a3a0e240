"""Logs for programs: MOE_LOG, from a process of its own."""

import json

import pytest


def test_a_log_is_written_as_json_lines_when_asked_for(spawn) -> None:
    done = spawn("run", "Who restored the mill?", "--docs", "docs", "--json", env={"MOE_LOG": "debug"})
    run_id = json.loads(done.stdout)["run_id"]
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    events = [line for line in lines if "event" in line]
    assert [line["sequence"] for line in events] == list(range(1, len(events) + 1))
    assert {line["run_id"] for line in events} == {run_id}
    assert events[0]["event"] == "run.started"
    assert events[-1]["event"] == "run.finished"
    assert all(line["correlation_id"] for line in events)


def test_an_unknown_log_level_is_wrong_usage(spawn) -> None:
    done = spawn("tools", "list", env={"MOE_LOG": "loud"})
    assert done.returncode == 2
    assert "error: MOE_LOG is 'loud', which is none of debug, info, warning, error, off" in done.stderr


@pytest.mark.parametrize("wrong", [("--docs", "nowhere"), ("--budget-of", "nowhere")])
def test_what_is_told_people_is_a_line_of_the_log_too(spawn, wrong: tuple[str, str]) -> None:
    done = spawn("run", "Who restored the mill?", *wrong, env={"MOE_LOG": "error"})
    (line,) = map(json.loads, done.stderr.splitlines())
    assert (done.returncode, line["level"], line["logger"]) == (2, "error", "moe.cli")
    plain = spawn("run", "Who restored the mill?", *wrong)
    assert plain.stderr.splitlines() == [line["message"], f"  hint: {line['hint']}"]


@pytest.mark.parametrize("level", ["", "off", "0"])
def test_without_a_level_no_line_is_written(spawn, level: str) -> None:
    done = spawn("run", "Who restored the mill?", "--docs", "docs", "--json", "--quiet", env={"MOE_LOG": level})
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_level_keeps_what_is_below_it_away(spawn) -> None:
    env = {
        "MOE_LOG": "info",
        "MOE_SYSTEM__REMARKS": "false",
    }  # its model knows nothing of them
    done = spawn("run", "Who restored the mill?", "--docs", "docs", "--json", env=env)
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert {line["level"] for line in lines} == {"info"}
    events = [line["event"] for line in lines if "event" in line]
    assert "task.finished" in events
    assert "model.called" not in events


def test_what_is_told_people_of_a_run_names_it(spawn) -> None:
    env = {
        "MOE_LOG": "error",
        "MOE_SYSTEM__PROVIDER": "ollama",
        "MOE_PROVIDERS__PROVIDERS__OLLAMA__BASE_URL": "http://127.0.0.1:9",
    }
    done = spawn("run", "Who restored the mill?", "--docs", "docs", "--json", env=env)
    run_id = json.loads(done.stdout)["run_id"]
    told = [json.loads(line) for line in done.stderr.splitlines()]
    [line] = [line for line in told if "cannot be reached" in line.get("message", "")]
    assert (line["logger"], line["run_id"]) == ("moe.cli", run_id)
    assert line["correlation_id"]


def test_what_is_told_of_a_run_that_is_followed_names_it(spawn) -> None:
    queued = json.loads(spawn("run", "Who restored the mill?", "--docs", "docs", "--detach", "--json").stdout)
    watched = spawn("runs", "cancel", queued["run_id"], env={"MOE_LOG": "error"})
    assert watched.returncode == 0
    done = spawn("runs", "watch", queued["run_id"], env={"MOE_LOG": "error"})
    assert {json.loads(line)["run_id"] for line in done.stderr.splitlines()} == {queued["run_id"]}
