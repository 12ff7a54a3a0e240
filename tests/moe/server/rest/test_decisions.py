"""Runs that wait for a person, decided on over HTTP and by the client, in this process and of a worker."""

import json
import subprocess
import sys
import time

import pytest

from moe.client import MoEClient
from moe_core.contracts.errors import NameUnknownError, RequestError
from moe_core.contracts.event import EventKind
from moe_core.contracts.task import Status
from note_office import POSTER, count_notes, open_office
from served_project import ServedProject

SECONDS = 60.0


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """A server whose tools ask first, and two keys."""
    project = ServedProject(tmp_path_factory.mktemp("office"))
    project.log = open_office(project.folder)
    project.environment["MOE_SERVER__AUDIT"] = "changes"
    project.keys = {
        name: json.loads(project.run("keys", "create", name, "--json").stdout)["key"] for name in ("ann", "bob")
    }
    project.start("--workers", "1")
    yield project
    project.stop()


@pytest.fixture
def ann(office):
    with office.open_client(headers={"authorization": f"Bearer {office.keys['ann']}"}) as client:
        yield client


@pytest.fixture
def waiting(ann, office):
    """A run that waits; its id."""
    office.log.unlink(missing_ok=True)
    told = ann.post("/run", json=POSTER)
    assert (told.status_code, told.json()["status"]) == (200, "waiting")
    return told.json()["run_id"]


def wait_until_over(client, run_id):
    until = time.monotonic() + SECONDS
    while (told := client.get(f"/api/v1/runs/{run_id}").json())["status"] in ("queued", "running"):
        assert time.monotonic() < until
        time.sleep(0.05)
    return told


def read_kinds(client, run_id):
    lines = client.get(f"/api/v1/runs/{run_id}/events", timeout=SECONDS).text.splitlines()
    return [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]


def test_a_waiting_run_tells_for_what_and_its_stream_ends(ann, waiting):
    told = ann.get(f"/api/v1/runs/{waiting}").json()
    (call,) = told["waiting"]
    assert {"task": "1", "tool": "post_note", "reason": "first", "effects": ["fs.write"]}.items() <= call.items()
    assert call["params"] == {"query": POSTER["question"]}
    assert ann.get("/api/v1/runs?status=waiting").json()["runs"][0]["run_id"] == waiting
    assert waiting in [run["run_id"] for run in ann.get("/api/v1/attention").json()["runs"]]
    assert read_kinds(ann, waiting)[-3:] == ["tool.waiting", "run.waiting", "stream.end"]
    refused = ann.post(f"/api/v1/runs/{waiting}/resume")
    assert (refused.status_code, refused.json()["code"]) == (409, "decision_needed")


def test_an_approved_run_goes_on_and_who_approved_it_is_kept(ann, waiting, office):
    answer = ann.post(f"/api/v1/runs/{waiting}/approve", json={"note": "go", "task": "1"})
    assert (answer.status_code, answer.headers["location"]) == (202, f"/api/v1/runs/{waiting}")
    assert answer.json()["status"] in ("queued", "running", "done")
    assert answer.json()["correlation_id"] == ann.get(f"/api/v1/runs/{waiting}").json()["correlation_id"] != ""
    told = wait_until_over(ann, waiting)
    assert (told["status"], told["waiting"], count_notes(office.log)) == ("done", [], 1)
    kinds = read_kinds(ann, waiting)
    assert kinds[kinds.index("run.waiting") :][:3] == ["run.waiting", "tool.approved", "run.resumed"]
    record = json.loads(office.run("runs", "show", waiting, "--json").stdout)
    (approved,) = [event["data"] for event in record["events"] if event["kind"] == "tool.approved"]
    assert (approved["by"], approved["note"]) == ("ann", "go")
    notes = [line["note"] for line in json.loads(office.run("audit", "list", "--json").stdout)]
    assert ("ann", f"/api/v1/runs/{waiting}/approve") in [(note["who"], note["target"]) for note in notes]
    late = ann.post(f"/api/v1/runs/{waiting}/skip")
    assert (late.status_code, late.json()["code"]) == (409, "request")
    assert count_notes(office.log) == 1


def test_a_skipped_run_goes_on_without(ann, waiting, office):
    assert ann.post(f"/api/v1/runs/{waiting}/skip", json={"note": "no"}).status_code == 202
    told = wait_until_over(ann, waiting)
    assert (told["status"], told["degraded"], count_notes(office.log)) == ("done", True, 0)
    assert "post_note was skipped by ann: no" in told["answer"]


