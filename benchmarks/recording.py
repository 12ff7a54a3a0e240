"""What recording costs: CPU of a run of 100 events of about 300 bytes, with and without a recorder.

    python benchmarks/recording.py [--rounds 60]

CPU is user + system time of the whole process, all threads (time.process_time), so the writing thread counts. Each
round makes one run (start, 100 events, finish); runs with and without a recorder take turns, and the median of the
rounds is printed, with the difference in ms. Three cases:
    one store     the runs share an open store, as in a server; a run's events come at once
    fresh store   each run opens a store and closes it, as one command does; SQLite is already imported
    spread        as "one store", but 5 ms pass after each tenth event, so that a run makes several batches
The last line is what a first use pays once a process: importing SQLite.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from moe.contracts.runs import RunStart
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.event import Event
from moe_core.contracts.tool_payloads import ToolFailed
from moe_core.contracts.wire import encode_json

EVENTS = 100
DATA = ToolFailed(tool="search", error="tool", message="The mill at the head of the creek was rebuilt in 1794. " * 2)


def make_event(run_id: str, sequence: int) -> Event:
    return Event(
        run_id=run_id,
        correlation_id="6f1c1c5e-4a55-4a0e-9a0a-0f2f2a9f6d11",
        sequence=sequence,
        at=time.time(),
        kind=DATA.kind,
        task_id=f"{run_id}/1/2",
        agent="search",
        data=DATA,
    )


def run_events(run_id: str, listener: Callable[[Event], None], pause: float) -> None:
    for sequence in range(1, EVENTS + 1):
        listener(make_event(run_id, sequence))
        if pause and sequence % 10 == 0:
            time.sleep(pause)


def run_bare(run_id: str, pause: float) -> None:
    kept: list[Event] = []
    run_events(run_id, kept.append, pause)


def run_recorded(store: RunStore, run_id: str, pause: float) -> None:
    store.start(
        RunStart(run_id=run_id, correlation_id="c", question="Who rebuilt it?", started=time.time(), pid=os.getpid())
    )
    run_events(run_id, store.append, pause)
    failure = store.finish(run_id, "done", '{"answer": ""}')
    if failure is not None:
        raise failure


def measure(work: Callable[[], None]) -> float:
    before = time.process_time()
    work()
    return (time.process_time() - before) * 1000


def compare(folder: Path, name: str, rounds: int, *, pause: float = 0.0, is_fresh: bool = False) -> None:
    workspace = open_workspace(folder / name.replace(" ", "-"))
    shared = RunStore(workspace)

    def record(run_id: str) -> None:
        if is_fresh:
            with RunStore(workspace) as store:
                run_recorded(store, run_id, pause)
        else:
            run_recorded(shared, run_id, pause)

    record("warm-up")
    run_bare("warm-up", pause)
    with_recorder, without = [], []
    for number in range(rounds):
        run_id = f"20261121-{number:06}"
        without.append(measure(lambda run_id=run_id: run_bare(run_id, pause)))
        with_recorder.append(measure(lambda run_id=run_id: record(run_id)))
    shared.close()
    bare, recorded = statistics.median(without), statistics.median(with_recorder)
    print(f"{name:12} {recorded:7.2f} {bare:7.2f} {recorded - bare:+7.2f}")


def measure_import() -> float:
    code = (
        "import time, moe.storage.runs; t = time.process_time(); import moe.storage.database;"
        "print((time.process_time() - t) * 1000)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(5)]
    return min(float(out) for out in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of recording a run of 100 events")
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    size = len(encode_json(make_event("20261121-000000", 1)))
    print(f"{EVENTS} events of {size} bytes a run, median of {rounds} rounds, CPU ms (user + system, all threads)")
    print(f"{'':12} {'with':>7} {'bare':>7} {'cost':>7}")
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), "one store", rounds)
        compare(Path(folder), "fresh store", rounds, is_fresh=True)
        compare(Path(folder), "spread", rounds, pause=0.005)
    print(f"importing SQLite, once a process: {measure_import():.0f} ms (least of 5)")


if __name__ == "__main__":
    main()
