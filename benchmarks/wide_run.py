"""What keeping every step costs: one very wide run, and a short chain again and again, by each way of doing runs.

    pip install psutil
    python benchmarks/wide_run.py [--belters 20] [--drummers 200] [--seconds 0.2] [--chains 20]
        [--ways memory inline dbos-sqlite dbos-postgres] [--json]

A run plans so many Belter tasks, each of so many Drummer tasks of one model call that takes so long, 200 of them at
once; the ideal is calls x seconds / 200. The short chain has 21 calls of a model that answers at once. Ways: `memory`
records nothing; `inline` records events and steps in a file; `dbos-sqlite` and `dbos-postgres` queue the run for two
`moe worker` processes, in files and on a PostgreSQL server of its own that keeps what it says on disk. Printed:
seconds from the run's beginning (or its being taken up) to its end, CPU of all processes that did it, the database
included, in ms a step, and both beside `memory`. A step is an answer of a model, or a task; its CPU is that of all runs
divided by their steps, asking for them and what workers and server do beside included.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "servers")]

from moe.app import App  # noqa: E402
from moe.contracts.request import RunRequest  # noqa: E402
from moe_core.contracts.event import EventKind  # noqa: E402
from postgres_server import run_postgres  # noqa: E402

PROJECT = ROOT / "benchmarks" / "orchestration" / "project"
CHAIN = (3, 3, 3, 2)  # with plan, four joins and the answer 21 calls
AT_ONCE = 200
WORKERS = 2
PATIENCE_SECONDS = 300.0
REQUEST = RunRequest(question="What do archive and analysis say of the mill?", mode="full", deadline_seconds=280.0)
WAYS = ("memory", "inline", "dbos-sqlite", "dbos-postgres")


def make_project(folder: Path, hands: list[int], seconds: float) -> Path:
    """A project whose plans have these sizes, whichever process opens it."""
    shutil.copytree(PROJECT, folder)
    options = json.dumps({"instant": {"options": {"hands": hands, "seconds": seconds}}})
    (folder / "config" / "providers.yaml").write_text(f"providers: {options}\n", encoding="utf-8")
    (folder / "config" / "thresholds.yaml").write_text("route_share: 0\n", encoding="utf-8")
    return folder


def read_cpu(pids: list[int]) -> float:
    """Seconds of processor time of these processes and their children, ended ones included."""
    total = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):  # a connection that ends meanwhile: its parent counts it then
                spent = one.cpu_times()
                total += spent.user + spent.system + spent.children_user + spent.children_system
    return total


@contextmanager
def working(folder: Path, count: int) -> Iterator[list[int]]:
    """Workers, once they have joined; their process numbers."""
    with (folder / "workers.log").open("ab") as log:
        command = [sys.executable, "-m", "moe", "worker"]
        workers = [subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) for _ in range(count)]
    try:
        app = App.open(folder)
        until = time.monotonic() + PATIENCE_SECONDS
        while len([one for one in app.workers.list_workers() if one.is_live]) < count:
            if time.monotonic() > until:
                raise SystemExit((folder / "workers.log").read_text())
            time.sleep(0.1)
        app.close()
        yield [worker.pid for worker in workers]
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()


def do_here(folder: Path, runs: int, *, is_recorded: bool) -> tuple[list[float], float, int]:
    """Runs in this process: seconds of each, CPU of all, steps of all."""
    app = App.open(folder, overrides={"system.record": is_recorded})
    events: list[Any] = []
    asyncio.run(app.run(REQUEST))  # what is imported once
    began, seconds = time.process_time(), []
    for _ in range(runs):
        at = time.perf_counter()
        result = asyncio.run(app.run(REQUEST, on_event=events.append))
        seconds.append(time.perf_counter() - at)
        assert result.status == "done", result.error
    spent = time.process_time() - began
    app.close()
    return seconds, spent, count_steps(events)


def do_queued(folder: Path, runs: int, server: list[int]) -> tuple[list[float], float, int]:
    """The same by workers; several runs are queued at once, so that no worker waits while they are counted."""
    with working(folder, WORKERS) as pids:
        app = App.open(folder)
        for _ in range(WORKERS):  # what is imported once; each gets one
            wait_for_end(app, [asyncio.run(app.submit(REQUEST)) for _ in range(WORKERS)])
        before, seconds, steps = read_cpu([*pids, *server]), [], 0
        names = [asyncio.run(app.submit(REQUEST)) for _ in range(runs)]
        wait_for_end(app, names)
        spent = read_cpu([*pids, *server]) - before
        for run_id in names:
            events = app.runs.get_run(run_id).events
            taken = next(event.at for event in events if event.kind is EventKind.RUN_RESUMED)
            seconds.append(events[-1].at - taken)
            steps += count_steps(events)
        app.close()
    return seconds, spent, steps


def wait_for_end(app: App, names: list[str]) -> None:
    """Look twice a second, all at once: each look is a connection to the server."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        found = {run.run_id: run.status for run in app.runs.list_runs(10_000) if run.run_id in names}
        if not set(found.values()) & {"queued", "running", "interrupted"}:  # the last is taken over
            break
        if time.monotonic() > until:
            raise SystemExit(f"they do not end: {found}")
        time.sleep(0.5)
    assert set(found.values()) == {"done"}, found


