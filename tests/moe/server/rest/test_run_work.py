"""What is done with runs that are over, over HTTP."""

import json

import pytest

from moe.app import App
from moe.storage.runs import RunStore
from served_project import MILL, QUESTION, SLOW, ServedProject

RUNS = "/api/v1/runs"


@pytest.fixture
def done(client):
    return client.post("/run", json=QUESTION).json()


def follow(client, run_id):
    with client.stream("GET", f"{RUNS}/{run_id}/events") as stream:
        return [json.loads(line.removeprefix("data: ")) for line in stream.iter_lines() if line.startswith("data: ")]


def test_a_citation_opens_its_document_at_the_very_words(client, done):
    cited = done["citations"][0]
    told = client.get(f"{RUNS}/{done['run_id']}/citations/1").json()
    assert (told["document"], told["text"], told["is_changed"]) == ("docs/mill.md", MILL, False)
    assert [told["start"], told["end"], told["length"]] == [0, len(MILL), len(MILL)]
    assert {"number": 1, "start": cited["start"], "end": cited["end"], "text": cited["text"]} in told["spans"]
    near = client.get(f"{RUNS}/{done['run_id']}/citations/1?around=5").json()
    assert near["text"] == MILL[max(0, cited["start"] - 5) : cited["end"] + 5]
    assert near["start"] == max(0, cited["start"] - 5)


def test_what_each_step_of_a_run_came_to_is_listed_by_task(client, served, done):
    kept = {"1:plan:1": '{"tasks":[]}', "1/1:tool table answer:2": '"7"', "1/1:result:1": "{}", "basis": "{}"}
    with RunStore(App.open(served.folder).workspace) as store:  # as a run with a model keeps them
        for step, outcome in kept.items():
            store.keep_step(done["run_id"], step, outcome)
    place = f"{RUNS}/{done['run_id']}/steps"
    assert {(one["task"], one["what"], one["turn"]): one["outcome"] for one in client.get(place).json()["steps"]} == {
        ("1", "plan", 1): {"tasks": []},
        ("1/1", "tool table answer", 2): "7",
        ("1/1", "result", 1): {},
    }
    assert [one["what"] for one in client.get(f"{place}?task=1").json()["steps"]] == ["plan"]
    assert client.get(f"{place}?task=9").json() == {"steps": []}
    assert client.get(f"{RUNS}/nobody/steps").json()["code"] == "name_unknown"


def test_what_was_sent_to_a_model_is_read_word_for_word_of_its_own_run_only(client, served, done):
    other, digest = client.post("/run", json=QUESTION).json(), "0a" * 16
    prompt = {"messages": [{"role": "user", "content": "Who? </script>"}], "parameters": {"seed": 3}}
    with RunStore(App.open(served.folder).workspace) as store:  # as a run with a model keeps it
        store.keep_value(done["run_id"], digest, json.dumps(prompt))
    assert client.get(f"{RUNS}/{done['run_id']}/exchanges/{digest}").json() == prompt
    for place, code in (
        (f"{other['run_id']}/exchanges/{digest}", "name_unknown"),
        (f"{done['run_id']}/exchanges/{'0' * 32}", "name_unknown"),
        (f"{done['run_id']}/exchanges/no", "invalid_request"),
    ):
        assert client.get(f"{RUNS}/{place}").json()["code"] == code


@pytest.mark.parametrize(
    ("place", "status", "code"),
    [("99", 404, "name_unknown"), ("0", 422, "invalid_request"), ("x", 422, "invalid_request")],
)
def test_what_a_run_does_not_cite_is_not_opened(client, done, place, status, code):
    told = client.get(f"{RUNS}/{done['run_id']}/citations/{place}")
    assert (told.status_code, told.json()["code"]) == (status, code)
    assert client.get(f"{RUNS}/nobody/citations/1").json()["code"] == "name_unknown"


def test_a_cited_document_that_has_changed_says_so_and_one_that_is_gone_too(client, served):
    place = served.folder / "docs" / "quay.md"
    place.write_text("# The quay\n\nThe quay was built by Jo Lint in 1961.\n", encoding="utf-8")
    run = client.post("/run", json={"question": "Who built the quay?", "docs": ["docs/quay.md"]}).json()
    try:
        place.write_text("# The quay\n\nIt says something else now, and not less.\n", encoding="utf-8")
        told = client.get(f"{RUNS}/{run['run_id']}/citations/1").json()
        assert (told["is_changed"], "something else" in told["text"]) == (True, True)
        assert "Jo Lint" in told["spans"][0]["text"]
    finally:
        place.unlink()
    gone = client.get(f"{RUNS}/{run['run_id']}/citations/1")
    assert (gone.status_code, gone.json()["code"]) == (422, "document")


def test_a_document_outside_of_the_servers_folders_is_not_opened_though_a_run_cites_it(client, served):
    outside = served.folder.parent / "outside.md"
    question = "What is the code of the vault?"
    run = json.loads(served.run("run", question, "--docs", str(outside), "--json").stdout)
    assert run["citations"]
    told = client.get(f"{RUNS}/{run['run_id']}/citations/1")
    assert (told.status_code, told.json()["code"], "4711" in told.text) == (403, "docs_outside", False)
    link = served.folder / "docs" / "link.md"
    link.symlink_to(outside)
    try:
        run = json.loads(served.run("run", question, "--docs", "docs/link.md", "--json").stdout)
        assert client.get(f"{RUNS}/{run['run_id']}/citations/1").json()["code"] == "docs_outside"
    finally:
        link.unlink()


