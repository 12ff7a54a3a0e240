"""What it costs to keep every step's outcome in the default install: the 21-call chain with steps kept and without.

    python benchmarks/checkpoint_cost.py [--rounds 40]

Both record all events in a file, as a run did before there were steps; one also keeps the outcome of each step and of
each task, so that a run can be gone on with. Runs of both kinds take turns in one process, so that load tells on both
alike. Printed: CPU ms a chain of all threads, the recorder's included, and the ratio of the sums (bar: 1.10).
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

import wide_run

from moe.app import App
from moe.running import context


def measure(app: App, *, keeps_steps: bool) -> float:
    """CPU ms of one chain, until its record is on disk."""
    is_worth_keeping = context.is_worth_keeping
    if not keeps_steps:
        context.is_worth_keeping = lambda *_: False
    began = time.process_time()
    try:
        result = asyncio.run(app.run(wide_run.REQUEST))
    finally:
        context.is_worth_keeping = is_worth_keeping
    spent = 1000 * (time.process_time() - began)
    assert result.status == "done", result.error
    assert bool(app.runs.read_steps(result.run_id)) == keeps_steps
    return spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"MOE_TRUST": "/", "HOME": name, "XDG_CONFIG_HOME": name, "OLLAMA_HOST": "127.0.0.1:1"}
        app = App.open(wide_run.make_project(Path(name) / "project", list(wide_run.CHAIN), 0.0))
        spent: dict[bool, list[float]] = {True: [], False: []}
        for number in range(-3, rounds):
            for keeps_steps in (True, False) if number % 2 else (False, True):
                one = measure(app, keeps_steps=keeps_steps)
                if number >= 0:
                    spent[keeps_steps].append(one)
        app.close()
    kept, without = spent[True], spent[False]
    medians = [statistics.median(one) for one in (kept, without)]
    print(f"CPU ms a chain, median: {medians[0]:.2f} with steps kept, {medians[1]:.2f} with events alone")
    print(f"ratio of the sums {sum(kept) / sum(without):.3f}; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
