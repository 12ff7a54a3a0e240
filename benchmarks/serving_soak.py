"""What many runs leave in `moe serve`: threads of 200 at once; memory, threads and files after small ones in a row.

    python benchmarks/serving_soak.py [--at-once 200] [--runs 1000] [--warm-up 200]

All of it is read from /proc, of the server's process and of its workers, and holds on a busy machine.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from serving import ROOT, SLOW_ASK, ask_once, read_memory, start, write_get, write_post

SMALL = "# The mill\n\nThe tidal mill was restored by Ada Brook in 1998.\n"
SMALL_ASK = {"question": "Who restored the tidal mill?", "docs": ["small"]}
SIDE_BY_SIDE = 4
REST_SECONDS = 8  # connections and threads that end by themselves have ended by then


def list_processes(pid):
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, children)]


def count_threads(pid):
    return int(re.search(r"Threads:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def count_files(pid):
    kinds = Counter()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(link)
            kinds["file" if target.startswith("/") else target.partition(":")[0]] += 1
        except FileNotFoundError:  # closed meanwhile
            continue
    return dict(kinds)


def weigh(pid):
    return {
        one: {"MB": round(read_memory(one), 1), "threads": count_threads(one), **count_files(one)}
        for one in list_processes(pid)
    }


async def measure_at_once(port, pid, count):
    work = asyncio.gather(*(ask_once(port, write_post("/run", SLOW_ASK)) for _ in range(count)))
    most = Counter()
    while not work.done():
        for one in list_processes(pid):
            most[one] = max(most[one], count_threads(one))
        await asyncio.sleep(0.02)
    answers = Counter((status, json.loads(body)["status"] if status == 200 else "") for status, body in await work)
    print(f"{count} at once: {dict(answers)}; threads at most {list(most.values())} (server, workers)", flush=True)


async def ask_many(port, count):
    left = iter(range(count))

    async def ask():
        for _ in left:
            status, body = await ask_once(port, write_post("/run", SMALL_ASK))
            assert (status, json.loads(body)["status"]) == (200, "done"), body

    await asyncio.gather(*(ask() for _ in range(SIDE_BY_SIDE)))


async def measure(port, pid, arguments):
    while (await ask_once(port, write_get("/health/ready")))[0] != 200:
        await asyncio.sleep(0.2)
    await ask_once(port, write_post("/run", SLOW_ASK))
    await measure_at_once(port, pid, arguments.at_once)
    await ask_many(port, arguments.warm_up)
    await asyncio.sleep(REST_SECONDS)
    before, began = weigh(pid), time.perf_counter()
    for part in range(4):
        await ask_many(port, arguments.runs // 4)
        sizes = [round(read_memory(one), 1) for one in list_processes(pid)]
        print(f"{arguments.runs // 4 * (part + 1)} small runs: {sizes} MB", flush=True)
    seconds = time.perf_counter() - began
    await asyncio.sleep(REST_SECONDS)
    for one, after in weigh(pid).items():
        growth = (after["MB"] / before[one]["MB"] - 1) * 100
        print(f"{before[one]} -> {after}: {growth:+.1f} % of memory")
    print(f"{arguments.runs} small runs in {seconds:.0f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--warm-up", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, MOE_TRUST="/", OLLAMA_HOST="127.0.0.1:1", PYTHONPATH=str(ROOT))
        (Path(folder) / "harbour").symlink_to(ROOT / "examples" / "harbour")
        (Path(folder) / "small").mkdir()
        (Path(folder) / "small" / "mill.md").write_text(SMALL)
        settings = ["--set", f"server.docs_roots=[{ROOT}/examples,{folder}]", "--set", "system.provider=extractive"]
        server, port = start([sys.executable, "-m", "moe", *settings, "serve", "--port", "0"], folder)
        try:
            asyncio.run(measure(port, server.pid, arguments))
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
