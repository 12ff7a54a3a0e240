"""Workers that are killed at random moments: what `kill.py --executor dbos-…` measures."""

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from moe.app import App
from moe.contracts.request import RunRequest
from moe.contracts.result import ObserverReport, RunResult
from moe.running.steps import RESULT
from moe_core.contracts.payloads import RunResumed
from moe_core.contracts.task import Status
from moe_core.contracts.wire import from_wire

WHOM = ("the planner's", "another's", "both")
PATIENCE_SECONDS = 300.0  # a run that has not ended by then is lost; at load all takes long
# The one note that tells of times, which no two runs share: who took most of them in models.
_TIMES = re.compile(r".+ took [0-9.]+ s of [0-9.]+ s in models\.")


class Fleet:
    """Two worker processes, each begun anew when it was killed."""

    def __init__(self, folder: Path, lease_seconds: float) -> None:
        self.folder = folder
        self.lease_seconds = lease_seconds
        self.processes: list[subprocess.Popen[bytes]] = []

    def fill(self) -> None:
        """Begin workers until there are two."""
        self.processes = [one for one in self.processes if one.poll() is None]
        while len(self.processes) < 2:
            command = [sys.executable, "-m", "moe", "--set", f"system.lease_seconds={self.lease_seconds}", "worker"]
            with (self.folder / "workers.log").open("ab") as log:
                self.processes.append(subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log))

    def is_complete(self, app: App) -> bool:
        """Whether both have joined."""
        joined = {one.lease.pid for one in app.workers.list_workers() if one.state == "live"}
        return all(process.pid in joined for process in self.processes)

    def kill(self, pids: list[int]) -> None:
        """SIGKILL."""
        for process in self.processes:
            if process.pid in pids:
                process.kill()
                process.wait()

    def close(self) -> None:
        """End all of them."""
        self.kill([process.pid for process in self.processes])


