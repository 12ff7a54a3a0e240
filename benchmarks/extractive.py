"""CPU of an extractive run over an opened index, in process, warm.

    python benchmarks/extractive.py [--questions 40] [--rounds 5] [--record] [--profile]

It makes a folder of synthetic documents, indexes it and asks each question with the embedded provider. CPU is user +
system time of all threads (time.process_time); printed are the median and the least milliseconds a run, and what making
the walked graph costs, which each run with --record keeps of one search. To compare two trees, start it with the Python
of each in turn: `TREE/.venv/bin/python benchmarks/extractive.py`.
"""

import argparse
import asyncio
import cProfile
import pstats
import statistics
import tempfile
import time
from pathlib import Path

from moe.app import App
from moe.contracts.request import RunRequest
from moe.running.citing.walked_graph import describe_walked

PLACES = ("Pell", "Skerry", "Brook", "Harrow", "Linden", "Marsh", "Ashby", "Colne", "Dunmore", "Fenwick")
TRADES = ("mill", "chapel", "bridge", "harbour", "library", "school")
FOUND = 8  # passages: what a Drummer's search finds
ASKED = ("What did the restoration of the {0} {1} cost?", "Who restored the {0} {1}?", "When was the {0} {1} built?")


def write_documents(folder: Path) -> list[str]:
    """One file a building; the questions that they answer."""
    questions = []
    for number, (place, trade) in enumerate((place, trade) for place in PLACES for trade in TRADES):
        text = (
            f"The {place} {trade} was built in {1700 + number}. It stands at the head of the creek, by the inn.\n\n"
            f"The restoration of the {place} {trade} cost {30 + number},000 euros. "
            f"Ada {PLACES[number % 7]} restored it, with help from the county.\n\n"
            f"Visitors come to {place} in summer. The {trade} is open from May to September, and closed on Mondays.\n"
        )
        (folder / f"{place}-{trade}.txt").write_text(text, encoding="utf-8")
        questions.append(ASKED[number % len(ASKED)].format(place, trade))
    return questions


async def measure(folder: Path, wanted: argparse.Namespace) -> tuple[list[float], list[float], list[int]]:
    documents = folder / "documents"
    documents.mkdir()
    questions = write_documents(documents)[: wanted.questions]
    overrides = {"system.provider": "extractive", "system.record": wanted.record, "system.deadline_seconds": 600}
    app = App.open(folder, overrides=overrides, environ={"XDG_CONFIG_HOME": str(folder)})
    app.index.update(add=[str(documents)])
    library = app.open_library()
    spent = []
    for number in range(wanted.rounds + 1):
        for question in questions:
            started = time.process_time()
            result = await app.run(RunRequest(question=question), library=library)
            if number:  # the first round warms up
                spent.append(1000 * (time.process_time() - started))
            assert result.error is None, result.error
    keeping, sizes = [], []
    for question in questions:
        exploration = library.explore(question, k=FOUND)
        started = time.process_time()
        _, data = describe_walked(exploration)
        keeping.append(1000 * (time.process_time() - started))
        sizes.append(len(data))
    app.close()
    return spent, keeping, sizes


def main() -> None:
    parser = argparse.ArgumentParser(description="CPU of an extractive run over an opened index")
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--record", action="store_true", help="keep a record of every run, as `moe run` does")
    parser.add_argument("--profile", action="store_true", help="print where the time goes")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, cProfile.Profile() as profile:
        if not wanted.profile:
            profile.disable()
        spent, keeping, sizes = asyncio.run(measure(Path(folder), wanted))
    if wanted.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)
    print(f"{len(spent)} runs: median {statistics.median(spent):.2f} ms, least {min(spent):.2f} ms of CPU a run")
    share = statistics.median(keeping) / statistics.median(spent)
    size = statistics.median(sizes) / 1000
    print(f"walked graph: median {statistics.median(keeping):.2f} ms, {share:.1%} of a run, {size:.0f} kB")


if __name__ == "__main__":
    main()
