"""What further rounds bring, on sets with known evidence.

    python benchmarks/experts/iterations.py DATA_FOLDER [--rounds 1 2 3] [--questions 100]

DATA_FOLDER holds a folder a set, each with corpus.jsonl and questions.jsonl. Prints for each set and number of rounds
recall at 5, 8 and 10, in percent, of the questions at even and at odd places apart, so that what is chosen on one half
can be held against the other; how many questions had a second round, how many gained evidence in it that is gold, and
CPU time a question as a multiple of that of one round, measured side by side.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from msgspec.structs import replace
from question_sets import iterate_sets

from moe.app import App
from moe.evaluation.corpus import Gold, OpenedCorpus
from moe.evaluation.questions import GoldQuestion
from moe.experts.cycle import ExpertCycle
from moe.knowledge.library import DocumentLibrary
from moe.knowledge.search import GuidedWalkers

DEPTHS = (5, 8, 10)


def make_library(app: App, corpus: OpenedCorpus, rounds: int) -> DocumentLibrary:
    guided = corpus.setup.guided
    assert guided is not None
    settings = app.config.experts.model_copy(update={"max_iterations": rounds})
    cycle = ExpertCycle(personas=app.registry.personas, scorers=app.registry.scorers, settings=settings)
    setup = replace(corpus.setup, guided=GuidedWalkers(guide=cycle, find_walker=guided.find_walker))
    return DocumentLibrary(corpus.library.index, setup=setup)


def ask(question: GoldQuestion, library: DocumentLibrary, gold: Gold) -> dict[str, Any]:
    started = time.process_time()
    exploration = library.explore(question.question, k=max(DEPTHS))
    seconds = time.process_time() - started
    found = [hit.passage for hit in exploration.hits]
    added = [hit.passage for one in exploration.further for hit in one.hits]
    return {
        "seconds": seconds,
        "rounds": len(exploration.further),
        "added": len(added),
        "gold": gold.measure_recall(question, added) > 0,
        **{str(depth): 100 * gold.measure_recall(question, found[:depth]) for depth in DEPTHS},
    }


def show(name: str, rounds: int, rows: Sequence[Mapping[str, Any]], base: Sequence[Mapping[str, Any]]) -> None:
    cells = [f"{mean(row[str(depth)] for row in rows[half::2]):.1f}" for half in (0, 1) for depth in DEPTHS]
    cost = sum(row["seconds"] for row in rows) / sum(row["seconds"] for row in base)
    went_on, gained, right = (sum(bool(row[key]) for row in rows) for key in ("rounds", "added", "gold"))
    print(f"| {name} | {rounds} | {' | '.join(cells)} | {went_on} | {gained} | {right} | {cost:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--questions", type=int, default=100, help="of each set, spread over it")
    given = parser.parse_args()
    halves = [f"{half} @{depth}" for half in ("even", "odd") for depth in DEPTHS]
    print(f"| set | rounds | {' | '.join(halves)} | went on | added | added gold | CPU |")
    for one in iterate_sets(given.data, given.questions):
        libraries = {rounds: make_library(one.app, one.corpus, rounds) for rounds in given.rounds}
        rows: dict[int, list[dict[str, Any]]] = {rounds: [] for rounds in given.rounds}
        for library in libraries.values():
            library.search(one.questions[0].question, k=1)  # reads what is read once
        for question in one.questions:  # side by side, so that load counts for all alike
            for rounds, library in libraries.items():
                rows[rounds].append(ask(question, library, one.gold))
        for rounds, some in rows.items():
            show(one.name, rounds, some, rows[given.rounds[0]])


if __name__ == "__main__":
    main()