def wait_for(is_so: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> bool:
    """Whether something came about in time."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def measure(app: App, folder: Path, request: RunRequest, *, kills: int, seed: int, lease_seconds: float) -> None:
    """Kill, compare, print; when it is interrupted, what was seen until then."""
    chance, fleet, calls = random.Random(seed), Fleet(folder, lease_seconds), Path(os.environ["MOE_KILL_CALLS"])
    done = runs = others = gaps = repeated = under_way = lost = other_steps = 0
    delays: list[float] = []
    killed: Counter[str] = Counter()
    try:
        fleet.fill()
        undisturbed = asyncio.run(submit(app, request))
        assert wait_for(partial(has_ended, app, undisturbed)), "the undisturbed run does not end"
        expected = read_result(app, undisturbed)
        check_comparison(expected)
        while done < kills:
            fleet.fill()
            wait_for(partial(fleet.is_complete, app))
            calls.write_text("")
            run_id = asyncio.run(submit(app, request))
            wait_for(partial(has_begun, app, run_id))
            time.sleep(chance.uniform(0.0, 1.0))
            owner, whom = app.runs.get_run(run_id).pid, chance.choice(WHOM)
            pids = [process.pid for process in fleet.processes]
            chosen = {WHOM[0]: [owner], WHOM[1]: [pid for pid in pids if pid != owner], WHOM[2]: pids}[whom]
            was_over = app.runs.get_summary(run_id).status != "running"
            at = time.time()
            fleet.kill(chosen)
            done += len(chosen)
            killed[whom] += 1
            if whom == WHOM[2]:
                fleet.fill()
            if not wait_for(partial(has_ended, app, run_id)):
                lost += 1
                print(f"lost: {run_id} is {app.runs.get_summary(run_id).status}", flush=True)
                continue
            record = app.runs.get_run(run_id)
            resumed = [event.at for event in record.events if isinstance(event.data, RunResumed)]
            if whom == WHOM[0] and not was_over and len(resumed) > 1:
                delays.append(resumed[-1] - at)
            runs += 1
            others += record.result is None or bool(find_differences(from_wire(RunResult, record.result), expected))
            other_steps += count_other_steps(app, run_id, undisturbed)
            gaps += [event.sequence for event in record.events] != list(range(1, len(record.events) + 1))
            lines = [line.split() for line in calls.read_text().splitlines()]
            begun = Counter(key for what, key, _ in lines if what == "begun")
            ended = Counter(key for what, key, _ in lines if what == "ended")
            repeated += sum(begun.values()) - len(begun)
            under_way += sum(begun[key] - ended[key] for key in begun)
            print(f"\r{done} kills, {runs} runs", end="", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("\nit was interrupted")
    finally:
        fleet.close()
    print(f"{done} kills ({', '.join(f'{whom} {count}' for whom, count in killed.items())}) over {runs} runs")
    print(f"lost {lost}, other answers {others}, steps with another result {other_steps}, gaps {gaps}")
    print(f"calls made again {repeated}, under way {under_way}")
    if delays:
        told = sorted(delays)
        print(
            f"from the kill until a peer went on, lease {lease_seconds:g} s: {told[0]:.2f} to {told[-1]:.2f} s,"
            f" median {told[len(told) // 2]:.2f} s, {len(told)} times"
        )


def has_begun(app: App, run_id: str) -> bool:
    """Whether a worker does it."""
    return app.runs.get_summary(run_id).status == "running"


def has_ended(app: App, run_id: str) -> bool:
    """Whether it has an end on record."""
    return app.runs.get_summary(run_id).finished is not None


def read_result(app: App, run_id: str) -> RunResult:
    """What a run came to."""
    result = app.runs.get_run(run_id).result
    assert result is not None, f"{run_id} has no result"
    return from_wire(RunResult, result)


async def submit(app: App, request: RunRequest) -> str:
    """Queue a run; its id."""
    run_id = await app.submit(request)
    await app.executor.drain(seconds=0)
    return run_id


def compare(result: RunResult) -> tuple[object, ...]:
    """What must be the same of every run, byte for byte: answer, citations, status, and notes that tell no times."""
    notes = [note for note in result.observer.notes if not _TIMES.fullmatch(str(note["text"]))]
    return result.answer, result.citations, result.status, notes


def find_differences(result: RunResult, expected: RunResult) -> list[str]:
    """In what two runs of one question differ that must not."""
    names = ("answer", "citations", "status", "notes")
    pairs = zip(names, compare(result), compare(expected), strict=True)
    return [f"{name}: {one!r} is not {other!r}" for name, one, other in pairs if one != other]


def count_other_steps(app: App, run_id: str, expected_id: str) -> int:
    """Recorded answers of models that are not those which the undisturbed run has under the same name."""
    found, expected = (
        {step: outcome for step, outcome in app.runs.read_steps(one).items() if f":{RESULT}:" not in step}
        for one in (run_id, expected_id)
    )
    assert expected, "the undisturbed run has recorded nothing"
    return sum(found.get(step) != expected.get(step) for step in found.keys() | expected.keys())


def check_comparison(result: RunResult) -> None:
    """See that another result would be noticed, and that times alone are not.

    Args:
        result: With an answer and citations.
    """
    notes = result.observer.notes
    others = {
        "answer": replace(result, answer=result.answer[:-1]),
        "citations": replace(result, citations=result.citations[:-1]),
        "order of citations": replace(result, citations=result.citations[::-1]),
        "status": replace(result, status=Status.FAILED),
        "notes": replace(result, observer=ObserverReport(notes=(*notes, {"severity": "info", "text": "Another."}))),
    }
    for what, other in others.items():
        assert find_differences(other, result), f"another {what} is not noticed"
    timed = {"severity": "info", "text": "search took 6.1 s of 8.0 s in models."}
    assert not find_differences(replace(result, observer=ObserverReport(notes=(*notes, timed))), result)
