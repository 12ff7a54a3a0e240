"""What a fleet of workers does and costs: measured with 1, 2 and 4 of them, and on paper with many more.

    pip install simpy psutil
    python benchmarks/fleet.py [--workers 1 2 4] [--runs 12] [--json]
    python benchmarks/fleet.py --kill-every 20 --for 300

Needs PostgreSQL's programs. Workers (`moe worker`) do runs of a made-up model that thinks for a second or so over one
PostgreSQL database. Printed: runs a second beside that of one worker times their number, how long a run takes (median,
95 and 99 %), CPU a call of workers and of the database, transactions and rows written a run, and what workers cost that
wait. A simulation (fleet_simulation.py), fitted to what one worker cost and did, is held against what more of them did,
and says then what 10, 100 and 1,000 workers do with a core each, and what a thousand questions cost. With --kill-every
a worker is killed so often, and every run must end with the result of an undisturbed one: answer, citations, status
and notes, but for the note that tells how long who took.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import psutil
import psycopg

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "servers")]

import kill_workers  # noqa: E402
from fleet_simulation import Costs, FleetSimulation, Outcome, RunShape, Site  # noqa: E402

from moe.app import App  # noqa: E402
from moe.contracts.request import RunRequest  # noqa: E402
from moe.contracts.result import RunResult  # noqa: E402
from moe.contracts.runs import RunRecord  # noqa: E402
from moe_core.contracts.event import Event  # noqa: E402
from moe_core.contracts.model_payloads import ModelAnswered  # noqa: E402
from moe_core.contracts.payloads import RunResumed  # noqa: E402
from postgres_server import run_postgres  # noqa: E402

TASKS, MEDIAN_SECONDS, SPREAD = 8, 1.0, 0.5
CONCURRENCY, PARALLEL = 2, 8
DRUMMER_DEPTH = 3  # of a Drummer's task: run/1/1/4
SEEDS = 25  # simulated fleets of a hundred runs at most; fewer of more
WAITED_SECONDS = 30.0  # CPU is told in hundredths of a second
SETTLED_SECONDS = 12.0  # what follows the first run, and a beat of everything
YOUNG_SECONDS = 62.0  # in which a worker looks for schedules each second
BOUND = 0.2  # how far the simulation may be from what was measured
PLUGIN = '''
import asyncio
import hashlib
import math
import os
import re
from pathlib import Path
from statistics import NormalDist

from moe_core import Health, ModelProvider, ModelReply, Purpose

CALLS = Path(os.environ["MOE_FLEET_CALLS"])
MEDIAN, SPREAD, TASKS, MIX = (float(os.environ[f"MOE_FLEET_{name}"]) for name in ("MEDIAN", "SPREAD", "TASKS", "MIX"))


class Slow(ModelProvider):
    """Thinks for a while that depends on what it is asked; over so many series one after the other the same again."""

    name = "slow"
    summary = "Thinks for a while"

    async def generate_structured(self, request, schema):
        grounding = request.grounding
        what = repr((grounding.purpose, grounding.question, grounding.instruction, grounding.findings))
        key = hashlib.sha256(what.encode()).hexdigest()
        place = repr((grounding.purpose, grounding.question, grounding.instruction))
        place = re.sub(r"series (\\d+)", lambda found: f"series {int(found[1]) % MIX}", place)
        chance = (int(hashlib.sha256(place.encode()).hexdigest()[:8], 16) + 0.5) / 16**8
        await asyncio.sleep(MEDIAN * math.exp(SPREAD * NormalDist().inv_cdf(chance)))
        with CALLS.open("a") as file:
            file.write(f"{grounding.purpose}\\n")
        return ModelReply(text="", data=self.answer(grounding, key))

    def answer(self, grounding, key):
        if grounding.purpose in (Purpose.PLAN, Purpose.DECOMPOSE):
            names = [choice.name for choice in grounding.choices]
            who = "belter" if grounding.purpose is Purpose.PLAN else "drummer"
            return {"tasks": [
                {"id": f"t{n}", who: names[n % len(names)], "instruction": f"part {n} of {grounding.instruction}",
                 "depends_on": []}
                for n in range(int(TASKS))
            ]}
        if grounding.purpose is Purpose.CHOOSE_TOOLS:
            return {"calls": []}
        if grounding.purpose is Purpose.OBSERVE:  # its findings tell of times: nothing of them may be in the result
            return {"notes": [{"severity": "info", "text": "All parts were asked for."}]}
        statements = [
            {"text": item.text.split(".")[0] + ".", "evidence": [item.evidence_id]} for item in grounding.evidence[:4]
        ]
        return {"statements": statements, "notes": [f"{grounding.purpose} is {key[:8]}"]}

    async def generate(self, request):
        return ModelReply(text=str(request.grounding.question))

    async def health(self):
        return Health(ok=True, detail="slow")

    async def models(self):
        return ["any"]
'''


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What so many workers did; seconds, and CPU seconds a call.

    Attributes:
        thought: What each call took in the model.
        thinking: Of a run, what its models took by themselves: the calls in line, and the longest task; the median.
    """

    workers: int
    runs: int
    calls: int
    shape: RunShape
    thought: tuple[float, ...]
    thinking: float
    runs_a_second: float
    median: float
    p95: float
    p99: float
    cpu_a_call: float
    database_cpu_a_call: float
    commits_a_run: float
    rows_a_run: float
    idle_cpu_a_second: float
    idle_database_cpu_a_second: float


