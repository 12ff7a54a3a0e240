"""The page's stream of a run over connections that break: it ends with the very events of the record."""

import json
import random
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from moe.app import App
from moe.contracts.runs import RunStart
from moe.storage.runs import RunStore
from moe_core.contracts.event_catalog import read_event
from served_project import SLOW
from snipping_proxy import SnippingProxy

playwright = pytest.importorskip("playwright.sync_api", reason="pytest-playwright is not installed: make check-ui")
CUTS = 50
ASKED = {"question": "Why did Tennick resign?", "docs": ["harbour"], "explain": True, "experts": 3}


def export_events(window):
    """The events that the page holds."""
    window.page.get_by_role("button", name="Export").click()
    with window.page.expect_download() as begun:
        window.page.get_by_role("menuitem", name="JSON").click()
    return json.loads(Path(str(begun.value.path())).read_text(encoding="utf-8"))["events"]


def record_long_run(project):
    """A run of some thousand events in the record: those of one that was asked, over and over."""
    run_id = "20261130-120000-00000001"
    with project.open_client() as client:
        asked = client.post("/run", json=ASKED).json()
    events = project.read_events(asked["run_id"]) * 40
    with RunStore(App.open(project.folder).workspace) as store:
        began = RunStart(run_id=run_id, correlation_id="c", question=ASKED["question"], started=time.time(), pid=1)
        store.start(began)
        for number, event in enumerate(events, start=1):
            store.append(read_event(json.dumps({**event, "run_id": run_id, "sequence": number})))
        store.finish(run_id, "done", json.dumps({**asked, "run_id": run_id}))
    return run_id


def test_a_stream_that_is_cut_fifty_times_ends_with_the_events_of_the_record(watch, own_harbour):
    run_id = record_long_run(own_harbour)
    with own_harbour.open_client() as client:
        size = len(client.get(f"/api/v1/runs/{run_id}/events").content)
    chance = random.Random(1)
    lengths = [chance.randrange(1, size // CUTS) for _ in range(CUTS)]  # together less than the stream
    with SnippingProxy(urlsplit(own_harbour.url).port, lengths) as proxy:
        window = watch(url=f"http://127.0.0.1:{proxy.port}")
        window.expected.append("Failed to load resource")
        window.page.goto(f"{window.url}/runs/view/?id={run_id}")
        window.page.get_by_text(f"taken up again {CUTS} times").wait_for(timeout=120_000)
        events = own_harbour.read_events(run_id)
        window.page.locator(f"input[type=range][max='{len(events)}']").wait_for()
        assert proxy.snipped == CUTS
        assert export_events(window) == events


def test_a_server_that_is_killed_and_comes_back_is_followed_to_the_end_of_the_record(watch, own_harbour):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own_harbour.stop()
    server = own_harbour.start("--workers", "1", "--port", str(port))
    with own_harbour.open_client() as client:
        run_id = client.post("/api/v1/runs", json=SLOW).json()["run_id"]
    window = watch(url=own_harbour.url)
    window.expected.append("Failed to load resource")
    window.page.goto(f"{window.url}/runs/view/?id={run_id}")
    window.page.get_by_text("tool.called").or_(
        window.page.get_by_role("button", name="Cancel the run")
    ).first.wait_for()
    window.page.get_by_role("slider", name="Playhead").wait_for()
    server.kill()
    server.communicate()
    window.page.get_by_text("it goes on after").wait_for()
    own_harbour.start("--workers", "1", "--port", str(port))
    window.page.get_by_text("The run was cancelled").wait_for(timeout=60_000)
    events = own_harbour.read_events(run_id)
    window.page.locator(f"input[type=range][max='{len(events)}']").wait_for()
    assert export_events(window) == events
