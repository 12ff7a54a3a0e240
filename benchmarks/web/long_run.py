"""A run of 20,000 events in the page: how soon it is open, the longest task while it plays, and the memory it takes.

    python benchmarks/web/long_run.py [--events 20000] [--record retries]

The events are a recorded run's (ui/tests/records), as further tasks over and over. Needs Chromium and the built page.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from moe.app import App
from moe.contracts.runs import RunStart
from moe.storage.runs import RunStore
from moe_core.contracts.event_catalog import read_event

ROOT = Path(__file__).parents[2]
RUN = "20261130-120000-00000001"
TABS = ("answer", "timeline", "graph", "routing", "debate", "log", "raw")
OPEN_BAR_SECONDS, TASK_BAR_MS, MEMORY_BAR_MB = 3.0, 200, 400
WATCH = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration);
}).observe({ type: 'longtask' });
"""


def stretch(events: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """So many events: those between the first four and the last one, over and over, each time as tasks of their own."""
    head, body, last = events[:4], events[4:-1], events[-1]
    told, turn = list(head), 0
    while len(told) < count - 1:
        shift = turn * (last["at"] - head[0]["at"]) / 2
        for event in body[: count - 1 - len(told)]:
            task = event["task_id"] and f"{event['task_id']}~{turn}"
            data = dict(event["data"])
            if data.get("parent_id"):
                data["parent_id"] += f"~{turn}"
            told.append({**event, "at": event["at"] + shift, "task_id": task, "data": data})
        turn += 1
    told.append({**last, "at": told[-1]["at"]})
    return [{**event, "run_id": RUN, "sequence": place} for place, event in enumerate(told, 1)]


def fill(folder: Path, record: dict[str, Any], count: int) -> None:
    """Put the run into a project's record."""
    events = stretch(record["events"], count)
    question = record["result"]["question"]
    app = App.open(folder, environ={"MOE_TRUST": "/"})
    with RunStore(app.workspace) as store:
        began = RunStart(run_id=RUN, correlation_id="bench", question=question, started=events[0]["at"], pid=1)
        store.start(began)
        for event in events:
            store.append(read_event(json.dumps(event)))
        store.finish(RUN, "done", json.dumps({**record["result"], "run_id": RUN}))
        store.flush()


def start(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A server over the project."""
    command = [sys.executable, "-m", "moe", "serve", "--port", "0"]
    environ = {**os.environ, "MOE_TRUST": "/", "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=folder, env=environ, stderr=subprocess.PIPE, text=True)
    for line in server.stderr or ():
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return server, found[0]
    raise SystemExit("the server did not start")


def measure(page: Page, address: str, count: int, tab: str) -> dict[str, float]:
    """Opening the run, then playing it."""
    began = time.perf_counter()
    page.goto(f"{address}/runs/view/?id={RUN}&tab={tab}", wait_until="commit")
    page.locator(f"input[type=range][max='{count}']").wait_for(timeout=60_000)
    seconds = time.perf_counter() - began
    opening = page.evaluate("window.longest")
    page.wait_for_timeout(1500)
    page.evaluate("window.longest = 0")
    page.get_by_role("radio", name="fast").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play", exact=True).wait_for(timeout=60_000)  # it says Pause until it has played
    page.wait_for_timeout(300)
    slider = page.locator("input[type=range]").first
    for share in (0.1, 0.9, 0.5, 0.02):
        slider.fill(str(int(count * share)))
        page.wait_for_timeout(150)
    memory = page.context.new_cdp_session(page).send("Runtime.getHeapUsage")["usedSize"] / 1e6
    return {"seconds": seconds, "opening": opening, "playing": page.evaluate("window.longest"), "memory": memory}


def main() -> None:
    """Measure each tab, and print a line of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--record", default="retries")
    parser.add_argument("--tabs", nargs="+", default=[*TABS])
    wanted = parser.parse_args()
    record = json.loads((ROOT / "ui" / "tests" / "records" / f"{wanted.record}.json").read_text(encoding="utf-8"))
    chromium = os.environ.get("MOE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        fill(Path(name), record, wanted.events)
        server, address = start(Path(name))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for tab in wanted.tabs:
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.add_init_script(WATCH)
            page.on("pageerror", lambda error: print("page error:", error))
            found = measure(page, address, wanted.events, tab)
            print(
                f"{tab:>9}: open in {found['seconds']:.2f} s (bar {OPEN_BAR_SECONDS}), longest task"
                f" {found['opening']:.0f} ms while it opens, {found['playing']:.0f} ms while it plays and jumps"
                f" (bar {TASK_BAR_MS}), heap {found['memory']:.0f} MB (bar {MEMORY_BAR_MB})"
            )
            page.close()
        browser.close()
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