def make_project(folder: Path) -> None:
    """A project whose model is the slow one."""
    (folder / "plugins" / "models").mkdir(parents=True)
    (folder / "plugins" / "models" / "slow.py").write_text(PLUGIN)
    (folder / "config").mkdir()
    settings = f"provider: slow\nmode: full\nmax_plan_tasks: {TASKS}\nmax_parallel: {PARALLEL}\ndeadline_seconds: 600\n"
    (folder / "config" / "system.yaml").write_text(settings)
    (folder / "docs").mkdir()
    for number in range(9):
        text = f"Part {number} was put together in week {3 * number + 1}. It was painted later.\n"
        (folder / "docs" / f"part-{number}.txt").write_text(text)


def make_request(number: int) -> RunRequest:
    """A question of its own, so that no answer is remembered."""
    question = f"What came of all the parts of series {number}, and in which order?"
    return RunRequest(question=question, belter="knowledge", docs=("docs",), deadline_seconds=600.0)


@contextmanager
def run_workers(folder: Path, count: int) -> Iterator[list[psutil.Process]]:
    """So many worker processes, joined."""
    command = [sys.executable, "-m", "moe", "worker", "--concurrency", str(CONCURRENCY), "--grace", "1"]
    with (folder / "workers.log").open("ab") as log:
        processes = [subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) for _ in range(count)]
    try:
        app = App.open(folder)
        pids = {process.pid for process in processes}
        joined = partial(_have_joined, app, pids)
        assert kill_workers.wait_for(joined), "workers do not join; see workers.log"
        app.close()
        yield [psutil.Process(pid) for pid in pids]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _have_joined(app: App, pids: set[int]) -> bool:
    return pids <= {one.lease.pid for one in app.workers.list_workers() if one.state == "live"}


def read_cpu(processes: Sequence[psutil.Process]) -> float:
    """CPU seconds that they have taken, and their children that ended."""
    return sum(sum(process.cpu_times()[:4]) for process in processes)


def find_server(folder: Path) -> psutil.Process:
    """The database's first process; those that ended count with it."""
    return psutil.Process(int((folder / "server" / "data" / "postmaster.pid").read_text().splitlines()[0]))


def read_server_cpu(server: psutil.Process) -> float:
    """CPU seconds of the database."""
    seconds = read_cpu([server])
    for child in server.children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # a connection that has just ended counts with its parent
            seconds += sum(child.cpu_times()[:2])
    return seconds


