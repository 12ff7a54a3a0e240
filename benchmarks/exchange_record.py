"""What keeping prompts and replies costs a run: instructions with it, beside those without.

    python benchmarks/exchange_record.py [--runs 10]

The runs are those of benchmarks/orchestration, 26 calls of a model that answers at once, every event recorded; over no
documents, and over those of examples/harbour. Counted by valgrind, in one process each, its first three runs left out
by the difference of two lengths. A model that takes any time of its own makes the share smaller.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from instructions import count_instructions, require_valgrind

from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.environment import RunEnvironment
from moe.running.run import Run
from moe_core.contracts.route import Route
from moe_core.contracts.task import Status

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "benchmarks" / "orchestration" / "project"
QUESTION = "Research who restored the tidal mill, and what it cost"
OPTIONS = {"hands": [4, 4, 4, 4], "seconds": 0}
FIXED = Route(route="research", belters=("research", "analysis"), scores={}, runner_up="", why="both are asked for")
WARM, BAR = 3, 0.05


class BothBelters(RunEnvironment):
    """An environment in which every request goes to the same two Belters, so that a plan is asked for."""

    def route(self, request: RunRequest, *, has_documents: bool) -> Route:
        """The Belters of the benchmark."""
        return FIXED


def work(project: Path, runs: int, docs: tuple[str, ...], *, is_kept: bool) -> None:
    """So many runs in this process."""
    overrides = {"system.record_prompts": is_kept, "providers.providers": {"instant": {"options": OPTIONS}}}
    app = App.open(project, overrides=overrides, environ={"MOE_TRUST": "/"})
    request = RunRequest(question=QUESTION, docs=docs)
    environment = BothBelters.build(app.registry, app.config, store=app.runs, index=app.index.store)

    async def run_all() -> None:
        for _ in range(runs):
            result = await Run(environment, request).finish()
            if result.status is not Status.DONE:
                raise SystemExit(f"not done: {result.error}")

    asyncio.run(run_all())
    app.close()


def count(runs: int, docs: tuple[str, ...], *, is_kept: bool) -> float:
    """Millions of instructions of a process with so many runs, over a project of its own."""
    with tempfile.TemporaryDirectory() as folder:
        project = shutil.copytree(PROJECT, Path(folder) / "project")
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
        arguments = [__file__, "--work", str(project), "--runs", str(runs), *(["--kept"] if is_kept else [])]
        return count_instructions([*arguments, "--docs", *docs], environment, Path(folder))


def main() -> None:
    """Print a line a kind of run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--kept", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--docs", nargs="*", default=[], help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.work:
        work(wanted.work, wanted.runs, tuple(wanted.docs), is_kept=wanted.kept)
        return
    require_valgrind()
    for name, docs in (("no documents", ()), ("examples/harbour", (str(ROOT / "examples" / "harbour"),))):
        without, kept = (
            (count(WARM + wanted.runs, docs, is_kept=is_kept) - count(WARM, docs, is_kept=is_kept)) / wanted.runs
            for is_kept in (False, True)
        )
        more = kept / without - 1
        print(f"{name:>17}: {without:.1f} M instructions a run, {kept:.1f} with it: {more:+.1%} (bar {BAR:.0%})")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