def count_steps(events: Any) -> int:
    """Answers of models, and tasks."""
    return sum(event.kind in (EventKind.MODEL_ANSWERED, EventKind.TASK_FINISHED) for event in events)


def measure(way: str, hands: list[int], seconds: float, runs: int) -> dict[str, float]:
    """One way, one shape: the median of seconds, and ms of CPU a step."""
    with tempfile.TemporaryDirectory(prefix="moe-wide-") as name, ExitStack() as stack:
        base = Path(name)
        base.chmod(0o711)  # the server's user goes through it
        folder, server = make_project(base / "project", hands, seconds), []
        os.environ.pop("MOE_SYSTEM__DATABASE", None)
        if way == "dbos-postgres":
            address = stack.enter_context(run_postgres(base / "server", fsync=True))
            stack.callback(os.environ.pop, "MOE_SYSTEM__DATABASE", None)
            os.environ["MOE_SYSTEM__DATABASE"] = address
            server = [int((base / "server" / "data" / "postmaster.pid").read_text().splitlines()[0])]
        if way.startswith("dbos"):
            taken, spent, steps = do_queued(folder, runs, server)
        else:
            taken, spent, steps = do_here(folder, runs, is_recorded=way == "inline")
    return {"seconds": statistics.median(taken), "cpu_ms_a_step": 1000 * spent / max(1, steps), "steps": steps / runs}


def show(title: str, found: Mapping[str, Mapping[str, float]]) -> None:
    base = found.get("memory")
    print(f"\n{title}\n{'way':15}{'seconds':>9}{'ratio':>7}{'CPU ms a step':>15}{'ratio':>7}")
    for way, one in found.items():
        ratios = [one[key] / base[key] if base else float("nan") for key in ("seconds", "cpu_ms_a_step")]
        print(f"{way:15}{one['seconds']:9.2f}{ratios[0]:7.2f}{one['cpu_ms_a_step']:15.2f}{ratios[1]:7.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--belters", type=int, default=20)
    parser.add_argument("--drummers", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--chains", type=int, default=20)
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    home = tempfile.TemporaryDirectory()
    os.environ |= {"MOE_TRUST": "/", "HOME": home.name, "XDG_CONFIG_HOME": home.name, "OLLAMA_HOST": "127.0.0.1:1"}
    calls = wanted.belters * wanted.drummers
    wide = {way: measure(way, [wanted.drummers] * wanted.belters, wanted.seconds, 1) for way in wanted.ways}
    chain = {way: measure(way, list(CHAIN), 0.0, wanted.chains) for way in wanted.ways}
    if wanted.json:
        print(json.dumps({"wide": wide, "chain": chain, "load": os.getloadavg()}))
        return
    ideal = calls * wanted.seconds / AT_ONCE
    show(f"1 x {wanted.belters} x {wanted.drummers} Drummers of {wanted.seconds:g} s; ideal {ideal:.1f} s", wide)
    show(f"{wanted.chains} chains of 21 calls", chain)
    print(f"\nload of the machine: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    main()