def read_writes(address: str) -> tuple[int, int]:
    """Transactions, and rows written, since the database began."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("select pg_stat_force_next_flush()") if connection.info.server_version >= 150000 else None
        row = connection.execute(
            "select xact_commit, tup_inserted + tup_updated + tup_deleted from pg_stat_database"
            " where datname = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


def submit_all(app: App, numbers: Sequence[int]) -> list[str]:
    """Queue a run for each."""

    async def submit() -> list[str]:
        return [await app.submit(make_request(number)) for number in numbers]

    return asyncio.run(submit())


def wait_until_done(app: App, run_ids: Sequence[str], *, seconds: float) -> None:
    """Until each has ended, looking at one that has not."""
    until = time.monotonic() + seconds
    for run_id in run_ids:
        while not kill_workers.has_ended(app, run_id):
            assert time.monotonic() < until, f"{run_id} does not end"
            time.sleep(0.1)


def measure_waiting(server: psutil.Process) -> float:
    """CPU that the database takes in a second while there is no worker."""
    cpu, began = read_server_cpu(server), time.monotonic()
    time.sleep(SETTLED_SECONDS)
    return (read_server_cpu(server) - cpu) / (time.monotonic() - began)


def measure(folder: Path, address: str, workers: int, runs: int, first: int) -> Measured:
    """Let so many workers do so many runs."""
    app, server = App.open(folder), find_server(folder)
    alone = measure_waiting(server)
    calls = Path(os.environ["MOE_FLEET_CALLS"])
    with run_workers(folder, workers) as processes:
        joined = time.monotonic()
        wait_until_done(app, submit_all(app, range(first, first + 2 * workers * CONCURRENCY)), seconds=300)  # warm
        time.sleep(max(SETTLED_SECONDS, joined + YOUNG_SECONDS - time.monotonic()))
        cpu, server_cpu, began = read_cpu(processes), read_server_cpu(server), time.monotonic()
        time.sleep(WAITED_SECONDS)
        waited = time.monotonic() - began
        idle = (read_cpu(processes) - cpu) / waited / workers
        idle_server = max(0.0, (read_server_cpu(server) - server_cpu) / waited - alone) / workers
        calls.write_text("")
        before = read_writes(address)
        cpu, server_cpu, began = read_cpu(processes), read_server_cpu(server), time.monotonic()
        ids = submit_all(app, range(first + 1000, first + 1000 + runs))
        wait_until_done(app, ids, seconds=1200)
        records = [app.runs.get_run(run_id) for run_id in ids]
        wall = time.monotonic() - began
        cpu, server_cpu = read_cpu(processes) - cpu, read_server_cpu(server) - server_cpu
        after, made = read_writes(address), len(calls.read_text().splitlines())
    spans = sorted(_span(record.events) for record in records)
    bad = [record.summary.run_id for record in records if record.summary.status != "done"]
    assert not bad, f"runs that did not end well: {bad}"
    app.close()
    return Measured(
        workers=workers,
        runs=runs,
        calls=made,
        shape=read_shape(records),
        thinking=sorted(map(_find_thinking, records))[len(records) // 2],
        thought=tuple(one.data.seconds for record in records for one in _find_answers(record)),
        runs_a_second=runs / wall,
        median=spans[len(spans) // 2],
        p95=spans[int(0.95 * len(spans))],
        p99=spans[int(0.99 * len(spans))],
        cpu_a_call=(cpu - idle * wall * workers) / made,
        database_cpu_a_call=(server_cpu - (alone + idle_server * workers) * wall) / made,
        commits_a_run=(after[0] - before[0]) / runs,
        rows_a_run=(after[1] - before[1]) / runs,
        idle_cpu_a_second=idle,
        idle_database_cpu_a_second=idle_server,
    )


def _span(events: Sequence[Event]) -> float:
    """From when a worker took a run up, which may be long after it was asked for, to its end."""
    return events[-1].at - next(event.at for event in events if isinstance(event.data, RunResumed))


def _find_answers(record: RunRecord) -> list[Event]:
    return [event for event in record.events if isinstance(event.data, ModelAnswered)]


def _find_thinking(record: RunRecord) -> float:
    """What nothing could have made shorter but faster models."""
    in_line, by_task = 0.0, Counter[str]()
    for event in _find_answers(record):
        if _is_drummers(event):
            by_task[str(event.task_id)] += event.data.seconds
        else:
            in_line += event.data.seconds
    return in_line + max(by_task.values(), default=0.0)


def _is_drummers(event: Event) -> bool:
    return str(event.task_id).count("/") == DRUMMER_DEPTH


def read_shape(records: Sequence[RunRecord]) -> RunShape:
    """What a run is made of: the calls of the layers above stand in line, those of Drummers beside each other."""
    in_line, tasks, calls = 0, 0, 0
    for record in records:
        of_drummers = Counter(event.task_id for event in _find_answers(record) if _is_drummers(event))
        in_line += len(_find_answers(record)) - of_drummers.total()
        tasks, calls = tasks + len(of_drummers), calls + of_drummers.total()
    return RunShape(
        calls_in_line=round(in_line / len(records)),
        tasks=round(tasks / len(records)),
        calls_a_task=round(calls / max(1, tasks)),
    )


def make_costs(one: Measured, site: Site) -> Costs:
    """From what one worker cost, and how long a call must have waited besides for what it did in a second."""
    costs = Costs(
        call=one.cpu_a_call,
        database_call=one.database_cpu_a_call,
        idle_worker=one.idle_cpu_a_second,
        idle_database=one.idle_database_cpu_a_second,
    )
    low, high = 0.0, 20.0
    for _ in range(16):
        middle = (low + high) / 2
        is_faster = simulate(one, replace(costs, waiting=middle), site, one.runs).runs_a_second > one.runs_a_second
        low, high = (middle, high) if is_faster else (low, middle)
    return replace(costs, waiting=low)


def simulate(one: Measured, costs: Costs, site: Site, runs: int) -> Outcome:
    """What a fleet does on paper: the one in the middle of several fleets whose models think otherwise long."""

    def draw(chance: random.Random) -> float:
        return chance.choice(one.thought)

    tries = max(1, min(SEEDS, SEEDS * 100 // runs))
    found = [FleetSimulation(one.shape, costs, site, draw).run(runs, seed=seed) for seed in range(tries)]
    return sorted(found, key=lambda outcome: outcome.runs_a_second)[len(found) // 2]


def print_measured(found: Sequence[Measured], outcomes: Sequence[Outcome]) -> None:
    """What was measured, and what the simulation says of the same."""
    one = found[0]
    print("workers  runs/s  of linear  median s   95 %   99 %   simulated runs/s  off by")
    for each, outcome in zip(found, outcomes, strict=True):
        linear = each.runs_a_second / (one.runs_a_second * each.workers / one.workers)
        off = outcome.runs_a_second / each.runs_a_second - 1
        print(
            f"{each.workers:7}  {each.runs_a_second:6.3f}  {linear:9.2f}  {each.median:8.2f}  {each.p95:5.2f}"
            f"  {each.p99:5.2f}  {outcome.runs_a_second:17.3f}  {100 * off:+5.0f} %{'' if abs(off) <= BOUND else ' !'}"
        )
    for each in found:
        print(
            f"{each.workers} workers: CPU a call {1000 * each.cpu_a_call:.1f} ms and"
            f" {1000 * each.database_cpu_a_call:.1f} ms of the database; {each.commits_a_run:.0f} transactions and"
            f" {each.rows_a_run:.0f} rows a run of {each.calls / each.runs:.0f} calls; waiting, a worker takes"
            f" {100 * each.idle_cpu_a_second:.2f} % of a core and {100 * each.idle_database_cpu_a_second:.2f} % of the"
            " database's"
        )


def print_paper(one: Measured, costs: Costs, wanted: argparse.Namespace) -> None:
    """What many workers do, what breaks first, and the cost."""
    print(f"\non paper: a core a worker, {wanted.database_cores} for the database, {CONCURRENCY} runs at once in each")
    print("workers   runs/s  of linear  median s    95 %  database busy  workers busy  1,000 questions")
    alone = 0.0
    for workers in (1, 10, 100, 1000):
        site = Site(workers=workers, concurrency=CONCURRENCY, parallel=PARALLEL, database_cores=wanted.database_cores)
        idle = workers * costs.idle_database / wanted.database_cores
        if idle >= 1:
            print(f"{workers:7}  the database does nothing but tell waiting workers that nothing is there ({idle:.0%})")
            continue
        outcome = simulate(one, costs, site, max(40, 6 * workers * CONCURRENCY))
        alone = alone or outcome.runs_a_second
        hours = 1000 / outcome.runs_a_second / 3600
        cost = hours * (workers * wanted.core_hour + wanted.database_cores * wanted.database_core_hour)
        print(
            f"{workers:7} {outcome.runs_a_second:8.2f}  {outcome.runs_a_second / alone / workers:9.2f}"
            f"  {outcome.quantile(0.5):8.2f}  {outcome.quantile(0.95):6.2f}  {outcome.database_share + idle:13.0%}"
            f"  {outcome.worker_share:12.0%}  {cost:15.4f}"
        )
    capacity = wanted.database_cores / (costs.database_call * one.shape.calls)
    print(f"the database is the first to be full, at {capacity:.1f} runs a second on these cores;")
    print("the model's own cost is not in it, and neither is what a network takes")


def kill_on(folder: Path, every: float, seconds: float, seed: int) -> None:
    """Workers that are killed while runs come in; every run must end with an undisturbed one's answer."""
    app, chance = App.open(folder), random.Random(seed)
    fleet = kill_workers.Fleet(folder)
    expected: dict[int, RunResult] = {}
    fleet.fill()
    try:
        ids = {number: submit_all(app, [number])[0] for number in range(4)}
        wait_until_done(app, list(ids.values()), seconds=300)
        for number, run_id in ids.items():
            expected[number] = kill_workers.read_result(app, run_id)
        kill_workers.check_comparison(expected[0])
        asked: list[tuple[int, str]] = []
        kills, began = 0, time.monotonic()
        next_kill = began + every
        while time.monotonic() < began + seconds:
            fleet.fill()
            waiting = [run_id for _, run_id in asked if not kill_workers.has_ended(app, run_id)]
            if len(waiting) < 4:
                number = len(asked) % 4
                asked.append((number, submit_all(app, [number])[0]))
            if time.monotonic() >= next_kill:
                fleet.kill([chance.choice([process.pid for process in fleet.processes])])
                kills, next_kill = kills + 1, next_kill + every
            time.sleep(0.25)
        fleet.fill()
        wait_until_done(app, [run_id for _, run_id in asked], seconds=300)
        others = [
            f"{run_id}: {differences[0]}"
            for number, run_id in asked
            if (differences := kill_workers.find_differences(kill_workers.read_result(app, run_id), expected[number]))
        ]
        gaps = [run_id for _, run_id in asked if _has_gaps(app, run_id)]
        print(f"{kills} workers killed in {seconds:g} s, {len(asked)} runs: {len(asked)} ended,", end=" ")
        print(f"{len(others)} with another result, {len(gaps)} with gaps in their events")
        print("\n".join(others[:3]))
    finally:
        fleet.close()
        app.close()


