"""CPU that frameworks cost around an instant model, side by side: moe, LangGraph, Agno, Pydantic AI and bare asyncio.

    python benchmarks/orchestration/run.py [--folder CACHE] [--rounds 5] [--json] [--only moe langgraph]

Run it with the Python that moe is installed in. Each peer gets an environment of its own, made once in CACHE (by
default a temporary folder) from the exact versions in peers/NAME.txt, with pip as it is configured. Each round starts
every program once, in turn; a program measures each of its ways warm, chain after chain.

The first table is milliseconds of CPU a chain, all threads (time.process_time): the median over rounds of a round's
median, and the least chain of all. 21 model calls are 1 + 4 + 16, 26 the same with 4 + 1 that join; moe always joins,
so its 21 are 1 + 4 + 11 + 4 + 1. The second is the wall time of 200 calls of 50 ms at once. What is like for like, and
what is not, is told in docs/reference/measurements.md.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from measuring import FAN_OUT, FAN_OUT_SECONDS, WITH_JOINS, WITHOUT_JOINS

HERE = Path(__file__).parent

PEERS = ("bare_asyncio", "moe", "langgraph", "agno", "pydantic_ai")
BARE = "bare asyncio"
RIVAL = "LangGraph, checkpointer"
QUIET = {"LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false", "AGNO_TELEMETRY": "false"}


def prepare_python(peer: str, folder: Path) -> Path:
    """The interpreter of a peer: this one when it needs no packages, else its own environment's, made if missing."""
    requirements = HERE / "peers" / f"{peer}.txt"
    if not requirements.is_file():
        return Path(sys.executable)
    home = folder / peer
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    mark = home / "installed.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if not mark.is_file() or mark.read_text(encoding="utf-8") != wanted:
        print(f"installing {peer} ...", file=sys.stderr)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--requirement", requirements], check=True)
        mark.write_text(wanted, encoding="utf-8")
    return python


def run_peer(peer: str, python: Path, folder: Path, wanted: argparse.Namespace) -> dict[str, Any]:
    """One round of a peer; its program's JSON."""
    sizes = ["--chains", wanted.chains, "--warm-up", wanted.warm_up, "--fan-outs", wanted.fan_outs]
    own = ("MOE_", "PYTHON", "OTEL_", "LANGCHAIN_", "LANGSMITH_", "AGNO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    done = subprocess.run(
        [python, "-P", HERE / "peers" / f"{peer}.py", *map(str, sizes)],
        env={**kept, **QUIET, "PYTHONPATH": str(HERE), "XDG_CONFIG_HOME": str(folder)},
        cwd=folder,
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        raise SystemExit(f"{peer} failed; what it said is above")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def summarise(rounds: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One row a way of a peer, from all its rounds."""
    for ways in zip(*(one["ways"] for one in rounds), strict=True):
        row = {key: value for key, value in ways[0].items() if key not in ("cpu_ms", "fan_out_ms")}
        row["package"] = rounds[0]["package"]
        row["cpu_ms"] = {calls: _condense([way["cpu_ms"][calls] for way in ways]) for calls in ways[0]["cpu_ms"]}
        row["fan_out_ms"] = _condense([way["fan_out_ms"] for way in ways])
        yield row


def _condense(rounds: Sequence[Sequence[float]]) -> dict[str, float]:
    return {"median": statistics.median(map(statistics.median, rounds)), "min": min(map(min, rounds))}


def add_ratios(rows: Sequence[dict[str, Any]]) -> None:
    """Hold every row's medians against those of bare asyncio and of LangGraph with its checkpointer."""
    by_name = {row["name"]: row for row in rows}
    for row in rows:
        for calls, spent in row["cpu_ms"].items():
            spent["per_call"] = spent["median"] / int(calls)
            for key, name in (("to_bare", BARE), ("to_langgraph", RIVAL)):
                if name in by_name:
                    spent[key] = spent["median"] / by_name[name]["cpu_ms"][calls]["median"]
        row["fan_out_ms"]["to_call"] = row["fan_out_ms"]["median"] / (1000 * FAN_OUT_SECONDS)


def print_tables(rows: Sequence[dict[str, Any]]) -> None:
    """Both tables, and what moe's record holds."""
    shapes = [str(WITHOUT_JOINS), str(WITH_JOINS)]
    print("CPU ms a chain: median (least), a call, and x times LangGraph with its checkpointer")
    print(f"{'':36}" + "".join(f"{calls + ' model calls':^36}" for calls in shapes) + "kept of a chain")
    for row in rows:
        cells = [_format_cpu(row["cpu_ms"][calls]) for calls in shapes]
        print(f"{row['name']:36}" + "".join(cells) + (row["recording"] or "-"))
    print(f"\n{FAN_OUT} parallel calls of {1000 * FAN_OUT_SECONDS:.0f} ms: wall ms, median (least), x times one call")
    for row in rows:
        fan_out = row["fan_out_ms"]
        print(f"{row['name']:36}{fan_out['median']:8.1f} ({fan_out['min']:.1f})  {fan_out['to_call']:.2f}x")
    for row in rows:
        if "events" in row:
            print(f"\n{row['name']}, counted in its record: events {row['events']}")
            print(f"{'':{len(row['name'])}}  of which model calls {row['model_calls_recorded']}")
    print("\n" + ", ".join(dict.fromkeys(row["package"] for row in rows if row["package"])))


def _format_cpu(spent: dict[str, float]) -> str:
    ratio = format(spent["to_langgraph"], ".2f") if "to_langgraph" in spent else "-"
    least = f"({spent['min']:.2f})"
    return f"{spent['median']:7.2f} {least:8} {1000 * spent['per_call']:6.0f} us {ratio:>6}x    "


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of frameworks around an instant model, side by side")
    parser.add_argument("--folder", type=Path, help="where the peers' environments are kept")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--chains", type=int, default=40, help="chains a round, way and shape")
    parser.add_argument("--warm-up", type=int, default=10)
    parser.add_argument("--fan-outs", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=PEERS, default=PEERS)
    parser.add_argument("--json", action="store_true", help="print JSON in place of the tables")
    wanted = parser.parse_args()
    with ExitStack() as stack:
        empty = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cache = wanted.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pythons = {peer: prepare_python(peer, cache.absolute()) for peer in PEERS if peer in wanted.only}
        found: dict[str, list[dict[str, Any]]] = {peer: [] for peer in pythons}
        for number in range(wanted.rounds):
            for peer, python in pythons.items():
                print(f"round {number + 1} of {wanted.rounds}: {peer}", file=sys.stderr)
                found[peer].append(run_peer(peer, python, empty, wanted))
    rows = [row for rounds in found.values() for row in summarise(rounds)]
    add_ratios(rows)
    if wanted.json:
        print(json.dumps(rows, indent=2))
    else:
        print_tables(rows)
        loads = ", ".join(f"{load:.1f}" for load in os.getloadavg())
        print(f"load averages at the end {loads} on {os.cpu_count()} cores; wall times need an idle machine")


if __name__ == "__main__":
    main()
