"""Prometheus itself reads the alerts, a server's metrics, and what the dashboard asks of them."""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from served_project import QUESTION, ServedProject

DEPLOY = Path(__file__).parents[3] / "deploy"
TALK = {**QUESTION, "belter": "research", "provider": "talker"}
# Of what nothing has happened in the test: no run failed, no server was left alone, no budget was spent.
QUIET = {"Failed, share of an hour", "Refused by budgets"}


def promtool(*arguments: str, text: str | None = None) -> str:
    done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def served(_wanted: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProject]:
    project = ServedProject(tmp_path_factory.mktemp("served"))
    project.start("--workers", "1")
    yield project
    project.stop()


@pytest.fixture(scope="module")
def prometheus(served: ServedProject, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Asks the server each second."""
    folder = tmp_path_factory.mktemp("prometheus")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    target = served.url.removeprefix("http://")
    scrape = f"[{{job_name: moe, static_configs: [{{targets: ['{target}']}}]}}]"
    (folder / "p.yaml").write_text(f"global: {{scrape_interval: 1s}}\nscrape_configs: {scrape}\n")
    program = shutil.which("prometheus")
    assert program is not None, "prometheus is not installed"
    command = [program, "--config.file=p.yaml", "--storage.tsdb.path=data", f"--web.listen-address=127.0.0.1:{port}"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", trust_env=False, timeout=60) as client:
            yield client
    finally:
        process.terminate()
        process.wait(60)


def test_the_alerts_are_right_and_come_when_they_should() -> None:
    assert "11 rules found" in promtool("check", "rules", str(DEPLOY / "prometheus" / "alerts.yaml"))
    assert "SUCCESS" in promtool("test", "rules", str(DEPLOY / "prometheus" / "alerts_test.yaml"))
    promtool("check", "config", "--syntax-only", str(DEPLOY / "prometheus" / "prometheus.yaml"))


def test_promtool_finds_nothing_wrong_with_the_metrics(served: ServedProject) -> None:
    with served.open_client() as client:
        client.post("/run", json=TALK)
        text = client.get("/metrics").text
    assert promtool("check", "metrics", text=text).strip() == ""


def test_all_that_the_dashboard_asks_is_answered(served: ServedProject, prometheus: httpx.Client) -> None:
    ends = time.monotonic() + 60
    with served.open_client() as client:
        while not _ask(prometheus, "moe_runs_total"):
            assert time.monotonic() < ends, "nothing was scraped"
            client.post("/run", json=TALK)
            time.sleep(1.0)
        while not (empty := _list_empty(prometheus)) <= QUIET:  # a rate needs two looks with a run between them
            assert time.monotonic() < ends, empty - QUIET
            client.post("/run", json=TALK)
            time.sleep(1.2)


def _list_empty(prometheus: httpx.Client) -> set[str]:
    """The panels of the dashboard of which something has no answer."""
    empty = set()
    for panel in json.loads((DEPLOY / "grafana" / "moe.json").read_text(encoding="utf-8"))["panels"]:
        for target in panel["targets"]:
            asked = target["expr"].replace("$job", ".*").replace("$__rate_interval", "30s")
            assert "$" not in asked
            if not _ask(prometheus, asked):
                empty.add(panel["title"])
    return empty


def _ask(prometheus: httpx.Client, query: str) -> list[object]:
    try:
        answer = prometheus.get("/query", params={"query": query})
    except httpx.TransportError:  # it begins
        return []
    if answer.status_code == 503:
        return []
    told = answer.json()
    assert told["status"] == "success", (query, told)
    found: list[object] = told["data"]["result"]
    return found
