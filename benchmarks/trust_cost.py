"""CPU that trust and the checks of documents and quotes add to `moe run` over the example's folder.

    python benchmarks/trust_cost.py [--rounds 7 | --instructions]

Each round starts two programs, in turn the one and the other first: `moe run` as it is, and the same where no folder is
judged, no file is watched, no checksum is made and no quote is looked up again. User and system time of a process and
all its children; the last line is the ratio of the medians, and of the least of each. With `--instructions` one run of
each is counted by valgrind, which load does not change.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from instructions import count_instructions, require_valgrind

ROOT = Path(__file__).parents[1]
QUESTION = "Who engineered the restoration of the tidal mill?"
RUN = "import sys; from moe.cli.main import main; sys.exit(main())"
WITHOUT = """
import moe.app
import moe.knowledge.index.update.builder as builder
import moe.knowledge.library as library
import moe.running.run as run
from moe.contracts.trust import TrustState, TrustVerdict

moe.app.judge_folder = lambda folder, *_, **__: TrustVerdict(folder=folder, brings=(), state=TrustState.TRUSTED)
library.stamp_files = lambda paths: {}
builder.sum_document = lambda *_, **__: 0
builder.sum_passage = lambda passage: 0
run.scrutinise = lambda outcome, library, gaps: outcome
run.find_changes = lambda library, citations: ()
"""


def make_environment(folder: Path) -> dict[str, str]:
    """A home of its own, and no model server."""
    return {
        "HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
        "OLLAMA_HOST": "127.0.0.1:1",
        "PYTHONHASHSEED": "0",
    }


def make_arguments(program: str, folder: Path) -> list[str]:
    """What Python is started with."""
    return ["-c", program, *ROOM, "run", QUESTION, "--docs", str(folder / "harbour"), "--deadline", "3600"]


def measure(program: str, folder: Path) -> float:
    """Seconds of CPU of one run."""
    environ, command = make_environment(folder), [sys.executable, *make_arguments(program, folder)]
    before = os.times()
    subprocess.run(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


# Under valgrind a process takes fifty times as long and needs addresses of its own.
ROOM = ("--set", "system.documents.seconds=3600", "--set", "system.documents.memory_megabytes=16000")
PROGRAMS = {"with": RUN, "without": WITHOUT + RUN}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--instructions", action="store_true", help="count them with valgrind; takes minutes")
    arguments = parser.parse_args()
    if arguments.instructions:
        compare_instructions()
    else:
        compare_seconds(arguments.rounds)


def compare_instructions() -> None:
    """One run of each, after one that writes bytecode and what is kept of plugins."""
    require_valgrind()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(ROOT / "examples" / "harbour", folder / "harbour")
        counts = {}
        for name, program in PROGRAMS.items():
            measure(program, folder)
            counts[name] = count_instructions(make_arguments(program, folder), make_environment(folder), folder)
            print(f"{name:8} {counts[name]:,.0f} million instructions", flush=True)
    print(f"with trust and checks: {counts['with'] / counts['without']:.3f} of without")


def compare_seconds(rounds: int) -> None:
    """Rounds of both, in turn the one and the other first."""
    seconds: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        shutil.copytree(ROOT / "examples" / "harbour", folder / "harbour")
        for number in range(rounds + 1):
            for name in sorted(PROGRAMS, reverse=bool(number % 2)):
                taken = measure(PROGRAMS[name], folder)
                if number:  # the first of each writes bytecode and what is kept of plugins
                    seconds[name].append(taken)
    for name, taken in seconds.items():
        print(f"{name:8} median {statistics.median(taken):.3f} s, least {min(taken):.3f} s of CPU")
    median, least = (function(seconds["with"]) / function(seconds["without"]) for function in (statistics.median, min))
    print(f"with trust and checks: {median:.3f} of without by medians, {least:.3f} by the least")


if __name__ == "__main__":
    main()
