"""`moe worker --listen`: an agent's tasks are done in another process, and what happens there comes back."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from durable_place import wait_for_line
from free_ports import find_free_port
from quickest import do_within

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are told to end as POSIX does")
pytest.importorskip("uvicorn", reason="moe-core[server] is not installed")
WHO = """
import os

from moe_core import BaseTool


class Who(BaseTool):
    '''Tell which process this is.'''

    effects = ()

    async def execute(self, params: dict) -> dict:
        return {"statement": f"The mill is asked in process {os.getpid()}.", "value": str(os.getpid())}
"""
AGENT = '''FROM llama3.2:3b
ROLE drummer
NAME teller
DESCRIPTION Tells the process.
CAPABILITY process
TOOL who
SYSTEM """Tell."""
'''


@pytest.fixture
def url() -> str:
    return f"http://127.0.0.1:{find_free_port()}"


@pytest.fixture
def place(environment: dict[str, str]) -> Path:
    """The user's configuration, with nothing in it."""
    folder = Path(environment["XDG_CONFIG_HOME"]) / "moe" / "config"
    folder.mkdir(parents=True)
    return folder / "models.yaml"


@contextmanager
def listening(url: str, environment: dict[str, str], folder: Path, *more: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "moe", "worker", "--listen", url, *more]
    with subprocess.Popen(command, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True) as worker:
        try:
            wait_for_line(worker, f"tasks are taken at {url}")
            yield worker
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(60) == 0


def list_events(moe, run_id: str = "last") -> list[dict]:
    return json.loads(moe("runs", "show", run_id, "--json").stdout)["events"]


@pytest.mark.parametrize("agent", ["search", "knowledge", "camina"])
def test_an_agent_of_each_layer_works_in_another_process_by_one_line(agent, url, place, project, environment, moe):
    before = json.loads(moe("run", "Who restored the mill?", "--docs", "docs", "--json").stdout)
    place.write_text(f"{agent}:\n  url: {url}\n", encoding="utf-8")
    with listening(url, environment, project):
        asked = moe("run", "Who restored the mill?", "--docs", "docs", "--json")
    assert asked.exit_code == 0, asked.stderr
    result, events = json.loads(asked.stdout), list_events(moe)
    for same in ("answer", "citations", "models"):
        assert result[same] == before[same]
    assert result["usage"]["requests"] == before["usage"]["requests"] > 0
    [sent] = [event for event in events if event["kind"] == "task.sent"]
    assert (sent["agent"], sent["data"]["to"], sent["data"]["is_local"]) == (agent, url, True)
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    kinds = [event["kind"] for event in events]
    assert kinds.count("task.started") == kinds.count("task.finished") == 3
    assert kinds.count("model.answered") == result["usage"]["requests"]
    assert "nothing left this machine" in moe("runs", "show", "last").stdout


def test_its_tools_run_there_too(url, place, project, environment, moe):
    (project / "modelfiles").mkdir()
    (project / "modelfiles" / "teller.moe").write_text(AGENT, encoding="utf-8")
    (project / "plugins" / "tools").mkdir(parents=True)
    (project / "plugins" / "tools" / "who.py").write_text(WHO, encoding="utf-8")
    place.write_text(f"teller: {{url: {url}}}\n", encoding="utf-8")
    with listening(url, environment, project) as worker:
        asked = moe("drummer", "Which process is it?", "--name", "teller", "--provider", "extractive", "--json")
        assert asked.exit_code == 0, asked.stderr
        assert f"in process {worker.pid}." in json.loads(asked.stdout)["answer"]


def test_a_worker_that_is_not_there_is_one_line_within_five_seconds(url, place, moe):
    place.write_text(f"search: {{url: {url}}}\n", encoding="utf-8")
    refused = do_within(5, lambda: moe("run", "Who restored the mill?", "--docs", "docs"))
    assert refused.exit_code == 1
    [line, hint] = [one for one in refused.stderr.splitlines() if re.match(r"error: |  hint: ", one)]
    assert line == f"error: the worker at {url} cannot be reached: nothing listens there"
    assert "moe worker --listen" in hint


def test_an_unknown_scheme_is_told_before_anything_is_done(place, moe):
    place.write_text("search: {url: 'htp://127.0.0.1:6001'}\n", encoding="utf-8")
    refused = moe("run", "Who restored the mill?", "--docs", "docs")
    assert refused.exit_code == 2
    assert "takes addresses of the scheme 'htp'" in refused.stderr
    assert "http (transport http, moe-core[server])" in refused.stderr
    place.write_text("serch: {url: 'http://127.0.0.1:6001'}\n", encoding="utf-8")
    assert "did you mean search" in moe("doctor").stdout


def test_other_documents_at_the_other_end_are_refused(url, place, project, environment, moe):
    moe("index", "add", "docs")
    place.write_text(f"search: {{url: {url}}}\n", encoding="utf-8")
    other = project.parent / "other"
    other.mkdir()
    (other / "boat.txt").write_text("The ferry leaves at nine.", encoding="utf-8")
    command = [sys.executable, "-m", "moe", "index", "add", "boat.txt"]
    subprocess.run(command, env=environment, cwd=other, check=True, capture_output=True)
    with listening(url, environment, other):
        refused = moe("run", "Who restored the mill?")
    assert refused.exit_code == 1
    assert "the documents of this run are others here than where it was asked" in refused.stderr


def test_a_token_is_needed_where_others_may_reach_it_and_then_at_both_ends(url, place, project, environment, moe):
    place.write_text(f"search: {{url: {url}}}\n", encoding="utf-8")
    refused = moe("worker", "--listen", "http://0.0.0.0:6001")
    assert (refused.exit_code, "set MOE_WORKER_TOKEN" in refused.stderr) == (2, True)
    with listening(url, {**environment, "MOE_WORKER_TOKEN": "s3cret"}, project):
        refused = moe("run", "Who restored the mill?", "--docs", "docs")
        assert refused.exit_code == 1
        assert "it takes no work without its token" in refused.stderr
        assert "s3cret" not in refused.stderr


def test_one_that_listens_takes_what_its_roles_do_and_refuses_a_taken_address(url, place, project, environment, moe):
    place.write_text(f"knowledge: {{url: {url}}}\n", encoding="utf-8")
    with listening(url, environment, project, "--roles", "drummer"):
        refused = moe("run", "Who restored the mill?", "--docs", "docs", "--belter", "knowledge")
        assert "nobody here is belter:knowledge" in refused.stderr
        taken = moe("worker", "--listen", url)
        assert (taken.exit_code, "Address already in use" in taken.stderr) == (1, True)
    for wrong in (("--supervise", "2"), ("--models", "m")):
        assert moe("worker", "--listen", url, *wrong).exit_code == 2