def test_a_conversation_in_which_a_run_waits_is_deleted_only_when_that_is_over(ann):
    run_id = ann.post("/run", json={**POSTER, "conversation_id": "ferry"}).json()["run_id"]
    refused = ann.delete("/api/v1/conversations/ferry")
    assert (refused.status_code, refused.json()["detail"]) == (409, f"run {run_id} of it waits for a person")
    assert ann.get(f"/api/v1/runs/{run_id}").json()["status"] == "waiting"
    ann.post(f"/api/v1/runs/{run_id}/cancel")
    assert ann.delete("/api/v1/conversations/ferry").status_code == 204


@pytest.mark.parametrize("verb", ["approve", "skip"])
def test_nobody_decides_on_another_s_run_or_on_nothing(office, ann, waiting, verb):
    place = f"/api/v1/runs/{waiting}/{verb}"
    with office.open_client(headers={"authorization": f"Bearer {office.keys['bob']}"}) as bob:
        assert (bob.post(place).status_code, bob.post(place).json()["code"]) == (404, "name_unknown")
    assert ann.post(place, json={"task": "1/2"}).json()["code"] == "name_unknown"
    assert ann.post(place, json={"tusk": "1"}).json()["code"] == "invalid_request"
    assert ann.get(f"/api/v1/runs/{waiting}").json()["status"] == "waiting"
    assert ann.post(f"/api/v1/runs/{waiting}/cancel").json()["status"] == "cancelled"
    assert ann.post(place).json()["code"] == "request"


@pytest.mark.anyio
@pytest.mark.parametrize("where", ["server", "embedded"])
async def test_the_client_decides_and_reads_the_rest(office, monkeypatch, where):
    for name, value in office.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(office.folder)
    monkeypatch.setenv("MOE_URL", office.url if where == "server" else "")
    monkeypatch.setenv("MOE_KEY", office.keys["ann"])
    async with MoEClient() as client:
        office.log.unlink(missing_ok=True)
        asked = await client.run(POSTER["question"], top="drummer", drummer="poster")
        assert (asked.status, asked.waiting[0].tool) == (Status.WAITING, "post_note")
        assert await client.get_result(asked.run_id) == asked
        with pytest.raises(NameUnknownError):
            await client.approve(asked.run_id, task="2")
        await client.approve(asked.run_id, note="by the client")
        kinds = [event.kind async for event in client.events(asked.run_id)]
        assert (kinds.count(EventKind.TOOL_APPROVED), kinds[-1]) == (1, EventKind.RUN_FINISHED)
        assert ((await client.get_result(asked.run_id)).status, count_notes(office.log)) == (Status.DONE, 1)
        with pytest.raises(RequestError):
            await client.skip(asked.run_id)
        other = await client.run(POSTER["question"], top="drummer", drummer="poster")
        await client.skip(other.run_id)
        assert [event async for event in client.events(other.run_id)][-1].data.degraded
    assert count_notes(office.log) == 1


def test_a_worker_s_run_goes_back_into_the_queue(office, ann):
    office.log.unlink(missing_ok=True)
    pytest.importorskip("dbos")
    script = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom moe.app import App\n"
        "from moe.contracts.request import RunRequest\napp = App.open(Path.cwd())\n"
        f"print(asyncio.run(app.submit(RunRequest(**{POSTER!r}))))\napp.close()\n"
    )
    queued = subprocess.run(
        [sys.executable, "-c", script],
        cwd=office.folder,
        env=office.environment,
        text=True,
        capture_output=True,
        check=True,
    )
    run_id = queued.stdout.strip()
    worker = subprocess.Popen([sys.executable, "-m", "moe", "worker"], cwd=office.folder, env=office.environment)
    try:
        with office.open_client(headers={"authorization": f"Bearer {make_chief(office)}"}) as chief:
            until = time.monotonic() + SECONDS
            while chief.get(f"/api/v1/runs/{run_id}").json()["status"] != "waiting":
                assert time.monotonic() < until
                time.sleep(0.1)
            assert chief.post(f"/api/v1/runs/{run_id}/approve").json()["status"] in ("queued", "running", "done")
            assert wait_until_over(chief, run_id)["status"] == "done"
        shown = json.loads(office.run("runs", "show", run_id, "--json").stdout)
        assert (shown["worker"], count_notes(office.log)) != ("", 0)
        (told,) = [event["data"] for event in shown["events"] if event["kind"] == "run.waiting"]
        assert str(worker.pid) in told["worker"]
    finally:
        worker.terminate()
        assert worker.wait(SECONDS) == 0


def make_chief(office):
    """A key that sees everybody's runs."""
    made = office.run("keys", "create", f"chief-{time.monotonic_ns()}", "--scope", "admin", "--json")
    return json.loads(made.stdout)["key"]
