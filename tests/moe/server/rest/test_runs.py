"""Runs over HTTP, asked as curl would."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
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
    assert len({(node["x"], node["y"]) for node in graph["nodes"]}) == len(graph["nodes"])
    assert graph == client.get(f"/api/v1/runs/{answered['run_id']}/graph").json()
    assert answered["citations"][0]["passage_id"] in {ranked["passage_id"] for ranked in graph["ranking"]}
    drawn = client.get(f"/graph/{answered['run_id']}?format=graphml")
    assert (drawn.headers["content-type"], drawn.text.count("<node ")) == (
        "application/graphml+xml",
        len(graph["nodes"]),
    )


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


def test_documents_that_are_not_there_are_a_problem_with_the_near_ones(client):
    refused = client.post("/run", json={**QUESTION, "docs": ["docs", "docs/mil.md"]})
    told = refused.json()
    assert (refused.status_code, told["code"], told["errors"][0]["pointer"]) == (422, "document", "/docs/1")
    assert "docs/mil.md" in told["detail"]
    assert "mill.md" in told["hint"]


def test_a_name_that_is_unknown_is_a_problem_with_the_near_one(client):
    refused = client.post("/run", json={**QUESTION, "belter": "reserch"})
    assert (refused.status_code, refused.json()["code"]) == (404, "name_unknown")
    assert refused.json()["hint"] == "did you mean 'research'?"
    listed = client.get("/api/v1/runs?status=bogus")
    assert (listed.status_code, listed.json()["errors"][0]["pointer"]) == (422, "?status")
    assert "'interrupted'" in listed.json()["detail"]


def test_a_list_goes_on_although_runs_were_deleted(client, keyed):
    headers = {"authorization": f"Bearer {keyed.keys.ann}"}
    with keyed.open_client(headers=headers) as ann:
        for asking in (client, ann):
            for _ in range(5):
                asking.post("/run", json=QUESTION)
            listed = [run["run_id"] for run in asking.get("/api/v1/runs?limit=5").json()["runs"]]
            first = asking.get("/api/v1/runs?limit=2").json()
            assert [run["run_id"] for run in first["runs"]] == listed[:2]
            for run in listed[1:4]:  # the cursor's own, and two after it
                asking.delete(f"/api/v1/runs/{run}")
            rest = asking.get("/api/v1/runs", params={"limit": 2, "cursor": first["next"]}).json()["runs"]
            assert rest[0]["run_id"] == listed[4]
            whole = asking.get("/api/v1/runs?limit=2").json()["runs"]
            assert [run["run_id"] for run in whole] == [listed[0], listed[4]]


def test_what_does_not_fit_is_told_in_plain_words(client):
    told = client.post("/run", json={"question": 7, "docs": "docs", "experts": 0, "web": "perhaps"}).json()
    assert {one["pointer"]: one["detail"] for one in told["errors"]} == {
        "/question": "must be text",
        "/docs": "must be a list",
        "/experts": "must be at least 1",
        "/web": "must be true or false",
    }


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"qestion": "Who?"}, "/qestion: no such field; did you mean question or collection?"),
        ({"question": 7, "dosc": []}, "/dosc: no such field; did you mean docs?"),
        ({"docs": []}, "/question: is missing"),
    ],
)
def test_a_misspelt_field_is_named_with_the_nearest_one_before_what_else_is_wrong(client, body, detail):
    assert client.post("/run", json=body).json()["detail"] == detail


def test_what_does_not_go_together_is_told_without_a_place(client):
    told = client.post("/run", json={**QUESTION, "belter": "research", "task_type": "research"}).json()
    assert told["detail"] == "a Belter and a task type are both named; name one of them"


def test_the_same_key_asked_side_by_side_is_one_run(client):
    headers = {"idempotency-key": "side-by-side"}
    with ThreadPoolExecutor(8) as threads:
        begun = threads.map(lambda _: client.post("/api/v1/runs", json=QUESTION, headers=headers), range(8))
        assert len({answer.json()["run_id"] for answer in begun}) == 1


def test_below_a_proxys_path_all_is_alike_whether_the_proxy_cuts_it_off(own):
    own.start("--workers", "1", "--root-path", "/moe")
    assert own.url.endswith("/moe")
    with httpx.Client(base_url=own.url.removesuffix("/moe"), timeout=60, trust_env=False) as client:
        for before in ("", "/moe"):
            assert client.get(f"{before}/health/live").json() == {"status": "ok"}
            begun = client.post(f"{before}/api/v1/runs?wait=0", json=QUESTION)
            assert begun.headers["location"] == f"/moe/api/v1/runs/{begun.json()['run_id']}"
            refused = client.get(f"{before}/api/v1/runs/nobody")
            assert refused.json()["type"] == "/moe/problems/name_unknown"
            assert client.get(f"{before}/v1/nowhere").json()["error"]["code"] == "no_such_path"
            assert "did you mean /version?" in client.get(f"{before}/versio").json()["hint"]
            assert client.put(f"{before}/run").headers["allow"] == "POST"


def test_a_proxys_path_that_the_servers_own_begin_with_is_refused(served):
    told = served.run("serve", "--port", "0", "--root-path", "/api")
    assert (told.returncode, "its own paths begin so" in told.stderr) == (2, True)
