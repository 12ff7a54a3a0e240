"""What keeping prompts and replies costs a run: its CPU with that, beside the same run's without.

    python benchmarks/exchange_record.py [--rounds 60]

The runs are those of benchmarks/orchestration, 26 calls of a model that answers at once, every event recorded; over no
documents, and over those of examples/harbour. Both ways take turns in one process, all of whose threads count
(time.process_time); the figure is the median over rounds of one beside the other. Beside a model that takes any time
of its own the share is smaller.
"""

import argparse
import asyncio
import shutil
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

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
WARM, BAR = 5, 0.05


class BothBelters(RunEnvironment):
    """An environment in which every request goes to the same two Belters, so that a plan is asked for."""

    def route(self, request: RunRequest, *, has_documents: bool) -> Route:
        """The Belters of the benchmark."""
        return FIXED


async def make_way(folder: Path, docs: tuple[str, ...], *, is_kept: bool) -> Callable[[], Awaitable[None]]:
    """A run over a project of its own, its documents read before."""
    project = Path(shutil.copytree(PROJECT, folder / f"project-{is_kept}"))
    overrides = {"system.record_prompts": is_kept, "providers.providers": {"instant": {"options": OPTIONS}}}
    app = App.open(project, overrides=overrides, environ={"MOE_TRUST": "/"})
    environment = BothBelters.build(app.registry, app.config, store=app.runs, index=app.index.store)
    request = RunRequest(question=QUESTION, docs=docs)
    library = await app.read_library(docs)

    async def run() -> None:
        result = await Run(environment, request, library=library).finish()
        if result.status is not Status.DONE:
            raise SystemExit(f"not done: {result.error}")

    return run


async def compare(docs: tuple[str, ...], rounds: int) -> tuple[float, float]:
    """The median CPU of a run without, in milliseconds; the median of what keeping makes of it, as a share."""
    with tempfile.TemporaryDirectory() as folder:
        ways = [await make_way(Path(folder), docs, is_kept=is_kept) for is_kept in (False, True)]
        took: list[list[float]] = [[], []]
        for number in range(WARM + rounds):
            for place in (0, 1) if number % 2 else (1, 0):
                began = time.process_time()
                await ways[place]()
                took[place].append(time.process_time() - began)
    without, kept = (times[WARM:] for times in took)
    return statistics.median(without) * 1000, statistics.median(b / a for a, b in zip(without, kept, strict=True)) - 1


def main() -> None:
    """Print a line a kind of run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=60)
    wanted = parser.parse_args()
    for name, docs in (("no documents", ()), ("examples/harbour", (str(ROOT / "examples" / "harbour"),))):
        milliseconds, more = asyncio.run(compare(docs, wanted.rounds))
        print(f"{name:>17}: {milliseconds:.1f} ms of CPU a run; {more:+.1%} with what is said kept (bar {BAR:.0%})")


if __name__ == "__main__":
    main()