def test_a_line_of_a_corpus_and_a_document_of_a_collection_are_opened(client, served):
    corpus = served.folder / "docs" / "harbour.jsonl"
    lines = [{"id": "h1", "text": "The harbour light was lit by Mo Ray in 1902."}, {"id": "h2", "text": "Gulls eat."}]
    corpus.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    asked = {"question": "Who lit the harbour light?", "docs": ["docs/harbour.jsonl"]}
    try:
        run = client.post("/run", json=asked).json()["run_id"]
        told = client.get(f"{RUNS}/{run}/citations/1").json()
        assert (told["document"], told["text"]) == ("h1", lines[0]["text"])
    finally:
        corpus.unlink()
    files = [("files", ("lamp.md", "# Lamps\n\nThe lamp was bought by Li Tan.\n"))]
    client.post("/api/v1/collections?wait=60", data={"name": "lamps"}, files=files)
    asked = {"question": "Who bought the lamp?", "collection": "lamps"}
    run = client.post("/run", json=asked).json()["run_id"]
    told = client.get(f"{RUNS}/{run}/citations/1").json()
    assert (told["document"], "Li Tan" in told["text"]) == ("lamp.md", True)
    client.delete("/api/v1/collections/lamps")


def test_a_run_comes_out_the_same_when_it_is_replayed(client, done, slow_id):
    told = client.post(f"{RUNS}/{done['run_id']}/replay").json()
    assert (told["run_id"], told["is_same"], told["difference"]) == (done["run_id"], True, "")
    refused = client.post(f"{RUNS}/{slow_id}/replay")
    assert (refused.status_code, refused.json()["code"]) == (409, "request")


@pytest.fixture
def slow_id(client):
    begun = client.post(RUNS, json=SLOW).json()["run_id"]
    with client.stream("GET", f"{RUNS}/{begun}/events") as stream:
        next(line for line in stream.iter_lines() if line.startswith("event: tool.called"))
    client.post(f"{RUNS}/{begun}/cancel")
    follow(client, begun)
    return begun


def test_a_run_is_forked_from_a_task_and_told_before_it_begins_why_it_cannot_be(client, done):
    talked = client.post("/run", json={**QUESTION, "belter": "research", "provider": "talker"}).json()["run_id"]
    tasks = [one["task_id"] for one in follow(client, talked) if one.get("kind") == "task.started"]
    task = max((task.removeprefix(f"{talked}/") for task in tasks), key=len)
    begun = client.post(f"{RUNS}/{talked}/fork", json={"task": task})
    assert begun.status_code == 202, begun.text
    events = follow(client, begun.json()["run_id"])
    assert (events[0]["kind"], events[0]["data"]["forked_from"]) == ("run.started", f"{talked}/{task}")
    assert client.get(begun.headers["location"]).json()["status"] == "done"
    for run_id, task, status, code in (
        (talked, "1/9", 404, "name_unknown"),
        ("nobody", "1", 404, "name_unknown"),
        (done["run_id"], "1/1", 409, "request"),  # without a model nothing is kept
    ):
        refused = client.post(f"{RUNS}/{run_id}/fork", json={"task": task})
        assert (refused.status_code, refused.json()["code"]) == (status, code), refused.text
    assert client.post(f"{RUNS}/{talked}/fork", json={"tsk": "1"}).json()["code"] == "invalid_request"


def test_a_run_that_is_done_is_not_retried(client, done, slow_id):
    refused = client.post(f"{RUNS}/{done['run_id']}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "request")
    queued = client.post(f"{RUNS}/{slow_id}/retry")
    assert (queued.status_code, queued.json()["status"]) == (202, "queued")
    assert client.post(f"{RUNS}/{slow_id}/cancel").status_code == 202


def test_lists_hold_what_was_asked_for(client, done):
    summary = client.get(f"{RUNS}?limit=1").json()["runs"][0]
    at = summary["started"]

    def list_ids(**wanted):
        return [run["run_id"] for run in client.get(RUNS, params=wanted).json()["runs"]]

    assert list_ids(since=at) == [done["run_id"]]
    assert done["run_id"] not in list_ids(until=at)
    assert done["run_id"] in list_ids(until=at + 0.001)
    assert list_ids(text="TIDAL mill", limit=1) == [done["run_id"]]
    assert list_ids(text="no such words") == []
    client.post(f"{RUNS}/{done['run_id']}/rate", json={"verdict": "bad"})
    assert list_ids(rating="bad", since=at) == [done["run_id"]]
    assert list_ids(rating="good", since=at) == []


def test_a_keys_own_list_holds_what_was_asked_for_too(keyed):
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
        run = ann.post("/run", json=QUESTION).json()["run_id"]
        at = ann.get(f"{RUNS}?limit=1").json()["runs"][0]["started"]
        assert run not in ann.get(RUNS, params={"until": at}).text
        assert [one["run_id"] for one in ann.get(RUNS, params={"since": at}).json()["runs"]] == [run]


def test_runs_of_before_a_moment_are_pruned_by_the_admin_only(tmp_path, keyed):
    with keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann:
        assert ann.post(f"{RUNS}/prune", json={"before": 1.0}).json()["code"] == "scope"
    project = ServedProject(tmp_path, "pruned")
    project.start("--workers", "1")
    try:
        with project.open_client() as client:
            ids = [client.post("/run", json=QUESTION).json()["run_id"] for _ in range(2)]
            began = client.get(f"{RUNS}?limit=1").json()["runs"][0]["started"]
            assert client.post(f"{RUNS}/prune", json={"before": began}).json() == {"deleted": 1}
            assert [run["run_id"] for run in client.get(RUNS).json()["runs"]] == ids[1:]
            assert client.post(f"{RUNS}/prune", json={"before": -1}).json()["code"] == "invalid_request"
    finally:
        project.stop()
