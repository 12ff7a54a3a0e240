"""What it takes to have a part of a run done by another worker: by way of the queue, or straight.

    pip install psutil
    python benchmarks/child_tasks.py [--rounds 20] [--at-once 4] [--ways files server http]

Two processes do parts that consist of nothing; so many are asked for at once as a plan may have Belters. Ways: `files`
and `server` put each part into the queue of `moe worker`, in files or on PostgreSQL, and wait there for its outcome;
`http` sends each to a process that listens, as tasks of agents elsewhere are. Printed: milliseconds until all parts of
a round are done, median and longest, and CPU of all processes, the database included, in ms a part.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
sys.path[:1] = [str(ROOT), str(ROOT / "tests" / "servers")]  # in this folder plugins.py would hide the plugins

from fleet_servers import find_free_ports  # noqa: E402
from moe.running.transports.balance import Balance, RemotePlace  # noqa: E402
from moe.running.transports.caller import RemoteCaller  # noqa: E402
from moe.running.transports.dispatcher import Dispatcher  # noqa: E402
from moe_core.contracts.errors import TransportError  # noqa: E402
from moe_core.contracts.executor import ExecutorPlace, QueuedTask, WorkerSpec  # noqa: E402
from moe_core.contracts.transports import Emit, Envelope, TransportPlace  # noqa: E402
from moe_core.contracts.wire import JsonObject  # noqa: E402
from moe_kit.durable.dbos_queue import DbosQueue  # noqa: E402
from plugins.transports.http import HttpTransport  # noqa: E402
from postgres_server import run_postgres  # noqa: E402

WORKERS = 2
PATIENCE_SECONDS = 30.0
TARGET = "part"


def open_queue(folder: str, database: str) -> DbosQueue:
    return DbosQueue(ExecutorPlace(folder=Path(folder), database=database, version="1"))


async def serve_queue(folder: str, database: str) -> None:
    """A worker of the queue, until it is killed."""

    async def work(task: QueuedTask) -> JsonObject:
        return {"part": task.task_id}

    await open_queue(folder, database).serve(work, WorkerSpec(worker_id=str(os.getpid()), concurrency=8))


async def serve_http(url: str) -> None:
    """A process that listens, until it is killed."""

    async def work(envelope: Envelope, _: Emit) -> JsonObject:
        return {"part": envelope.id}

    await HttpTransport(TransportPlace(url=url)).serve(Dispatcher({TARGET: work}))


async def ask_queue(folder: str, database: str, rounds: int, at_once: int) -> list[float]:
    queue = open_queue(folder, database)

    async def ask(name: str) -> None:
        await queue.submit(QueuedTask(task_id=name))
        outcome = await queue.wait(name, seconds=PATIENCE_SECONDS)
        assert outcome.ending == "done", outcome

    taken = await time_rounds(ask, rounds, at_once)
    await queue.drain(seconds=0)
    return taken


async def ask_http(urls: list[str], rounds: int, at_once: int) -> list[float]:
    balance = Balance([RemotePlace(HttpTransport(TransportPlace(url=url))) for url in urls])

    async def find() -> Balance:
        return balance

    async def ask(name: str) -> None:
        found = await RemoteCaller(find).call(Envelope(id=name, run="r", target=TARGET, ttl_ms=30_000))
        assert found == {"part": name}, found

    taken = await time_rounds(ask, rounds, at_once)
    for place in balance.places:
        await place.transport.close()
    return taken


async def time_rounds(ask: Callable[[str], Awaitable[None]], rounds: int, at_once: int) -> list[float]:
    taken, run = [], time.time_ns()
    for number in range(rounds):
        began = time.perf_counter()
        await asyncio.gather(*(ask(f"{run}/{number}/{part}") for part in range(at_once)))
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def wait_until_there(way: str, urls: list[str], folder: str, database: str) -> None:
    """Have each worker do a part: what is imported once is imported then."""
    until = time.monotonic() + PATIENCE_SECONDS
    for url in urls:
        while True:
            try:
                asyncio.run(ask_http([url], 2, 1) if way == "http" else ask_queue(folder, database, 2, WORKERS))
                break
            except TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)


def read_cpu(pids: list[int]) -> float:
    """Seconds of these processes and their children, ended ones included."""
    total = 0.0
    for pid in pids:
        for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            spent = one.cpu_times()
            total += spent.user + spent.system + spent.children_user + spent.children_system
    return total


def measure(way: str, rounds: int, at_once: int) -> tuple[list[float], float]:
    """Milliseconds of each round, and ms of CPU a part."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        base = Path(name)
        base.chmod(0o711)  # the server's user goes through it
        database, pids = "", [os.getpid()]
        if way == "server":
            database = stack.enter_context(run_postgres(base / "server", fsync=True))
            pids.append(int((base / "server" / "data" / "postmaster.pid").read_text().splitlines()[0]))
        urls = [f"http://127.0.0.1:{port}" for port in find_free_ports(WORKERS)]
        folder = str(base / "queue")
        if way != "http":
            asyncio.run(ask_queue(folder, database, 0, 0))
        for url in urls:
            words = [url] if way == "http" else [folder, database]
            worker = subprocess.Popen([sys.executable, __file__, "--serve", *words])
            stack.callback(worker.wait)
            stack.callback(worker.kill)
            pids.append(worker.pid)
        wait_until_there(way, urls, folder, database)
        before = read_cpu(pids)
        if way == "http":
            taken = asyncio.run(ask_http(urls, rounds, at_once))
        else:
            taken = asyncio.run(ask_queue(folder, database, rounds, at_once))
        return taken, 1000 * (read_cpu(pids) - before) / (rounds * at_once)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument("--ways", nargs="+", choices=("files", "server", "http"), default=["files", "server", "http"])
    parser.add_argument("--serve", nargs="+", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.serve:
        where = wanted.serve
        asyncio.run(serve_http(where[0]) if where[0].startswith("http:") else serve_queue(*where))
        return
    print(f"{'way':8}{'ms, median':>12}{'longest':>9}{'CPU ms a part':>15}")
    for way in wanted.ways:
        taken, spent = measure(way, wanted.rounds, wanted.at_once)
        print(f"{way:8}{statistics.median(taken):12.1f}{max(taken):9.1f}{spent:15.2f}", flush=True)
    print(f"load of the machine: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    main()
