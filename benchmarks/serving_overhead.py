"""What `POST /runs` adds to `App.run`, in CPU, over a model that answers at once.

    python benchmarks/serving_overhead.py [--runs 200] [--rounds 3]

The same runs, one after the other and recorded, in this process by `App.run` and by a server with one worker, in turns.
CPU is user and system time: of this process, or of the server's process and its worker together (/proc).
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from serving import ROOT, ask, read_cpu, read_memory, start, write_get, write_post

from moe.app import App
from moe.contracts.request import RunRequest

PROJECT = Path(__file__).parent / "orchestration" / "project"
ASK = {"question": "Research what the harbour's archive says about the mill, and who rebuilt it"}


async def measure_app(app, runs):
    began, cpu = time.perf_counter(), time.process_time()
    for _ in range(runs):
        result = await app.run(RunRequest(**ASK))
        assert result.status == "done", result.error
    app.runs.flush()
    return (time.process_time() - cpu) / runs * 1e3, runs / (time.perf_counter() - began)


async def measure_server(port, pids, runs):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began, cpu = time.perf_counter(), [read_cpu(pid) for pid in pids]
    for _ in range(runs):
        _, body = await ask(reader, writer, write_post("/api/v1/runs?wait=60", ASK))
        assert json.loads(body)["status"] == "done", body
    writer.close()
    spent = [(read_cpu(pid) - before) / runs * 1e3 for pid, before in zip(pids, cpu, strict=True)]
    return spent, runs / (time.perf_counter() - began)


async def measure(app, port, pid, arguments):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while b" 200 " not in (await ask(reader, writer, write_get("/health/ready")))[0]:
        await asyncio.sleep(0.2)
    writer.close()
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    await measure_app(app, 20)
    await measure_server(port, pids, 20)
    added = []
    for _ in range(arguments.rounds):
        alone, alone_rate = await measure_app(app, arguments.runs)
        (server, worker), rate = await measure_server(port, pids, arguments.runs)
        added.append(server + worker - alone)
        print(
            f"App.run {alone:.2f} ms of CPU, {alone_rate:.0f} runs a second; POST /runs {server + worker:.2f} ms "
            f"(server {server:.2f}, worker {worker:.2f}), {rate:.0f} runs a second; added {added[-1]:.2f} ms"
        )
    memory = sum(map(read_memory, pids))
    print(f"POST /runs adds {statistics.median(added):.2f} ms of CPU (median); server and worker hold {memory:.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, MOE_TRUST="/", OLLAMA_HOST="127.0.0.1:1", PYTHONPATH=str(ROOT))
        alone, served = (Path(shutil.copytree(PROJECT, Path(folder) / name)) for name in ("alone", "served"))
        server, port = start([sys.executable, "-m", "moe", "serve", "--port", "0", "--workers", "1"], served)
        app = App.open(alone)
        try:
            asyncio.run(measure(app, port, server.pid, arguments))
        finally:
            app.close()
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
