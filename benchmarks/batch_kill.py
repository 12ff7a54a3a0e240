"""A batch of questions that is killed again and again: whether each line is answered once, and with one answer.

    python benchmarks/batch_kill.py [--lines 500] [--kills 10] [--parallel 2] [--seed 1]

The questions of examples/questions.jsonl, over and over, are asked of examples/harbour by `moe batch`, in processes
that are killed with SIGKILL after a random number of further results and started again with the same command. Printed:
kills; lines of results; lines that are missing; lines that are there twice; questions whose lines differ in their
answers; seconds.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
POLL_SECONDS = 0.02


def read_results(path: Path) -> list[dict]:
    """The whole lines."""
    content = path.read_bytes() if path.exists() else b""
    return [json.loads(line) for line in content.split(b"\n")[:-1] if line]


def count_lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=500)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--parallel", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    known = [json.loads(line)["question"] for line in (ROOT / "examples" / "questions.jsonl").read_text().splitlines()]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "questions.txt").write_text("".join(f"{known[n % len(known)]}\n" for n in range(arguments.lines)))
        out = folder / "results.jsonl"
        command = [sys.executable, "-m", "moe", "--project", name, "batch", "questions.txt", "--out", "results.jsonl"]
        command += ["--docs", str(ROOT / "examples" / "harbour"), "--parallel", str(arguments.parallel), "--quiet"]
        environ = {**os.environ, "HOME": name, "PYTHONPATH": str(ROOT), "MOE_TRUST": "/"}
        started, kills = time.monotonic(), 0
        while True:
            child = subprocess.Popen(command, cwd=folder, env=environ)
            until = count_lines(out) + chance.randint(1, max(1, arguments.lines // arguments.kills - 5))
            while child.poll() is None and (kills == arguments.kills or count_lines(out) < until):
                time.sleep(POLL_SECONDS)
            if child.poll() is not None:
                break
            time.sleep(chance.random() * 0.3)
            child.kill()
            child.wait()
            kills += 1
        results = read_results(out)
        lines = Counter(result["line"] for result in results)
        answers = defaultdict(set)
        for result in results:
            answers[result["question"]].add(result["answer"])
        print(f"exit code                 {child.returncode}")
        print(f"kills                     {kills}")
        print(f"lines of results          {len(results)}")
        print(f"missing                   {arguments.lines - len(lines)}")
        print(f"there twice               {sum(times > 1 for times in lines.values())}")
        print(f"questions, two answers    {sum(len(found) > 1 for found in answers.values())} of {len(answers)}")
        print(f"seconds                   {time.monotonic() - started:.0f}")


if __name__ == "__main__":
    main()
