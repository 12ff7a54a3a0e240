"""Commands that are told to stop, or killed, at random moments of their whole length: what they leave behind.

    python benchmarks/interruptions.py [--signals 60] [--kills 60] [--seed 1]

Signals (SIGINT, SIGTERM, SIGHUP in turn) go to the foreground of a pseudo-terminal on which `moe run` reads documents
and answers. Wrong are: a cursor that stays hidden, a process that goes on, a run that the record has as going on or
with a gap in its events, another exit code than the signal's, and a traceback. A signal that comes before moe has
begun ends Python as it likes, and is counted apart.

Kills (SIGKILL) hit `moe index add`, `moe run` and changes of personas. Wrong are: processes that go on, a record with a
gap or that cannot be read, an index that `moe index verify` or the next `moe index add` refuses, personas that cannot
be read. Linux only: processes are found in /proc.
"""

import argparse
import json
import os
import pty
import random
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

ROOT = Path(__file__).parent.parent
HARBOUR = ROOT / "examples" / "harbour"
QUESTION = "Who restored the tidal mill?"
HIDDEN, SHOWN = b"\x1b[?25l", b"\x1b[?25h"
END_SECONDS = 20.0  # far more than an end takes, on a busy machine too
_MEASURED_EVERY = 6
OVER = "was over"  # before its signal came, as others kept the machine less busy than when the length was told
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
MOE = [sys.executable, "-m", "moe"]


