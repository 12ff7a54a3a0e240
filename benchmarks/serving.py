"""What `moe serve` costs: its health beside a bare FastAPI app, its answers while runs work, many streams of one run.

    python benchmarks/serving.py [--streams 1000] [--runs 50]

Figures of CPU are of the server's process alone (/proc), so that they hold on a busy machine; waits are wall time.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
BARE = """
import fastapi, socket, sys, uvicorn
app = fastapi.FastAPI()
@app.get("/health/live")
async def live():
    return {"status": "ok"}
listening = socket.create_server(("127.0.0.1", 0))
print(f"http://127.0.0.1:{listening.getsockname()[1]}", file=sys.stderr, flush=True)
uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run(sockets=[listening])
"""
SLOW_ASK = {"question": "Who restored the mill, and what did the harbour pay for it?", "docs": ["harbour"]}


def start(command, folder):
    server = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
            return server, int(found[1])
    raise SystemExit("the server did not start")


def read_cpu(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def read_memory(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


async def ask(reader, writer, text):
    writer.write(text)
    head = await reader.readuntil(b"\r\n\r\n")
    size = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return head, await reader.readexactly(int(size[1]))


def write_get(path):
    return f"GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()


def write_post(path, body):
    data = json.dumps(body).encode()
    head = ("POST {} HTTP/1.1", "host: localhost", "content-type: application/json", "content-length: {}", "", "")
    return "\r\n".join(head).format(path, len(data)).encode() + data


async def measure_health(port, pid, requests=4000, connections=8):
    """Requests a second, and microseconds of the server's CPU for each."""

    async def work():
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(requests // connections):
            await ask(reader, writer, write_get("/health/live"))
        writer.close()

    cpu, began = read_cpu(pid), time.perf_counter()
    await asyncio.gather(*(work() for _ in range(connections)))
    seconds = time.perf_counter() - began
    return requests / seconds, (read_cpu(pid) - cpu) / requests * 1e6


async def watch_health(port, until):
    """How long each of some requests took, in milliseconds, until something is done."""
    waits = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while not until.done():
        began = time.perf_counter()
        await ask(reader, writer, write_get("/health/live"))
        waits.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.005)
    writer.close()
    return sorted(waits)


async def ask_once(port, text):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head, body = await ask(reader, writer, text)
    writer.close()
    return int(head.split()[1]), body


async def follow(port, run):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(write_get(f"/api/v1/runs/{run}/events"))
    events = 0
    while line := await reader.readline():
        events += line.startswith(b"id: ")
        if b"event: stream.end" in line:
            break
    writer.close()
    return events


async def measure_runs(port, count):
    work = asyncio.gather(*(ask_once(port, write_post("/run", SLOW_ASK)) for _ in range(count)))
    waits = await watch_health(port, work)
    statuses = [status for status, _ in await work]
    half, most = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    print(f"{count} runs at once: {statuses.count(200)} answered; health p50 {half:.1f} ms, p99 {most:.1f} ms")


async def follow_all(port, run, count):
    """The readers, in a process of their own: how many events each was told."""
    print(json.dumps(await asyncio.gather(*(follow(port, run) for _ in range(count)))))


async def measure_streams(port, pid, count):
    before, cpu = read_memory(pid), read_cpu(pid)
    run = json.loads((await ask_once(port, write_post("/api/v1/runs", SLOW_ASK)))[1])["run_id"]
    command = [sys.executable, __file__, "--follow", f"{port},{run},{count}"]
    readers = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=2**22)
    work = asyncio.ensure_future(readers.communicate())
    peak = before

    async def weigh():
        nonlocal peak
        while not work.done():
            peak = max(peak, read_memory(pid))
            await asyncio.sleep(0.1)

    _, waits = await asyncio.gather(weigh(), watch_health(port, work))
    events = json.loads((await work)[0])
    cost = (read_cpu(pid) - cpu) / sum(events) * 1e6
    print(
        f"{count} streams of one run: {len(set(events))} different counts of events ({events[0]}), "
        f"{peak - before:.1f} MB more, {cost:.0f} us of CPU a delivery, "
        f"health p99 {waits[int(len(waits) * 0.99)]:.1f} ms"
    )


async def measure(ports, pids, arguments):
    for name in ("bare", "moe", "bare", "moe"):
        rate, cost = await measure_health(ports[name], pids[name])
        print(f"health, {name}: {rate:.0f} requests a second, {cost:.0f} us of CPU each")
    while (await ask_once(ports["moe"], write_get("/health/ready")))[0] != 200:
        await asyncio.sleep(0.2)
    await ask_once(ports["moe"], write_post("/run", SLOW_ASK))
    await measure_runs(ports["moe"], arguments.runs)
    await measure_streams(ports["moe"], pids["moe"], arguments.streams)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--follow", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.follow:
        port, run, count = arguments.follow.split(",")
        asyncio.run(follow_all(int(port), run, int(count)))
        return
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HOME=folder, MOE_TRUST="/", OLLAMA_HOST="127.0.0.1:1", PYTHONPATH=str(ROOT))
        (Path(folder) / "harbour").symlink_to(ROOT / "examples" / "harbour")
        settings = ["--set", f"server.docs_roots=[{ROOT}/examples]", "--set", "system.provider=extractive"]
        servers = {
            "bare": start([sys.executable, "-c", BARE], folder),
            "moe": start([sys.executable, "-m", "moe", *settings, "serve", "--port", "0"], folder),
        }
        try:
            ports = {name: port for name, (_, port) in servers.items()}
            asyncio.run(measure(ports, {name: server.pid for name, (server, _) in servers.items()}, arguments))
        finally:
            for server, _ in servers.values():
                server.terminate()
                server.wait()


if __name__ == "__main__":
    main()
