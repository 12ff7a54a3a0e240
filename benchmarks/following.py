"""How soon somebody who follows a run from another process sees what happens in it.

    python benchmarks/following.py [--events 200] [--database postgresql://…]

A second process records an event each 50 ms, with the time at which it was handed to the recorder. This one follows
the run as `moe runs watch` does, and notes when each event came: printed are the median, the 95th percentile and the
greatest time between the two, in ms. Without --database the record is a file of SQLite. What the recorder waits for,
so that several events go to the disk together (15 ms), is part of it. The last line is the CPU that following took, as
a share of the time.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from moe.contracts.runs import RunStart
from moe.running.live import LiveRuns, follow_run
from moe.storage.runs import RunStore
from moe.storage.workspace import open_workspace
from moe_core.contracts.event import Event
from moe_core.contracts.payloads import ObserverNote

GAP_SECONDS = 0.05
RUN = "followed"


def record(folder: str, database: str, events: int) -> None:
    """What the second process does."""
    with RunStore(open_workspace(Path(folder)), database=database) as store:
        store.append(make_event(1))
        store.flush()
        print("begun", flush=True)
        sys.stdin.readline()
        for sequence in range(2, events + 2):
            time.sleep(GAP_SECONDS)
            store.append(make_event(sequence))
        time.sleep(GAP_SECONDS)
        store.finish(RUN, "done", "{}")


def make_event(sequence: int) -> Event:
    note = ObserverNote(severity="note", text="something happened")
    return Event(run_id=RUN, correlation_id="c", sequence=sequence, at=time.time(), kind=note.kind, data=note)


async def follow(store: RunStore, process: "subprocess.Popen[str]") -> list[float]:
    """The seconds that each event took."""
    taken = []
    async for event in follow_run(RUN, live=LiveRuns(), store=store):
        if event.sequence == 1:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        else:
            taken.append(time.time() - event.at)
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--database", default="")
    parser.add_argument("--record", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.record:
        record(options.record, options.database, options.events)
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        RunStore(open_workspace(Path(folder)), database=options.database) as store,
    ):
        command = [sys.executable, __file__, "--record", folder, "--events", str(options.events)]
        command += ["--database", options.database] if options.database else []
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            store.delete([RUN])
            store.start(RunStart(run_id=RUN, correlation_id="c", question="q", started=time.time(), pid=process.pid))
            store.flush()
            assert process.stdout is not None
            process.stdout.readline()
            began, cpu = time.monotonic(), time.process_time()
            taken = sorted(asyncio.run(follow(store, process)))
            share = (time.process_time() - cpu) / (time.monotonic() - began)
        store.delete([RUN])
    print(f"{'server' if options.database else 'file'}: {len(taken)} events")
    for name, value in (
        ("median", taken[len(taken) // 2]),
        ("95 %", taken[int(len(taken) * 0.95)]),
        ("most", taken[-1]),
    ):
        print(f"  {name:<7} {1000 * value:6.1f} ms")
    print(f"  CPU     {100 * share:6.1f} % of a core")


if __name__ == "__main__":
    main()