class Place:
    """A user, and a project with documents, in a folder that goes away."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.mark = str(folder)
        shutil.copytree(HARBOUR, self.project / "docs")
        kept = {name: value for name, value in os.environ.items() if "KEY" not in name and not name.startswith("MOE_")}
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "XDG_DATA_HOME": str(folder / "data")}
        own = {"MOE_TRUST": "/", "OLLAMA_HOST": "127.0.0.1:1", "PYTHONPATH": str(ROOT), "INTERRUPTED_IN": self.mark}
        self.environment = {**kept, **home, **own, "TERM": "xterm-256color"}

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*MOE, *arguments], cwd=self.project, env=self.environment, capture_output=True, text=True, check=False
        )

    def find_processes(self) -> list[int]:
        """Those that were started here and go on, once they have had their time to end."""
        until = time.monotonic() + END_SECONDS
        while (found := list(self._list_processes())) and time.monotonic() < until:
            time.sleep(0.05)
        return found

    def _list_processes(self) -> Iterator[int]:
        wanted = f"INTERRUPTED_IN={self.mark}\0".encode()
        for entry in Path("/proc").iterdir():
            with suppress(OSError):
                if entry.name.isdigit() and wanted in (entry / "environ").read_bytes():
                    yield int(entry.name)

    def find_faults_of_record(self) -> Iterator[str]:
        """What is wrong with the runs that are recorded."""
        path = self.project / ".moe" / "runs.db"
        if not path.exists():
            return
        listed = self.run("runs", "list", "--json")
        if listed.returncode:
            yield f"runs list: {listed.stderr}"
            return
        for run in json.loads(listed.stdout):
            shown = self.run("runs", "show", run["run_id"], "--json")
            if shown.returncode:
                yield f"runs show: {shown.stderr}"
                continue
            events = json.loads(shown.stdout)["events"]
            if [event["sequence"] for event in events] != list(range(1, len(events) + 1)):
                yield "a gap in the events"
            if run["status"] == "running":
                yield "a run that goes on"
        with closing(sqlite3.connect(path)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                yield "a damaged database"


def run_in_terminal(place: Place, arguments: list[str], number: int, delay: float) -> tuple[int | None, bytes]:
    """The exit code, None when it did not end, and all that was written to the terminal."""
    pid, master = pty.fork()
    if pid == 0:
        for signalled in SIGNALS:  # a shell's background, and nohup, have them ignored
            signal.signal(signalled, signal.SIG_DFL)
        os.chdir(place.project)
        os.execve(sys.executable, [*MOE, *arguments], place.environment)
    written, began, is_sent = b"", time.monotonic(), False
    while time.monotonic() < began + delay + END_SECONDS:
        if not is_sent and time.monotonic() >= began + delay:
            is_sent = True
            with suppress(ProcessLookupError):
                os.killpg(pid, number)
        if select.select([master], [], [], 0.005)[0]:
            try:
                written += os.read(master, 65536)
            except OSError:  # the terminal's last user has ended
                break
    os.close(master)
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), written
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None, written


def try_signal(number: signal.Signals, share: float, seconds: float) -> tuple[str, list[str]]:
    """How a run ended that was sent a signal after that share of its length, and what is wrong with that."""
    with tempfile.TemporaryDirectory(prefix="moe-interrupted-") as folder:
        place = Place(Path(folder))
        code, written = run_in_terminal(place, ["run", QUESTION, "--docs", "docs"], number, share * seconds)
        faults = [f"process {pid} goes on" for pid in place.find_processes()]
        has_record = (place.project / ".moe" / "runs.db").exists()
        if code is None:
            faults.append("no end")
        elif code not in (0, 128 + number) and (has_record or code not in (-number, 1)):
            faults.append(f"exit {code}")
        if written.rfind(HIDDEN) > written.rfind(SHOWN):
            faults.append("a hidden cursor")
        is_early = code is not None and (code < 0 or b"KeyboardInterrupt" in written) and not has_record
        if b"Traceback" in written and not is_early:
            faults.append("a traceback")
        faults += place.find_faults_of_record()
        how = "ended before moe began" if is_early else OVER if code == 0 else "was stopped"
        return how, faults


def kill(place: Place, arguments: list[str], delay: float) -> bool:
    """Whether a command still went on when it was killed."""
    process = subprocess.Popen(
        [*MOE, *arguments],
        cwd=place.project,
        env=place.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    time.sleep(delay)
    process.kill()
    return process.wait() == -signal.SIGKILL


def check_index(place: Place) -> Iterator[str]:
    """What is wrong with an index whose making was cut off."""
    if (place.project / ".moe" / "index" / "CURRENT").exists() or place.run("index", "status").returncode == 0:
        verified = place.run("index", "verify")
        if verified.returncode:
            yield f"index verify: {verified.stdout}{verified.stderr}"
    for arguments in (("index", "add", "docs"), ("index", "verify"), ("run", QUESTION)):
        done = place.run(*arguments)
        if done.returncode:
            yield f"{' '.join(arguments)}: {done.stderr}"


def check_record(place: Place) -> Iterator[str]:
    yield from place.find_faults_of_record()


def check_personas(place: Place) -> Iterator[str]:
    """What is wrong with personas whose change was cut off."""
    for arguments in (
        ("personas", "list", "--json"),
        ("personas", "show", "sceptic", "--json"),
        ("personas", "history"),
    ):
        done = place.run(*arguments)
        if done.returncode or "left aside" in done.stderr:
            yield f"{' '.join(arguments)}: {done.stderr}"


KILLED: dict[str, tuple[list[str], Callable[[Place], Iterator[str]]]] = {
    "index add": (["index", "add", "docs"], check_index),
    "run": (["run", QUESTION, "--docs", "docs"], check_record),
    "personas edit": (["personas", "edit", "sceptic", "--trait", "depth=7"], check_personas),
    "personas demote": (["personas", "demote", "sceptic"], check_personas),
}


def try_kill(name: str, share: float, seconds: float) -> tuple[bool, list[str]]:
    """Whether a command was killed once that share of its length was over, and what is wrong after that."""
    arguments, check = KILLED[name]
    with tempfile.TemporaryDirectory(prefix="moe-interrupted-") as folder:
        place = Place(Path(folder))
        if name.startswith("personas"):
            place.run("personas", "edit", "sceptic", "--trait", "depth=6")  # a change is there to be lost
        is_hit = kill(place, arguments, share * seconds)
        faults = [f"process {pid} goes on" for pid in place.find_processes()]
        return is_hit, faults + list(check(place))


def measure(*arguments: str, known: dict[tuple[str, ...], tuple[int, float]]) -> float:
    """How long a command takes here, told anew every few times: others may keep the machine busy."""
    times, seconds = known.get(arguments, (0, 0.0))
    if times % _MEASURED_EVERY:
        known[arguments] = times + 1, seconds
        return seconds
    with tempfile.TemporaryDirectory(prefix="moe-interrupted-") as folder:
        place = Place(Path(folder))
        began = time.monotonic()
        done = place.run(*arguments)
        if done.returncode:
            raise SystemExit(done.stderr)
        seconds = time.monotonic() - began
        known[arguments] = times + 1, seconds
        return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signals", type=int, default=60)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    rng, wrong = random.Random(wanted.seed), 0
    how: Counter[str] = Counter()
    known: dict[tuple[str, ...], tuple[int, float]] = {}
    while how.total() - how[OVER] < wanted.signals and how[OVER] <= 2 * wanted.signals:
        number = SIGNALS[how.total() % len(SIGNALS)]
        share = rng.random()
        ended, faults = try_signal(number, share, measure("run", QUESTION, "--docs", "docs", known=known))
        how[ended] += 1
        if ended == OVER:
            known.clear()
        wrong += bool(faults)
        for fault in faults:
            print(f"{number.name} at {share:.2f}: {fault}", flush=True)
    print(f"{how.total()} signals ({', '.join(f'{n} {what}' for what, n in how.items())}): {wrong} ended wrongly")
    spoiled = over = 0
    hits: Counter[str] = Counter()
    while hits.total() < wanted.kills and over <= 2 * wanted.kills:
        name = min(KILLED, key=lambda name: hits[name])
        share = rng.random()
        is_hit, faults = try_kill(name, share, measure(*KILLED[name][0], known=known))
        hits[name] += is_hit
        if not is_hit:
            over += 1
            known.clear()
        spoiled += bool(faults)
        for fault in faults:
            print(f"{name} at {share:.2f}: {fault}", flush=True)
    told = ", ".join(f"{n} of {name}" for name, n in hits.items())
    print(f"{hits.total()} kills ({told}; {over} came too late): {spoiled} left something unsound")
    return 1 if wrong or spoiled else 0


if __name__ == "__main__":
    sys.exit(main())
