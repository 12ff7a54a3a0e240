"""Killed without a word at any moment: what is on disk is sound, and the next command works."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed as POSIX does")


@pytest.mark.parametrize("number", range(4))
def test_an_index_and_a_record_survive_a_kill(
    project: Path, environment: dict[str, str], moe, spawn, number: int
) -> None:
    assert moe("index", "add", "docs").exit_code == 0
    lines = (
        f'{{"id": "line {n}", "text": "The tidal mill number {n} was restored by Ada Brook."}}\n' for n in range(400)
    )
    (project / "docs" / "more.jsonl").write_text("".join(lines), encoding="utf-8")
    chance = random.Random(number)
    for arguments in (["index", "add", "docs"], ["run", "Who restored the tidal mill?", "--belter", "research"]):
        child = subprocess.Popen([sys.executable, "-m", "moe", *arguments], env=environment, cwd=project, **QUIET)
        wait_for_work(project, child)
        time.sleep(chance.uniform(0, 0.4))
        child.kill()
        child.wait()
    verified = moe("index", "verify")
    assert verified.exit_code == 0, verified.stdout + verified.stderr
    for run in json.loads(moe("runs", "list", "--json").stdout):
        assert run["status"] in ("interrupted", "done")
        shown = json.loads(moe("runs", "show", run["run_id"], "--json").stdout)
        assert [event["sequence"] for event in shown["events"]] == list(range(1, len(shown["events"]) + 1))
    assert spawn("run", "Who restored the tidal mill?").returncode == 0


def wait_for_work(project: Path, child: "subprocess.Popen[bytes]") -> None:
    """Until something in the workspace changes: a kill while modules are imported shows nothing."""
    before = look(project)
    while child.poll() is None and look(project) == before:
        time.sleep(0.005)


def look(project: Path) -> set[tuple[str, int]]:
    return {(str(path), path.stat().st_mtime_ns) for path in (project / ".moe").rglob("*") if path.exists()}
