"""Tries moe's doors with what nobody would type: no traceback, no "this is a bug", no hang, whatever comes.

    python tests/fuzz/fuzz.py [--seconds 600] [--seed 1] [--workers 2] [--only NUMBER]

Every attempt has a number, and follows from seed and number alone: `--only` makes one again and shows all of it.
"""

import argparse
import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
HANG_SECONDS = 90.0  # an attempt has deadlines of 10 to 120 s; most take a fraction of one
PATH = [str(HERE.parents[1]), *(str(HERE.parent / name) for name in ("servers", "support")), str(HERE)]


class Worker:
    """A process that makes every n-th attempt; begun again behind the attempt that ended it.

    Attributes:
        made: Attempts by door.
        problems: (number, door, arguments, what is wrong).
    """

    def __init__(self, seed: int, first: int, step: int) -> None:
        self.made: Counter[str] = Counter()
        self.problems: list[tuple[int, str, list[str], str]] = []
        self._seed, self._step = seed, step
        self._next = first
        self._last: dict = {}
        self._began = time.monotonic()
        self._start()

    def fileno(self) -> int:
        return self._process.stdout.fileno()

    def read(self) -> None:
        """Take in one line, or the end of the process."""
        line = self._process.stdout.readline()
        self._began = time.monotonic()
        if not line:
            self._fail(f"the process ended with {self._process.wait()}")
            return
        told = json.loads(line)
        if "begins" in told:
            self._last, self._next = told, told["begins"] + self._step
            return
        self.made[self._last["door"]] += 1
        if told["problem"]:
            self._note(told["problem"])

    def look_at_clock(self) -> None:
        """End an attempt that hangs."""
        if time.monotonic() - self._began > HANG_SECONDS:
            self._process.kill()
            self._fail(f"no end within {HANG_SECONDS:g} s")

    def stop(self) -> None:
        self._process.kill()
        self._end()

    def _start(self) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process
        script = f"import sys; sys.path[:0] = {PATH!r}; import attempts; attempts.main()"
        command = [sys.executable, "-c", script, str(self._seed), str(self._next), str(self._step)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._errors)
        self._began = time.monotonic()

    def _end(self) -> None:
        self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def _fail(self, problem: str) -> None:
        self._errors.seek(0)
        words = self._errors.read()[-3000:].decode("utf-8", "replace")
        self._end()
        if not self._last:
            raise SystemExit(f"no attempt could be made: {problem}\n{words}")
        self._note(f"{problem}\n{words}")
        self._start()

    def _note(self, problem: str) -> None:
        last = self._last
        self.problems.append((last["begins"], last["door"], last["arguments"], problem))
        print(f"\nattempt {last['begins']}, {last['door']}: moe {last['arguments']}\n{problem}", flush=True)


def fuzz(*, seconds: float, seed: int, workers: int) -> int:
    """Try for so long; how many problems there were."""
    until = time.monotonic() + seconds
    crew = [Worker(seed, first, workers) for first in range(workers)]
    try:
        while time.monotonic() < until:
            for worker in select.select(crew, [], [], 1.0)[0]:
                worker.read()
            for worker in crew:
                worker.look_at_clock()
    finally:
        for worker in crew:
            worker.stop()
    made: Counter[str] = sum((worker.made for worker in crew), Counter())
    problems = sum(len(worker.problems) for worker in crew)
    print(
        f"seed {seed}: {made.total()} attempts ({', '.join(f'{n} {door}' for door, n in sorted(made.items()))})", end=""
    )
    print(f", {problems} problems")
    return problems


def show(seed: int, number: int) -> None:
    """Make one attempt again, with all that it is and the tracebacks that it would not show."""
    os.environ["MOE_DEBUG"] = "1"
    sys.path[:0] = PATH
    attempts = __import__("attempts")
    for told in attempts.make_attempts(seed, number, 1):
        print(json.dumps(told))
        if "ended" in told:
            print(told["problem"] or "nothing is wrong")
            return


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", type=int, help="the number of the one attempt to make")
    wanted = parser.parse_args()
    if wanted.only is not None:
        show(wanted.seed, wanted.only)
        return 0
    return 1 if fuzz(seconds=wanted.seconds, seed=wanted.seed, workers=wanted.workers) else 0


if __name__ == "__main__":
    sys.exit(main())