def _has_gaps(app: App, run_id: str) -> bool:
    events = app.runs.get_run(run_id).events
    return [event.sequence for event in events] != list(range(1, len(events) + 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--runs", type=int, default=12, help="of each worker")
    parser.add_argument("--kill-every", type=float, metavar="SECONDS")
    parser.add_argument("--for", type=float, default=300.0, dest="seconds", metavar="SECONDS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--core-hour", type=float, default=0.04, help="price of a worker's core for an hour")
    parser.add_argument("--database-core-hour", type=float, default=0.09)
    parser.add_argument("--database-cores", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o711)  # the server's user goes through it
        make_project(folder)
        os.environ |= {
            "MOE_FLEET_CALLS": str(folder / "calls"),
            "MOE_FLEET_MEDIAN": str(MEDIAN_SECONDS),
            "MOE_FLEET_SPREAD": str(SPREAD),
            "MOE_FLEET_TASKS": str(TASKS),
            "MOE_FLEET_MIX": str(wanted.runs),  # each worker's share of the runs thinks for the same times
            "MOE_TRUST": "/",
            "HOME": str(folder),
            "OLLAMA_HOST": "127.0.0.1:1",
        }
        os.chdir(folder)
        with run_postgres(folder / "server", fsync=True) as address:
            os.environ["MOE_SYSTEM__DATABASE"] = address
            if wanted.kill_every:
                kill_on(folder, wanted.kill_every, wanted.seconds, wanted.seed)
                return
            found = []
            for place, workers in enumerate(wanted.workers):
                print(f"{workers} workers ...", file=sys.stderr)
                found.append(measure(folder, address, workers, wanted.runs * workers, 10000 * place))
        one = found[0]
        sites = [
            Site(workers=each.workers, concurrency=CONCURRENCY, parallel=PARALLEL, cores=os.cpu_count() or 1)
            for each in found
        ]
        costs = make_costs(one, sites[0])
        outcomes = [simulate(one, costs, site, each.runs) for site, each in zip(sites, found, strict=True)]
        if wanted.json:
            told = [
                asdict(each) | {"simulated_runs_a_second": outcome.runs_a_second}
                for each, outcome in zip(found, outcomes, strict=True)
            ]
            print(json.dumps(told))
            return
        shape = one.shape
        print(
            f"a run: {shape.calls} calls, {shape.calls_in_line} of them in line, {shape.tasks} tasks beside each other;"
            f" its models alone take {one.thinking:.1f} s of its {one.median:.1f} s (medians of one worker's)"
        )
        print_measured(found, outcomes)
        print_paper(one, costs, wanted)


if __name__ == "__main__":
    main()
