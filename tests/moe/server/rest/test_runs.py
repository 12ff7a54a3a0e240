"""Runs over HTTP, asked as curl would."""

import json

import pytest

from served_project import MILL, QUESTION, SLOW

VARYING = ("run_id", "correlation_id", "timings")


def without_times(result):
    kept = {key: value for key, value in result.items() if key not in VARYING}
    kept["usage"] = {**kept["usage"], "seconds": 0}
    kept["graph"] = {**(kept["graph"] or {}), "seconds": 0, "digest": ""}
    return kept


@pytest.fixture(scope="module")
def answered(client):
    return client.post("/run", json=QUESTION).json()


@pytest.fixture
def slow(client):
    begun = client.post("/api/v1/runs", json=SLOW).json()["run_id"]
    with client.stream("GET", f"/api/v1/runs/{begun}/events") as stream:
        next(line for line in stream.iter_lines() if line.startswith("event: tool.called"))
    yield begun
    client.post(f"/api/v1/runs/{begun}/cancel")


def test_the_answer_is_what_the_command_prints(served, answered):
    printed = json.loads(served.run("run", QUESTION["question"], "--docs", "docs", "--json").stdout)
    assert without_times(answered) == without_times(printed)
    cited = answered["citations"][0]
    assert "Ada Brook" in answered["answer"]
    assert MILL[cited["start"] : cited["end"]] == cited["text"]


def test_a_run_is_begun_at_once_and_found_where_the_answer_says(client):
    begun = client.post("/api/v1/runs", json=QUESTION, headers={"x-correlation-id": "order-7"})
    assert (begun.status_code, begun.json()["status"]) == (202, "queued")
    assert begun.headers["x-correlation-id"] == begun.json()["correlation_id"] == "order-7"
    with client.stream("GET", f"{begun.headers['location']}/events") as stream:
        assert "event: run.finished" in list(stream.iter_lines())
    found = client.get(begun.headers["location"]).json()
    assert (found["status"], found["correlation_id"]) == ("done", "order-7")
    assert "Ada Brook" in found["answer"]


def test_waiting_gives_the_result_or_after_its_time_the_place(client, slow):
    assert client.post("/api/v1/runs?wait=30", json=QUESTION).json()["status"] == "done"
    waited = client.post("/api/v1/runs?wait=0.01", json=SLOW)
    assert (waited.status_code, waited.json()["status"] in ("queued", "running")) == (202, True)
    assert client.post(f"{waited.headers['location']}/cancel").status_code == 202


def test_pages_of_runs_hold_each_once_newest_first(client, answered):
    asked = [client.post("/run", json=QUESTION).json()["run_id"] for _ in range(2)]
    pages, cursor = [], ""
    while cursor is not None:
        page = client.get("/api/v1/runs", params={"limit": 2, "cursor": cursor}).json()
        pages += [run["run_id"] for run in page["runs"]]
        cursor = page["next"]
    assert pages[:2] == asked[::-1]
    assert len(pages) == len(set(pages))
    assert answered["run_id"] in pages
    statuses = {run["status"] for run in client.get("/api/v1/runs?status=cancelled").json()["runs"]}
    assert statuses <= {"cancelled"}


def test_the_same_key_with_the_same_body_is_the_same_run(client):
    headers = {"idempotency-key": "again-1"}
    first = client.post("/api/v1/runs", json=QUESTION, headers=headers).json()["run_id"]
    assert client.post("/run", json=QUESTION, headers=headers).json()["run_id"] == first
    other = client.post("/run", json={**QUESTION, "question": "What did it cost?"}, headers=headers)
    assert (other.status_code, other.json()["run_id"]) == (409, first)


def test_a_run_shows_its_graph(client, answered):
    graph = client.get(f"/graph/{answered['run_id']}").json()
    assert graph == client.get(f"/api/v1/runs/{answered['run_id']}/graph").json()
    assert answered["citations"][0]["passage_id"] in {ranked["passage_id"] for ranked in graph["ranking"]}


def test_a_cancelled_run_ends_and_can_be_gone_on_with(client, slow):
    again = client.post(f"/api/v1/runs/{slow}/resume", json={})
    assert (again.status_code, again.json()["code"]) == (409, "request")
    assert client.post(f"/api/v1/runs/{slow}/cancel").status_code == 202
    with client.stream("GET", f"/api/v1/runs/{slow}/events") as stream:
        assert json.loads(list(stream.iter_lines())[-2].removeprefix("data: "))["status"] == "cancelled"
    assert client.get(f"/api/v1/runs/{slow}").json()["status"] == "cancelled"
    resumed = client.post(f"/api/v1/runs/{slow}/resume", json={"repeat_tools": True})
    assert resumed.status_code == 202
    with client.stream("GET", f"/api/v1/runs/{slow}/events") as stream:
        assert next(line for line in stream.iter_lines() if line == "event: run.resumed")


def test_an_answer_is_rated_and_deleted(client):
    run = client.post("/run", json=QUESTION).json()["run_id"]
    rated = client.post(f"/api/v1/runs/{run}/rate", json={"verdict": "bad", "note": "the year is wrong"}).json()
    assert (rated["rating"]["verdict"], rated["rating"]["note"]) == ("bad", "the year is wrong")
    assert client.delete(f"/api/v1/runs/{run}").status_code == 204
    assert client.get(f"/api/v1/runs/{run}").status_code == 404


def test_a_run_that_goes_on_is_not_deleted(client, slow):
    assert client.delete(f"/api/v1/runs/{slow}").json()["code"] == "request"


def test_a_run_that_fails_says_why_as_the_command_does(client):
    failed = client.post("/run", json={**QUESTION, "belter": "reserch"}).json()
    assert (failed["status"], failed["error"]["code"]) == ("failed", "name_unknown")
    assert "research" in failed["error"]["hint"]
